"""Leases in the database: taken, given up, taken over. PostgreSQL only.

Nothing here waits for the writers' lock: a poller that was frozen may hold it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from storage.engines.postgresql import LOCK_CLASS
from storage.leases.lease import Lease

KEPT_MS = 30 * 86_400_000
"""For how long it is known who read a host: what waits in a spool for longer is nobody's."""

_FENCED_CLASS = LOCK_CLASS + 2
_MARK = text(
    "SELECT coalesce((SELECT max(id) FROM host_leases), 0), (SELECT count(*) FROM host_leases WHERE until_at IS NULL)"
)
_OPEN = text("SELECT host_id, poller_id FROM host_leases WHERE until_at IS NULL")
_HOLDERS = text("SELECT host_id, name FROM host_leases JOIN pollers ON pollers.id = poller_id WHERE until_at IS NULL")
_OWN = text("""
SELECT host_id, since_at, until_at FROM host_leases
WHERE poller_id = :me AND (until_at IS NULL OR until_at >= :ended_since) ORDER BY id
""")
# A lease begins where the last one of that host has ended: its time is parted without gaps, and the first to read a
# host may write whatever is older.
_ACQUIRE = text("""
INSERT INTO host_leases (host_id, poller_id, since_at)
SELECT wanted, :me, coalesce(ended.until_at, 0)
FROM unnest(CAST(:hosts AS bigint[])) AS wanted
LEFT JOIN (SELECT host_id, max(until_at) AS until_at FROM host_leases GROUP BY host_id) AS ended ON host_id = wanted
-- Whoever takes some of the same ones at the same moment does so in the same order, and waits at most.
ORDER BY wanted
ON CONFLICT (host_id) WHERE until_at IS NULL DO NOTHING
RETURNING host_id
""")
_CLOSE = text("""
UPDATE host_leases SET until_at = greatest(CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint), since_at)
WHERE until_at IS NULL AND poller_id = :holder AND host_id = ANY(CAST(:hosts AS bigint[]))
RETURNING host_id
""")
_HEARTBEAT = text("SELECT heartbeat_at FROM pollers WHERE id = :id")
_LOCK_DEAD = text("SELECT heartbeat_at FROM pollers WHERE id = :id FOR UPDATE")
_FENCE_OFF = text("UPDATE pollers SET epoch = epoch + 1 WHERE id = :id")
# The row's lock keeps takers waiting; the other one, which nobody ever waits for, says which connection holds it.
_STANDING = text("""
SELECT epoch, started_at, pid, CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint),
    pg_try_advisory_xact_lock_shared(:fenced, hashtext(id))
FROM pollers WHERE id = :id FOR KEY SHARE
""")
_CUT_OFF = text("""
SELECT count(pg_terminate_backend(pid)) FROM pg_locks
WHERE locktype = 'advisory' AND CAST(classid AS bigint) = :fenced AND objsubid = 2
    AND CAST(objid AS bigint) = CAST(hashtext(:id) AS bigint) & 4294967295
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")
_EVER_LEASED = text("SELECT DISTINCT host_id FROM host_leases WHERE host_id = ANY(CAST(:hosts AS bigint[]))")
_FORGET = text("""
DELETE FROM host_leases WHERE until_at < CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) - :kept
""")


class Standing(NamedTuple):
    """A poller's row as a transaction sees it that keeps it from being fenced off meanwhile.

    Attributes:
        epoch: grows whenever a host was taken from it, and at each start.
        started_at: of the run that owns the row, UTC milliseconds of that run's clock.
        pid: of that run.
        server_ms: the server's clock, UTC milliseconds.
    """

    epoch: int
    started_at: int
    pid: int
    server_ms: int


def lease_mark(connection: Connection) -> object:
    """Differs whenever a lease has been opened or closed."""
    return tuple(connection.execute(_MARK).one())


def open_leases(connection: Connection) -> dict[int, str]:
    """Who holds what: poller ids by host id."""
    return dict(_tuples(connection, _OPEN))


def read_holders(connection: Connection) -> dict[int, str]:
    """The name of the poller that reads each host, by host id; nothing where pollers share nothing."""
    if connection.dialect.name == "sqlite":
        # What a copy of a server's database says of its pollers.
        return {}
    return dict(_tuples(connection, _HOLDERS))


def own_leases(connection: Connection, me: str, *, ended_since: int = 0) -> list[Lease]:
    """Leases of a poller, in the order in which they began; of those that have ended only what did so since then."""
    return [Lease(*row) for row in _tuples(connection, _OWN, {"me": me, "ended_since": ended_since})]


def never_leased(connection: Connection, host_ids: Sequence[int]) -> frozenset[int]:
    """Those of these hosts that no poller has ever held, as before several could share them."""
    if not host_ids:
        return frozenset()
    return frozenset(host_ids).difference(connection.execute(_EVER_LEASED, {"hosts": sorted(host_ids)}).scalars())


def acquire(connection: Connection, me: str, host_ids: Sequence[int]) -> list[int]:
    """Takes hosts that nobody holds; returns those that were to be had: another poller may have been faster."""
    if not host_ids:
        return []
    return sorted(connection.execute(_ACQUIRE, {"me": me, "hosts": sorted(host_ids)}).scalars())


def release(connection: Connection, me: str, host_ids: Sequence[int]) -> None:
    """Gives hosts up as of now; only once nothing reads them any more."""
    connection.execute(_CLOSE, {"holder": me, "hosts": sorted(host_ids)})


def cut_off(connection: Connection, dead: str, *, last_heartbeat: int | None) -> None:
    """Ends the transactions in which a poller writes that is gone: frozen in the midst of one, it would hold its row.

    Args:
        connection: of a transaction of its own: the server may not permit it, and then it is waited for.
        dead: the id of the poller.
        last_heartbeat: the one by which it was judged; nothing happens where there is a newer one.
    """
    if connection.execute(_HEARTBEAT, {"id": dead}).scalar_one_or_none() == last_heartbeat:
        connection.execute(_CUT_OFF, {"id": dead, "fenced": _FENCED_CLASS})


def take_over(
    connection: Connection, me: str, dead: str, host_ids: Sequence[int], *, last_heartbeat: int | None
) -> list[int]:
    """Takes hosts from a poller that is gone, and fences it off: what it reads from now on it cannot write.

    Args:
        connection: for writing.
        me: the id of the poller that takes.
        dead: the id of the poller that is gone.
        host_ids: which of its hosts.
        last_heartbeat: the one by which it was judged; None where it has no row.

    Returns:
        Those that were to be had; none where it has given a sign of life meanwhile.
    """
    if connection.execute(_LOCK_DEAD, {"id": dead}).scalar_one_or_none() != last_heartbeat:
        return []
    connection.execute(_FENCE_OFF, {"id": dead})
    closed = connection.execute(_CLOSE, {"holder": dead, "hosts": sorted(host_ids)}).scalars().all()
    return acquire(connection, me, closed)


def read_standing(connection: Connection, me: str) -> Standing | None:
    """A poller's row, kept as it is until the transaction ends; None where there is none."""
    row = connection.execute(_STANDING, {"id": me, "fenced": _FENCED_CLASS}).one_or_none()
    return None if row is None else Standing(*row[:4])


def forget_ended(connection: Connection) -> None:
    """Deletes leases that ended long ago."""
    connection.execute(_FORGET, {"kept": KEPT_MS})


def _tuples(connection: Connection, statement: Any, values: Mapping[str, Any] | None = None) -> list[Any]:  # noqa: ANN401 - SQLAlchemy's
    """The driver's own tuples: for 10,000 hosts SQLAlchemy's rows would take as long as all the rest."""
    with connection.execute(statement, values) as result:
        cursor: Any = result.cursor
        rows: list[Any] = cursor.fetchall()
    return rows
