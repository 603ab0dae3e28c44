"""`watchpost hosts list`: every host, its state and its last reading."""

from datetime import tzinfo

from rich.table import Table
from rich.text import Text

from fleet.reading import shown_address
from fleet.reason_text import reason_text
from storage.host_states import HostStatus
from storage.pollers import live_pollers
from storage.printable import printable
from storage.quantities import ABSENT, age
from storage.utc import now_ms
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.host_listing import ListedHost, listed_as_json, read_listing
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import moment_text, shown_zone

NOTHING_YET = "No host is registered. Type: watchpost hosts add NAME [USER@]ADDRESS"
NO_POLLER = "No poller is running: states and readings are from when one last ran. Type: watchpost run"
STATE_COLOUR = {"up": "green", "unreachable": "yellow", "blocked": "red"}


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """List all hosts with their state, why they are not up, since when, and their last reading."""
    chosen = configuration(database)
    now = now_ms()
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        listing = read_listing(connection, now)
        polled = bool(live_pollers(connection, now))
        zone = shown_zone(chosen, connection)
    if as_json:
        print_json({"hosts": [listed_as_json(listed) for listed in listing]})
        return
    if listing:
        output().print(host_table(listing, zone, now))
    notes = [NOTHING_YET] if not listing else [] if polled else [NO_POLLER]
    for note in notes:
        errors().print(Text(note))


def host_table(listing: list[ListedHost], zone: tzinfo | None, now: int) -> Table:
    """One line a host."""
    is_shared = len({listed.poller for listed in listing if listed.poller}) > 1
    lines = table("NAME", "ADDRESS", "STATE", "REASON", "SINCE", "LAST READING", *(["POLLER"] if is_shared else []))
    for listed in listing:
        lines.add_row(
            Text(printable(listed.host.name)),
            Text(printable(shown_address(listed.host))),
            Text(listed.state, STATE_COLOUR.get(listed.state, "")),
            Text(why(listed.status)),
            Text(moment_text(listed.status.since_at, zone) if listed.status else ABSENT),
            Text("never" if listed.last_reading_at is None else age((now - listed.last_reading_at) / 1000)),
            *([Text(printable(listed.poller or ABSENT))] if is_shared else []),
        )
    return lines


def why(status: HostStatus | None) -> str:
    """The reason in a few words; empty for a host that is up or was never tried."""
    return reason_text(status.reason) if status and status.reason else ""
