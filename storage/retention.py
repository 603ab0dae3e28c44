"""Deletes what is too old, a chunk at a time."""

from sqlalchemy import Connection, Table, exists, func, select

from storage.layout_rows import delete_unused_layouts
from storage.schema import head, hosts, process_snapshots


def delete_older_than(connection: Connection, before_ms: int, *, limit: int) -> int:
    """Deletes up to `limit` rows each of readings and of process snapshots that were read before `before_ms`.

    When no such rows are left it also drops layouts that nothing uses and removed hosts whose data is gone.

    Returns:
        How many readings and snapshots were deleted; `limit` or more means that there may be more to do.
    """
    deleted = _delete_rows(connection, head, before_ms, limit) + _delete_rows(
        connection, process_snapshots, before_ms, limit
    )
    if deleted < limit:
        delete_unused_layouts(connection, before_ms, limit=limit)
        _drop_removed_hosts(connection, before_ms)
    return deleted


def _delete_rows(connection: Connection, table: Table, before_ms: int, limit: int) -> int:
    old = select(table.c.id).where(table.c.ts < before_ms).order_by(table.c.ts).limit(limit)
    return connection.execute(table.delete().where(table.c.id.in_(old))).rowcount


def _drop_removed_hosts(connection: Connection, before_ms: int) -> None:
    """Forgets hosts that were removed before `before_ms` and have no data left; until then they can be restored."""
    has_data = exists().where(head.c.host_id == hosts.c.id) | exists().where(process_snapshots.c.host_id == hosts.c.id)
    # The host with the latest revision stays, or the next edit would be given a revision that pollers have seen.
    latest = select(func.max(hosts.c.revision)).scalar_subquery()
    connection.execute(hosts.delete().where(hosts.c.removed_at < before_ms, hosts.c.revision < latest, ~has_data))
