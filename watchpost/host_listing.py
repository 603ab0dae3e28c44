"""What the database says of a host, as one line of a list or as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.connection import Connection
from storage.host import Host
from storage.host_rules import fields_of
from storage.host_states import HostStatus, read_host_states
from storage.hosts import list_hosts
from storage.latest import read_latest
from storage.leases.lease_rows import read_holders
from storage.reason import HostState
from storage.utc import iso_utc

LOOK_BACK_MS = 7 * 86_400_000
"""A host's last reading is looked for this far back."""


@dataclass(frozen=True, slots=True)
class ListedHost:
    """A host with the poller's last word on it.

    Attributes:
        host: as it is registered.
        status: None when it was never tried.
        last_reading_at: UTC milliseconds; None when there is none.
        poller: the name of the one that reads it, where several share the database; else None.
    """

    host: Host
    status: HostStatus | None
    last_reading_at: int | None
    poller: str | None = None

    @property
    def state(self) -> str:
        """The session's state as a code; `disabled` where nothing is to be tried."""
        if not self.host.enabled:
            return "disabled"
        return (self.status.state if self.status else HostState.PENDING).value


def read_listing(connection: Connection, now_ms: int) -> list[ListedHost]:
    """All hosts, by name."""
    hosts, states = list_hosts(connection), read_host_states(connection)
    latest = read_latest(connection, since=now_ms - LOOK_BACK_MS)
    readings = {host_id: known.ts for host_id, known in latest.items()}
    readers = read_holders(connection)
    return [ListedHost(host, states.get(host.id), readings.get(host.id), readers.get(host.id)) for host in hosts]


def listed_as_json(listed: ListedHost) -> dict[str, Any]:
    """A host for scripts; times are ISO 8601 in UTC."""
    status = listed.status
    return {
        **host_as_json(listed.host),
        "state": listed.state,
        "reason": status.reason.value if status and status.reason else None,
        "detail": status.detail if status else "",
        "since": iso_utc(status.since_at) if status else None,
        "last_reading": None if listed.last_reading_at is None else iso_utc(listed.last_reading_at),
        "poller": listed.poller,
        "inventory": _inventory(status),
    }


def host_as_json(host: Host) -> dict[str, Any]:
    """What people said about a host, for scripts."""
    return fields_of(host)


def _inventory(status: HostStatus | None) -> Mapping[str, Any] | None:
    return status.inventory if status else None
