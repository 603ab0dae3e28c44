"""How the poller is, from what the database says and what is known of our own child. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fleet.quantities import duration, milliseconds
from monitor_gui.poller.child_story import ChildStory
from monitor_gui.poller.database_trouble import DatabaseTrouble, short_name
from storage.printable import printable
from storage.translation import _

SILENT_AFTER_MS = 30_000
"""A heartbeat comes every 5 s and counts for 15; starting takes one or two, a large database some more."""
_NAME_LIMIT = 60
_WORDS_LIMIT = 500


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


def poller_state(
    story: ChildStory, poller: SeenPoller | None, interval_s: float, trouble: DatabaseTrouble | None, now_ms: int
) -> PollerState:
    """Puts together what is known.

    Args:
        story: of our child.
        poller: the one that lives according to the database.
        interval_s: between two readings.
        trouble: with the database, where it lasts.
        now_ms: UTC milliseconds.
    """
    if trouble is not None:
        return PollerState(kind=PollerKind.DATABASE_TROUBLE, trouble=trouble)
    if story.since_ms is not None:
        return _of_child(story, story.since_ms, poller, interval_s, now_ms)
    if story.is_elsewhere:
        return PollerState(
            kind=PollerKind.RUNNING_ELSEWHERE,
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


@dataclass(frozen=True, slots=True)
class FooterText:
    """The poller in two lines.

    Attributes:
        title: what it does.
        detail: more of it.
        health: value of the `fleet.reading.Health` whose shape and colour it has.
        tip: all of it, for whoever stays there with the pointer.
    """

    title: str
    detail: str
    health: str
    tip: str


def footer_text(state: PollerState) -> FooterText:
    """What the footer says."""
    title, detail, health = _TEXTS[state.kind](state)
    return FooterText(title, detail, health, "\n".join(line for line in (title, detail, *_more(state)) if line))


def _more(state: PollerState) -> tuple[str, ...]:
    """What there is no room for on the card."""
    if state.kind in {PollerKind.DIED, PollerKind.GAVE_UP}:
        return (printable(state.last_words, _WORDS_LIMIT),)
    if state.kind is not PollerKind.RUNNING_ELSEWHERE:
        return ()
    where = printable(state.machine, _NAME_LIMIT)
    whose = _("process {pid} on {machine}").format(pid=state.pid, machine=where) if state.pid else ""
    return (_("not started by this window"), whose)


def _running(state: PollerState) -> tuple[str, str, str]:
    return _("Collector running"), _rhythm(state), "ok"


def _elsewhere(state: PollerState) -> tuple[str, str, str]:
    if state.pid is None or state.delay_ms is None:
        return _("Collector running"), _rhythm(state), "ok"
    detail = _("pid {pid} · lag {lag}").format(pid=state.pid, lag=_lag(state.delay_ms))
    return _("Collector running"), detail, "ok"


def _died(state: PollerState) -> tuple[str, str, str]:
    return _("Collector ended"), _("starts again in {seconds} s").format(seconds=state.restarts_in_s), "critical"


def _trouble(state: PollerState) -> tuple[str, str, str]:
    trouble = state.trouble or DatabaseTrouble.OTHER
    # Busy is nothing that anybody has to mend.
    health = "warning" if trouble is DatabaseTrouble.LOCKED else "critical"
    return short_name(trouble), _("values are from before"), health


_TEXTS = {
    PollerKind.STARTING: lambda _state: (_("Collector starting"), _("one moment"), "unknown"),
    PollerKind.RUNNING: _running,
    PollerKind.RUNNING_ELSEWHERE: _elsewhere,
    PollerKind.SILENT: lambda _state: (_("Collector silent"), _("it runs and stores nothing"), "critical"),
    PollerKind.DIED: _died,
    PollerKind.GAVE_UP: lambda _state: (_("Collector fails"), _("press to try again"), "critical"),
    PollerKind.STOPPED: lambda _state: (_("Collector stopped"), _("nothing is being read"), "warning"),
    PollerKind.NONE: lambda _state: (_("No collector"), _("nothing is being read"), "warning"),
    PollerKind.DATABASE_TROUBLE: _trouble,
}


def _rhythm(state: PollerState) -> str:
    if state.delay_ms is None:
        return _("every {span}").format(span=_span(state))
    return _("every {span} · lag {lag}").format(span=_span(state), lag=_lag(state.delay_ms))


def _lag(delay_ms: int) -> str:
    # Whole milliseconds: it changes with every heartbeat, and nobody acts upon a tenth.
    return _("{count} ms").format(count=delay_ms) if delay_ms < 1000 else milliseconds(delay_ms / 1000)


def _span(state: PollerState) -> str:
    return duration(state.interval_s)
