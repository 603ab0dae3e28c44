"""What the database asks of the poller, read in one go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from storage.check import Check
from storage.checks import checks_by_host, checks_mark, list_checks
from storage.credentials import credentials_mark
from storage.database import Database
from storage.host import Host
from storage.host_keys import host_keys_mark
from storage.host_states import HostStatus, read_host_states
from storage.hosts import hosts_revision, list_hosts
from storage.settings import read_setting


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hosts and settings at one moment.

    Attributes:
        revision: of the hosts; grows with every change of any.
        hosts: all that are not removed.
        checks_mark: differs whenever a check has changed.
        checks: what each host is asked besides, by the host's id.
        interval_s: seconds between scrapes where a host does not say otherwise.
        checks_interval_s: seconds between two answers to checks.
        keys_mark: differs whenever trusted host keys have changed.
        credentials_mark: differs whenever a credential has changed.
    """

    revision: int
    hosts: list[Host]
    checks_mark: object
    checks: Mapping[int, tuple[Check, ...]]
    interval_s: float
    checks_interval_s: float
    keys_mark: object
    credentials_mark: object


def read_wanted(database: Database, before: Wanted | None = None) -> Wanted:
    """Reads the lot from one snapshot; hosts and checks only when one of them has changed since `before`."""
    with database.reading() as connection:
        revision, mark = hosts_revision(connection), checks_mark(connection)
        same_hosts = before is not None and before.revision == revision
        hosts = before.hosts if before and same_hosts else list_hosts(connection)
        # What a host is asked depends on its group as well.
        same_checks = same_hosts and before is not None and before.checks_mark == mark
        return Wanted(
            revision=revision,
            hosts=hosts,
            checks_mark=mark,
            checks=before.checks if before and same_checks else checks_by_host(hosts, list_checks(connection)),
            interval_s=read_setting(connection, "interval_s"),
            checks_interval_s=read_setting(connection, "checks_interval_s"),
            keys_mark=host_keys_mark(connection),
            credentials_mark=credentials_mark(connection),
        )


def read_last_states(database: Database, host_ids: Collection[int] | None = None) -> dict[int, HostStatus]:
    """Where the last poller left off with these hosts, or with all, by host id."""
    with database.reading() as connection:
        return read_host_states(connection, host_ids)
