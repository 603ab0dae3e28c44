"""Where the poller's figures come from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from poller.alerting.alert_figures import AlertFigures
from poller.crew.counts import Counts
from storage.recorder import Recorder
from storage.spool.spool import Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one poller is among others, and what it lacks.

    Attributes:
        epoch: that its leases have.
        is_leader: whether it does what only one poller of a database may.
        workers: processes that are to carry sessions.
        workers_dead: those of them that do not live.
        secrets_lacking: credentials whose secret is not here.
        descriptors_needed: files that one process may have to have open; 0 where nobody has counted.
    """

    epoch: int = 0
    is_leader: bool = True
    workers: int = 0
    workers_dead: int = 0
    secrets_lacking: int = 0
    descriptors_needed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is read and not stored yet.

    Attributes:
        queue: readings and states in memory.
        spool_rows: readings and states on the disk,
        spool_bytes: and what they take there.
        lost: those that were given up since the start.
        is_database_away: whether the last transaction failed.
    """

    queue: int = 0
    spool_rows: int = 0
    spool_bytes: int = 0
    lost: int = 0
    is_database_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Each is called in the event loop, and must take no more than a millisecond or two.

    Attributes:
        hosts: how the hosts are, and what they have brought.
        waiting: what is not stored yet.
        standing: what this poller is among others.
        sealing_lag_s: for how long the oldest thing that is not sealed has been due.
        worker_pids: the processes besides this one that do the poller's work.
        alerts: what fires on the hosts.
    """

    hosts: Callable[[], Counts]
    waiting: Callable[[], Waiting]
    standing: Callable[[], Standing] = Standing
    sealing_lag_s: Callable[[], float]
    worker_pids: Callable[[], Sequence[int]] = tuple
    alerts: Callable[[], AlertFigures] = AlertFigures


def waiting_of(recorder: Recorder, spool: Spool | None) -> Waiting:
    """What has not been stored yet."""
    return Waiting(
        queue=recorder.pending,
        spool_rows=recorder.spooled,
        spool_bytes=spool.size if spool is not None else 0,
        lost=recorder.dropped,
        is_database_away=recorder.failure is not None,
    )
