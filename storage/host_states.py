"""The poller's last word on each host's session, with what the host said about itself."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from storage.engines.statements import upsert
from storage.host_status import HostStatus
from storage.reason import HostState, Reason
from storage.schema import host_states, hosts

__all__ = ["HostStatus", "read_host_states", "write_host_states"]


def read_host_states(connection: Connection, host_ids: Collection[int] | None = None) -> dict[int, HostStatus]:
    """The states of these hosts, or of all, by host id. One that was removed, or was never tried, has none."""
    query = select(host_states).join(hosts).where(hosts.c.removed_at.is_(None))
    if host_ids is not None:
        query = query.where(hosts.c.id.in_(sorted(host_ids)))
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
