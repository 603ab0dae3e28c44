"""Which pollers there are, and whether they live: each says so every few seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, or_, select, text, update

from storage.schema import host_leases, pollers

ALIVE_MS = 15_000
"""A heartbeat comes every 2.5 s; after five missed ones a poller counts as dead to who only looks."""
_KEPT_MS = 7 * 86_400_000
_MACHINE_LIMIT = 255
_NAME_LIMIT = 255
_VERSION_LIMIT = 32
_SERVER_MS = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")


@dataclass(frozen=True, slots=True)
class Poller:
    """One poller, and its latest run. Times are UTC milliseconds of that poller's clock.

    Attributes:
        id: a UUID; a poller with a name has the same after a restart.
        machine: host name of where it runs.
        pid: its process id there.
        version: of the program.
        started_at: when it started.
        heartbeat_at: when it last said that it lives.
        stopped_at: when it ended in good order; None while it runs, and after a crash.
        delay_ms: median of the last heartbeat's scrapes, from reading to committed; None without any.
        name: what tells it from others on the same database; empty where nobody gave one.
        user: as whom it runs.
        epoch: grows with every start, and whenever a host was taken from it; see `storage.leases.fence`.
        public_key: 32 bytes that secrets for it are sealed to; None where it takes none.
        keyring_id: of the keyring that it reads; the same for whoever shares that.
        lacking: credentials, by name, whose secret it does not have.
        figures: what it says of its own work; see `storage.poller_figures`.
    """

    id: str
    machine: str
    pid: int
    version: str
    started_at: int
    heartbeat_at: int
    stopped_at: int | None
    delay_ms: int | None
    name: str = ""
    user: str = ""
    epoch: int = 0
    public_key: bytes | None = None
    keyring_id: str | None = None
    lacking: list[str] = field(default_factory=list)
    figures: dict[str, Any] | None = None


class Run(NamedTuple):
    """What tells one run of a poller from all others: the id of its row, and what it wrote there at its start."""

    poller_id: str
    started_at: int
    pid: int

    def is_older_than(self, other: "Run") -> bool:
        """Whether it began first; where the database has an older run than there is, it has gone back in time."""
        return self.started_at < other.started_at


def register_poller(  # noqa: PLR0913 - all given by name
    connection: Connection,
    *,
    poller_id: str,
    machine: str,
    pid: int,
    version: str,
    now_ms: int,
    name: str = "",
    user: str = "",
) -> Run:
    """Notes a start, and forgets pollers that have been silent for a week and of whose hosts nothing is known.

    Args:
        connection: for writing.
        poller_id: for the row, unless there is one of an earlier run of this id or name: that one is gone on with.
        machine: host name of where it runs.
        pid: its process id there.
        version: of the program.
        now_ms: UTC milliseconds.
        name: of the poller; empty for one without.
        user: as whom it runs.

    Returns:
        The run, with the id of its row; it began later than all others of that row, whatever our clock says.
    """
    named = name[:_NAME_LIMIT]
    earlier = _earlier_run(connection, poller_id, named)
    run = Run(poller_id, now_ms, pid)
    if earlier is not None:
        run = Run(earlier.poller_id, max(now_ms, earlier.started_at + 1), pid)
    values = {
        "machine": machine[:_MACHINE_LIMIT],
        "pid": pid,
        "version": version[:_VERSION_LIMIT],
        "started_at": run.started_at,
        "heartbeat_at": now_ms,
        "user": user[:_NAME_LIMIT],
    }
    _forget_silent(connection, run.poller_id, now_ms)
    if earlier is None:
        connection.execute(pollers.insert().values(id=poller_id, name=named, **values))
    else:
        afresh = {"stopped_at": None, "delay_ms": None, "epoch": pollers.c.epoch + 1}
        connection.execute(update(pollers).where(pollers.c.id == run.poller_id).values(**values, **afresh))
    return run


def is_displaced(connection: Connection, run: Run, name: str) -> bool:
    """Whether a newer run has the row or the name of this one, and thus its place."""
    registered = _earlier_run(connection, run.poller_id, name[:_NAME_LIMIT])
    return registered is not None and run.is_older_than(registered)


def heartbeat(
    connection: Connection,
    run: Run,
    now_ms: int,
    delay_ms: int | None,
    figures: Mapping[str, Any] | None = None,
) -> bool:
    """Says that a poller lives.

    Returns:
        False when this run is not registered: in a database that was begun anew or has gone back in time, and where
        another run has taken its place.
    """
    values: dict[str, Any] = {"heartbeat_at": now_ms, "delay_ms": delay_ms}
    if figures is not None:
        values["figures"] = dict(figures)
    return connection.execute(update(pollers).where(_is(run)).values(**values)).rowcount == 1


def mark_stopped(connection: Connection, run: Run, now_ms: int) -> None:
    """Notes an end in good order, so that nobody has to wait for missed heartbeats; not that of a successor."""
    connection.execute(update(pollers).where(_is(run)).values(stopped_at=now_ms))


def read_pollers(connection: Connection) -> list[Poller]:
    """All pollers of the last days or weeks, those that have ended too, the latest start first."""
    return [_poller(row) for row in connection.execute(select(pollers).order_by(pollers.c.started_at.desc()))]


def live_pollers(connection: Connection, now_ms: int) -> list[Poller]:
    """The pollers that have not stopped and were heard of within 15 s, the latest start first."""
    query = select(pollers).where(
        pollers.c.stopped_at.is_(None),
        # Heartbeats far in the future are those of a dead poller from before the clock was set back.
        pollers.c.heartbeat_at.between(now_ms - ALIVE_MS + 1, now_ms + ALIVE_MS - 1),
    )
    return [_poller(row) for row in connection.execute(query.order_by(pollers.c.started_at.desc()))]


def _is(run: Run) -> ColumnElement[bool]:
    return and_(pollers.c.id == run.poller_id, pollers.c.started_at == run.started_at, pollers.c.pid == run.pid)


def _earlier_run(connection: Connection, poller_id: str, name: str) -> Run | None:
    is_own = pollers.c.id == poller_id
    query = select(pollers.c.id, pollers.c.started_at, pollers.c.pid)
    query = query.where(or_(is_own, pollers.c.name == name) if name else is_own)
    row = connection.execute(query.order_by(pollers.c.started_at.desc()).limit(1)).one_or_none()
    return None if row is None else Run(*row)


def _forget_silent(connection: Connection, own: str, now_ms: int) -> None:
    """Not our row, nor those with leases: what was read, and what waits in a spool, is told by the row's id."""
    # A starter's clock that is ahead must not make others look silent.
    at = now_ms if connection.dialect.name == "sqlite" else min(now_ms, connection.execute(_SERVER_MS).scalar_one())
    has_leases = exists().where(host_leases.c.poller_id == pollers.c.id)
    silent = pollers.c.heartbeat_at < at - _KEPT_MS
    connection.execute(pollers.delete().where(silent, pollers.c.id != own, ~has_leases))


def _poller(row: Row[Any]) -> Poller:
    return Poller(**row._asdict())
