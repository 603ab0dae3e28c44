"""Which pollers there are, and whether they live: each says so every few seconds."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage.schema import pollers

ALIVE_MS = 15_000
"""A heartbeat comes every 5 s; after three missed ones a poller counts as dead."""
_KEPT_MS = 7 * 86_400_000
_MACHINE_LIMIT = 255
_VERSION_LIMIT = 32


@dataclass(frozen=True, slots=True)
class Poller:
    """One run of a poller. Times are UTC milliseconds.

    Attributes:
        id: a UUID, new with every start.
        machine: host name of where it runs.
        pid: its process id there.
        version: of the program.
        started_at: when it started.
        heartbeat_at: when it last said that it lives.
        stopped_at: when it ended in good order; None while it runs, and after a crash.
        delay_ms: median of the last heartbeat's scrapes, from reading to committed; None without any.
        name: what tells it from others on the same database; the same after a restart.
        user: as whom it runs.
        epoch: grows whenever a host was taken from it; what it writes is held against its leases then.
        public_key: 32 bytes that secrets for it are sealed to; None where it takes none.
        keyring_id: of the keyring that it reads; the same for whoever shares that.
        lacking: credentials, by name, whose secret it does not have.
        figures: what it says of its own work.
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


def register_poller(  # noqa: PLR0913 - all given by name
    connection: Connection, *, poller_id: str, machine: str, pid: int, version: str, now_ms: int
) -> None:
    """Notes a start, and forgets pollers that have been silent for a week."""
    connection.execute(pollers.delete().where(pollers.c.heartbeat_at < now_ms - _KEPT_MS))
    connection.execute(
        pollers.insert().values(
            id=poller_id,
            machine=machine[:_MACHINE_LIMIT],
            pid=pid,
            version=version[:_VERSION_LIMIT],
            started_at=now_ms,
            heartbeat_at=now_ms,
        )
    )


def heartbeat(connection: Connection, poller_id: str, now_ms: int, delay_ms: int | None) -> bool:
    """Says that a poller lives; False when it is not registered, as in a database that was begun anew meanwhile."""
    values = {"heartbeat_at": now_ms, "delay_ms": delay_ms}
    return connection.execute(update(pollers).where(pollers.c.id == poller_id).values(**values)).rowcount == 1


def mark_stopped(connection: Connection, poller_id: str, now_ms: int) -> None:
    """Notes an end in good order, so that nobody has to wait for missed heartbeats."""
    connection.execute(update(pollers).where(pollers.c.id == poller_id).values(stopped_at=now_ms))


def live_pollers(connection: Connection, now_ms: int) -> list[Poller]:
    """The pollers that have not stopped and were heard of within 15 s, the latest start first."""
    query = select(pollers).where(
        pollers.c.stopped_at.is_(None),
        # Heartbeats far in the future are those of a dead poller from before the clock was set back.
        pollers.c.heartbeat_at.between(now_ms - ALIVE_MS + 1, now_ms + ALIVE_MS - 1),
    )
    return [_poller(row) for row in connection.execute(query.order_by(pollers.c.started_at.desc()))]


def _poller(row: Row[Any]) -> Poller:
    return Poller(**row._asdict())
