"""The poller in the few words of the footer, and all that there is to say of it for a tool tip. Pure."""

from dataclasses import dataclass

from fleet.poller_figure_text import figure_lines, poller_name, rate_text
from fleet.poller_trouble_text import poller_trouble_text
from fleet.poller_work import PollerWork
from monitor_gui.poller.database_trouble import DatabaseTrouble, short_name
from monitor_gui.poller.poller_state import PollerKind, PollerState
from storage.poller_figures import PollerHealth, figures_from_json
from storage.printable import printable
from storage.quantities import duration, milliseconds, whole
from storage.translation import _

_NAME_LIMIT = 60
_WORDS_LIMIT = 500
_HEALTH = {PollerHealth.DEGRADED: "warning", PollerHealth.FAILING: "critical"}


@dataclass(frozen=True, slots=True)
class FooterText:
    """The poller in two or three lines.

    Attributes:
        title: what it does.
        detail: more of it, or what is wrong with it.
        health: value of the `fleet.reading.Health` whose shape and colour it has.
        tip: all of it, for whoever stays there with the pointer.
        work: how many hosts it reads and how quickly; empty where that is not known.
    """

    title: str
    detail: str
    health: str
    tip: str
    work: str = ""


def footer_text(state: PollerState) -> FooterText:
    """What the footer says."""
    title, detail, health = _TEXTS[state.kind](state)
    work = _work_line(state.work) if state.work else ""
    lines = [line for line in (title, detail, *_more(state)) if line]
    return FooterText(title, detail, health, "\n".join((*lines, *_figures(state))), work)


def _work_line(work: PollerWork) -> str:
    hosts = _("{up} of {hosts} up").format(up=whole(work.up), hosts=whole(work.hosts))
    return hosts if work.scrapes_per_s is None else f"{hosts} · {rate_text(work.scrapes_per_s)}"


def _figures(state: PollerState) -> list[str]:
    """Every figure on a line of its own; of several pollers, each is introduced by its name."""
    lines = []
    for poller in state.pollers:
        if figures := figures_from_json(poller.figures):
            lines += ["", poller_name(poller)] if len(state.pollers) > 1 else []
            lines += [f"{line.label}: {line.value}" for line in figure_lines(figures)]
    return lines


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
    return _at_work(state, _rhythm(state))


def _elsewhere(state: PollerState) -> tuple[str, str, str]:
    if state.pid is None or state.delay_ms is None or state.work is not None:
        return _at_work(state, _rhythm(state))
    return _at_work(state, _("pid {pid} · lag {lag}").format(pid=state.pid, lag=_lag(state.delay_ms)))


def _at_work(state: PollerState, detail: str) -> tuple[str, str, str]:
    """What is wrong with it stands in the place of what it does."""
    work = state.work or PollerWork()
    title = _("Collector running")
    if work.pollers > 1:
        title = _("{count} collectors running").format(count=work.pollers)
    health = _HEALTH.get(work.health, "ok")
    if health != "ok" and work.troubles:
        detail = poller_trouble_text(work.troubles[0])
    return title, detail, health


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
