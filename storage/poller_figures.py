"""What a poller says of its own work with every heartbeat: figures for people, and whether it is well."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

_KEY_LIMIT = 64
_KEYS_LIMIT = 64


class PollerHealth(StrEnum):
    """How a poller is."""

    STARTING = "starting"
    READY = "ready"
    DEGRADED = "degraded"
    """It works, and something is not as it should be."""
    FAILING = "failing"
    """It does not do its work."""


class PollerTrouble(StrEnum):
    """Why a poller is not well; its text is made where it is shown."""

    STARTING = "starting"
    STOPPING = "stopping"
    LOOP_STUCK = "loop_stuck"
    """What carries the sessions has not run for a while."""
    DATABASE_AWAY = "database_away"
    NOTHING_STORED = "nothing_stored"
    """Readings wait, the database does not complain, and nothing has been committed for a while."""
    SPOOL_IN_USE = "spool_in_use"
    READINGS_LOST = "readings_lost"
    QUEUE_LONG = "queue_long"
    DELAY_HIGH = "delay_high"
    SEALING_BEHIND = "sealing_behind"
    HOSTS_UNREACHABLE = "hosts_unreachable"
    """A large share of all hosts at once."""
    DIRECTORY_DOWN = "directory_down"
    SECRETS_LACKING = "secrets_lacking"
    WORKERS_DEAD = "workers_dead"
    FEW_DESCRIPTORS = "few_descriptors"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollerFigures:
    """The figures of one poller at one moment. What is not known is None.

    Attributes:
        hosts: how many it reads; of these
        up: have a session that brings readings,
        connecting: are being connected to, or wait for their turn,
        blocked: wait for a person.
        by_reason: how many of its hosts are not up now, by `storage.reason.Reason`.
        scrapes_total: readings that arrived since it started.
        scrapes_per_s: over the last seconds.
        stored_total: readings that were committed since it started.
        lost_total: readings and states that were given up since it started.
        failures_total: ends of sessions and failed tries since it started, by `storage.reason.Reason`.
        delay_p50_ms: from the reading on the host to committed, over the last seconds; the median.
        delay_p99_ms: the same, all but one in a hundred.
        queue: readings and states that wait in memory.
        commit_p50_ms: how long a transaction of the recorder takes; the median.
        commit_p99_ms: the same, all but one in a hundred.
        sealing_lag_s: for how long the oldest thing that is not sealed has been due.
        spool_rows: readings and states that wait on the disk.
        spool_bytes: what they take there.
        memory_bytes: resident, all its processes together.
        cpu_s: CPU time since it started, all its processes together.
        cpu_percent: of one core, over the last seconds; all its processes together.
        open_files: descriptors in use, all its processes together.
        workers: processes that carry sessions; 0 where they run in the poller's own.
        epoch: that its leases have.
        is_leader: whether it does what only one poller of a database may.
        health: how it is.
        troubles: why it is not well; the gravest first.
    """

    hosts: int = 0
    up: int = 0
    connecting: int = 0
    blocked: int = 0
    by_reason: Mapping[str, int] = field(default_factory=dict)
    scrapes_total: int = 0
    scrapes_per_s: float | None = None
    stored_total: int = 0
    lost_total: int = 0
    failures_total: Mapping[str, int] = field(default_factory=dict)
    delay_p50_ms: float | None = None
    delay_p99_ms: float | None = None
    queue: int = 0
    commit_p50_ms: float | None = None
    commit_p99_ms: float | None = None
    sealing_lag_s: float | None = None
    spool_rows: int = 0
    spool_bytes: int = 0
    memory_bytes: int | None = None
    cpu_s: float | None = None
    cpu_percent: float | None = None
    open_files: int | None = None
    workers: int = 0
    epoch: int = 0
    is_leader: bool = True
    health: PollerHealth = PollerHealth.STARTING
    troubles: tuple[PollerTrouble, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What goes into `pollers.figures`; what is not known is left out."""
        made: dict[str, Any] = {}
        for name in _NAMES:
            value = getattr(self, name)
            if isinstance(value, Mapping):
                made[name] = {str(key): count for key, count in value.items() if count}
            elif isinstance(value, tuple):
                made[name] = [str(trouble) for trouble in value]
            elif isinstance(value, StrEnum):
                made[name] = str(value)
            elif isinstance(value, float):
                # JSON has no word for what is no number.
                if math.isfinite(value):
                    made[name] = round(value, 3)
            elif value is not None:
                made[name] = value
        return made


def figures_from_json(content: object) -> PollerFigures | None:
    """Reads `pollers.figures`; another version may have written it, so what is strange in it counts as not known.

    Returns:
        None where there is nothing to read.
    """
    if not isinstance(content, Mapping) or not content:
        return None
    read: dict[str, Any] = {}
    for name in _NAMES & content.keys():
        value = _READERS.get(name, _number)(content[name])
        if value is not None:
            read[name] = value
    return PollerFigures(**read)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return value


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _counts(value: object) -> dict[str, int] | None:
    if not isinstance(value, Mapping):
        return None
    read = {str(key)[:_KEY_LIMIT]: _whole(count) for key, count in list(value.items())[:_KEYS_LIMIT]}
    return {key: count for key, count in read.items() if count}


def _health(value: object) -> PollerHealth | None:
    return next((one for one in PollerHealth if one == value), None)


def _troubles(value: object) -> tuple[PollerTrouble, ...] | None:
    if not isinstance(value, list):
        return None
    known = list(PollerTrouble)
    return tuple(PollerTrouble(one) for one in value[:_KEYS_LIMIT] if one in known)


_NAMES = frozenset(one.name for one in fields(PollerFigures))
_WHOLE = (
    "hosts", "up", "connecting", "blocked", "scrapes_total", "stored_total", "lost_total", "queue", "spool_rows",
    "spool_bytes", "memory_bytes", "open_files", "workers", "epoch",
)  # fmt: skip
_READERS = {
    **dict.fromkeys(_WHOLE, _whole),
    "by_reason": _counts,
    "failures_total": _counts,
    "is_leader": _flag,
    "health": _health,
    "troubles": _troubles,
}
