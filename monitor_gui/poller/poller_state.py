"""How the poller is, from what the database says and what is known of our own child. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from fleet.poller_work import PollerWork, work_of
from monitor_gui.poller.child_story import ChildStory
from monitor_gui.poller.database_trouble import DatabaseTrouble
from storage.pollers import Poller

SILENT_AFTER_MS = 30_000
"""A heartbeat comes every 5 s and counts for 15; starting takes one or two, a large database some more."""


class PollerKind(StrEnum):
    """What there is to say of it."""

    STARTING = "starting"
    RUNNING = "running"
    RUNNING_ELSEWHERE = "running_elsewhere"
    """It is not our child."""
    SILENT = "silent"
    """Our child lives, and nothing comes from it."""
    DIED = "died"
    GAVE_UP = "gave_up"
    """It has died too often."""
    STOPPED = "stopped"
    """A person wanted that."""
    NONE = "none"
    DATABASE_TROUBLE = "database_trouble"


class SeenPoller(Protocol):
    """What the database says of the poller that lives."""

    @property
    def machine(self) -> str:
        """Where it runs."""

    @property
    def pid(self) -> int:
        """Its process there."""

    @property
    def started_at(self) -> int:
        """UTC milliseconds."""

    @property
    def delay_ms(self) -> int | None:
        """From reading to committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollerState:
    """One answer.

    Attributes:
        kind: what there is to say.
        interval_s: between two readings, where it runs.
        delay_ms: from reading to committed, where it runs.
        machine: where one that is not ours runs; empty where that is not known.
        pid: its process there.
        restarts_in_s: until one that died is started again.
        deaths: how often it died lately.
        last_words: of the last one that died.
        trouble: with the database.
        pollers: all that poll and say how their work goes, where one runs.
    """

    kind: PollerKind
    interval_s: float | None = None
    delay_ms: int | None = None
    machine: str = ""
    pid: int | None = None
    restarts_in_s: int | None = None
    deaths: int = 0
    last_words: str = ""
    trouble: DatabaseTrouble | None = None
    pollers: Sequence[Poller] = ()

    @property
    def work(self) -> PollerWork | None:
        """What they do together; None where they say nothing of it."""
        return work_of(self.pollers)


def poller_state(  # noqa: PLR0913 - everything that is known
    story: ChildStory,
    poller: SeenPoller | None,
    interval_s: float,
    trouble: DatabaseTrouble | None,
    now_ms: int,
    *,
    pollers: Sequence[Poller] = (),
) -> PollerState:
    """Puts together what is known.

    Args:
        story: of our child.
        poller: the one that lives according to the database.
        interval_s: between two readings.
        trouble: with the database, where it lasts.
        now_ms: UTC milliseconds.
        pollers: all that live according to the database.
    """
    if trouble is not None:
        return PollerState(kind=PollerKind.DATABASE_TROUBLE, trouble=trouble)
    telling = tuple(each for each in pollers if each.figures)
    if story.since_ms is not None:
        state = _of_child(story, story.since_ms, poller, interval_s, now_ms)
        return replace(state, pollers=telling) if state.kind is PollerKind.RUNNING else state
    if story.is_elsewhere:
        return PollerState(
            kind=PollerKind.RUNNING_ELSEWHERE,
            pollers=telling,
            interval_s=interval_s,
            delay_ms=poller.delay_ms if poller else None,
            machine=poller.machine if poller else "",
            pid=poller.pid if poller else None,
        )
    return _of_none(story, now_ms)


def _of_child(
    story: ChildStory, since_ms: int, poller: SeenPoller | None, interval_s: float, now_ms: int
) -> PollerState:
    # One that was killed counts as alive for 15 s: what started before our child is not it.
    if poller is not None and poller.started_at >= since_ms:
        return PollerState(kind=PollerKind.RUNNING, interval_s=interval_s, delay_ms=poller.delay_ms)
    silent = now_ms - since_ms >= SILENT_AFTER_MS
    kind = PollerKind.SILENT if silent else PollerKind.STARTING
    return PollerState(kind=kind, deaths=len(story.deaths), last_words=story.last_words)


def _of_none(story: ChildStory, now_ms: int) -> PollerState:
    if not story.is_wanted:
        return PollerState(kind=PollerKind.STOPPED)
    if story.has_given_up:
        return PollerState(kind=PollerKind.GAVE_UP, deaths=len(story.deaths), last_words=story.last_words)
    if story.is_starting:
        return PollerState(kind=PollerKind.STARTING, deaths=len(story.deaths), last_words=story.last_words)
    if story.restart_at_ms is not None:
        left_s = max(0, -(-(story.restart_at_ms - now_ms) // 1000))
        return PollerState(
            kind=PollerKind.DIED, restarts_in_s=left_s, deaths=len(story.deaths), last_words=story.last_words
        )
    return PollerState(kind=PollerKind.NONE)
