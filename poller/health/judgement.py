"""Whether the poller is well, from signs of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.poller_figures import PollerHealth, PollerTrouble

LOOP_STUCK_S = 30.0
"""The loop comes round many times a second; on a machine at its limit it may take seconds."""
UNSTORED_S = 60.0
DELAY_LIMIT_MS = 10_000
"""Ten times what it should be: a moment's load is no trouble."""
QUEUE_SECONDS = 30.0
"""More than what arrives in so long waits in memory,"""
QUEUE_MINIMUM = 2_000
"""and a batch's worth is none."""
SEALING_LAG_S = 3_600.0
"""Whoever catches up after an outage works off hours within minutes."""
UNREACHABLE_SHARE = 0.5
UNREACHABLE_MINIMUM = 3
LOST_RECENTLY_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What the judgement rests on.

    Attributes:
        is_ready: whether the start is over.
        is_stopping: whether it is about to end.
        loop_age_s: since the event loop came round for the last time.
        is_database_away: whether the recorder's last transaction failed.
        hosts: how many are read.
        failing: how many of them have no session, though it was tried.
        unstored_s: for how long readings have waited in memory while none was stored.
        scrapes_per_s: that arrive; None when not known.
        queue: readings and states that wait in memory.
        spool_rows: what waits on the disk.
        lost_ago_s: since readings had to be given up for the last time; None for never.
        delay_p99_ms: from the reading to the commit; None without any.
        sealing_lag_s: for how long something has been due; None where another poller seals.
        directory_down: hosts that a directory which is down refuses.
        secrets_lacking: credentials whose secret is not here.
        workers_dead: processes that are to carry sessions and do not.
        are_descriptors_few: whether more files would have to be open than may be.
    """

    is_ready: bool = True
    is_stopping: bool = False
    loop_age_s: float = 0.0
    is_database_away: bool = False
    hosts: int = 0
    failing: int = 0
    unstored_s: float = 0.0
    scrapes_per_s: float | None = None
    queue: int = 0
    spool_rows: int = 0
    lost_ago_s: float | None = None
    delay_p99_ms: float | None = None
    sealing_lag_s: float | None = None
    directory_down: int = 0
    secrets_lacking: int = 0
    workers_dead: int = 0
    are_descriptors_few: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """How the poller is.

    Attributes:
        health: in one word.
        troubles: why it is not well, the gravest first.
    """

    health: PollerHealth
    troubles: tuple[PollerTrouble, ...] = ()

    @property
    def is_serving(self) -> bool:
        """Whether it does its work; starting it anew would only do harm then."""
        return self.health in {PollerHealth.READY, PollerHealth.DEGRADED}


def judge(signs: Signs) -> Judgement:
    """How a poller with these signs is."""
    if signs.is_stopping:
        return Judgement(PollerHealth.FAILING, (PollerTrouble.STOPPING,))
    if signs.loop_age_s >= LOOP_STUCK_S:
        return Judgement(PollerHealth.FAILING, (PollerTrouble.LOOP_STUCK,))
    if not signs.is_ready:
        return Judgement(PollerHealth.STARTING, (PollerTrouble.STARTING,))
    degrading = tuple(_degrading(signs))
    if _stores_nothing(signs):
        return Judgement(PollerHealth.FAILING, (PollerTrouble.NOTHING_STORED, *degrading))
    return Judgement(PollerHealth.DEGRADED if degrading else PollerHealth.READY, degrading)


def _stores_nothing(signs: Signs) -> bool:
    """Readings wait, the database does not complain, and still nothing arrives in it."""
    # While the database is away the spool keeps what comes: a new start would lose the sessions and gain nothing.
    is_away = signs.is_database_away or signs.spool_rows > 0
    return not is_away and signs.unstored_s >= UNSTORED_S


def _degrading(signs: Signs) -> Iterator[PollerTrouble]:
    if signs.is_database_away:
        yield PollerTrouble.DATABASE_AWAY
    if signs.lost_ago_s is not None and signs.lost_ago_s < LOST_RECENTLY_S:
        yield PollerTrouble.READINGS_LOST
    if signs.workers_dead:
        yield PollerTrouble.WORKERS_DEAD
    if signs.are_descriptors_few:
        yield PollerTrouble.FEW_DESCRIPTORS
    if signs.directory_down:
        yield PollerTrouble.DIRECTORY_DOWN
    elif signs.failing >= max(UNREACHABLE_MINIMUM, UNREACHABLE_SHARE * signs.hosts):
        yield PollerTrouble.HOSTS_UNREACHABLE
    if signs.secrets_lacking:
        yield PollerTrouble.SECRETS_LACKING
    yield from _behind(signs)


def _behind(signs: Signs) -> Iterator[PollerTrouble]:
    if signs.spool_rows:
        yield PollerTrouble.SPOOL_IN_USE
    elif not signs.is_database_away:
        if signs.queue > max(QUEUE_MINIMUM, QUEUE_SECONDS * (signs.scrapes_per_s or 0.0)):
            yield PollerTrouble.QUEUE_LONG
        if signs.delay_p99_ms is not None and signs.delay_p99_ms >= DELAY_LIMIT_MS:
            yield PollerTrouble.DELAY_HIGH
    if signs.sealing_lag_s is not None and signs.sealing_lag_s >= SEALING_LAG_S:
        yield PollerTrouble.SEALING_BEHIND
