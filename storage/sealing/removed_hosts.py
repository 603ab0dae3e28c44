"""Forgets hosts that were taken off the list: their data first, little by little, then they themselves."""

from sqlalchemy import Connection, Table, delete, func, select, update

from storage.schema import annotations, chunks, head, hosts, process_chunks, process_snapshots

RESTORABLE_MS = 86_400_000
"""For which a removed host can be brought back."""
_ROWS_AT_ONCE = {head: 2_000, process_snapshots: 2_000, chunks: 200, process_chunks: 200}


def forget_host(connection: Connection, host_id: int) -> bool:
    """Deletes some of a removed host's data; when nothing is left, its mention in annotations and the host.

    Returns:
        Whether it is done.
    """
    for table, limit in _ROWS_AT_ONCE.items():
        if _delete_rows(connection, table, host_id, limit):
            return False
    _forget_in_annotations(connection, host_id)
    # The host with the latest revision stays, or the next edit would be given a revision that pollers have seen.
    latest = select(func.max(hosts.c.revision)).scalar_subquery()
    connection.execute(
        delete(hosts).where(hosts.c.id == host_id, hosts.c.removed_at.is_not(None), hosts.c.revision < latest)
    )
    return True


def _delete_rows(connection: Connection, table: Table, host_id: int, limit: int) -> int:
    some = select(table.c.id).where(table.c.host_id == host_id).limit(limit)
    return connection.execute(delete(table).where(table.c.id.in_(some))).rowcount


def _forget_in_annotations(connection: Connection, host_id: int) -> None:
    for row in connection.execute(select(annotations.c.id, annotations.c.host_ids, annotations.c.groups)).all():
        if host_id not in row.host_ids:
            continue
        left = [other for other in row.host_ids if other != host_id]
        mine = annotations.c.id == row.id
        # One that names nobody any more would be about everything.
        if left or row.groups:
            connection.execute(update(annotations).where(mine).values(host_ids=left))
        else:
            connection.execute(delete(annotations).where(mine))
