"""The poller's last word on each host's session, with what the host said about itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from storage.engines.statements import upsert
from storage.reason import HostState, Reason
from storage.schema import host_states, hosts


@dataclass(frozen=True, slots=True)
class HostStatus:
    """One host's session.

    Attributes:
        host_id: whose.
        state: what the session is.
        reason: why it is not up; None when it is, or when it has not been tried yet.
        detail: one line more about the reason; may be empty.
        since_at: when this state began, UTC milliseconds.
        inventory: what the probe's hello said; None where it is not known, and then what was known before stays.
    """

    host_id: int
    state: HostState
    reason: Reason | None
    detail: str
    since_at: int
    inventory: dict[str, Any] | None


def read_host_states(connection: Connection) -> dict[int, HostStatus]:
    """The states of all hosts that are not removed, by host id. A host that was never tried has none."""
    query = select(host_states).join(hosts).where(hosts.c.removed_at.is_(None))
    return {
        row.host_id: HostStatus(
            host_id=row.host_id,
            state=HostState(row.state),
            reason=Reason(row.reason) if row.reason else None,
            detail=row.detail,
            since_at=row.since_at,
            inventory=row.inventory,
        )
        for row in connection.execute(query)
    }


def write_host_states(connection: Connection, changes: Sequence[HostStatus]) -> None:
    """Replaces the states of these hosts, which must exist."""
    if not changes:
        return
    statement = upsert(connection, host_states, keys=("host_id",), merge={"inventory": func.coalesce})
    connection.execute(statement, [_row(change) for change in changes])


def _row(change: HostStatus) -> dict[str, Any]:
    return {
        "host_id": change.host_id,
        "state": change.state.value,
        "reason": change.reason.value if change.reason else None,
        "detail": change.detail,
        "since_at": change.since_at,
        "inventory": change.inventory,
    }
