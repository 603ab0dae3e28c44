"""What is in the database, whether it is sealed or not."""

from typing import NamedTuple

from storage.columns import ColumnReader, Span
from storage.database import Database
from storage.host_states import read_host_states
from storage.hosts import list_hosts
from storage.poller_figures import PollerFigures, figures_from_json
from storage.pollers import read_pollers
from storage.reason import HostState
from storage.scrape import Cadence

_EACH_LINE_HAS = "load1"


class Counted(NamedTuple):
    """What was found.

    Attributes:
        scrapes: of all hosts.
        silent_hosts: names of those without one of late.
    """

    scrapes: int
    silent_hosts: frozenset[str]


def count_stored(database: Database, since: int, until: int, *, silent_since: int) -> Counted:
    """Counts the scrapes that were read in a span, UTC milliseconds, and the hosts that have none since a moment."""
    scrapes, silent = 0, set()
    with database.reading() as connection:
        reader = ColumnReader(connection, (_EACH_LINE_HAS,))
        for host in list_hosts(connection):
            found = reader.read(Span(host.id, Cadence.FAST, since, until))
            scrapes += sum(len(stretch.ts) for stretch in found)
            if not any(len(stretch.ts) and int(stretch.ts[-1]) >= silent_since for stretch in found):
                silent.add(host.name)
    return Counted(scrapes, frozenset(silent))


def hosts_up(database: Database) -> int:
    """How many hosts are up, by the poller's last word."""
    with database.reading() as connection:
        return sum(state.state is HostState.UP for state in read_host_states(connection).values())


def latest_figures(database: Database) -> PollerFigures:
    """What the poller says of its own work."""
    with database.reading() as connection:
        found = [figures_from_json(poller.figures) for poller in read_pollers(connection)]
    return next((figures for figures in found if figures is not None), PollerFigures())
