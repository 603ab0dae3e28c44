"""A poller's figures as lines of a label and a value, the same in every view. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fleet.reason_text import reason_text
from storage.poller_figures import PollerFigures, PollerTrouble
from storage.pollers import Poller
from storage.printable import printable
from storage.quantities import ABSENT, byte_count, duration, percent, plain, whole
from storage.reason import Reason
from storage.translation import _

_NAME_LIMIT = 60
_REASON_LIMIT = 40
_REASONS_SHOWN = 6
_BETWEEN = " · "
"""Parts of a value."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One line.

    Attributes:
        label: what it is.
        value: how much.
        is_bad: whether it is one of the reasons why the poller is not well.
    """

    label: str
    value: str
    is_bad: bool = False


def poller_name(poller: Poller) -> str:
    """Which one it is: `ops-01`, or `east on ops-01` where it has a name of its own; and its process there."""
    machine = printable(poller.machine, _NAME_LIMIT)
    name = printable(poller.name, _NAME_LIMIT)
    where = machine if name in {"", machine} else _("{name} on {machine}").format(name=name, machine=machine)
    return _("{where}, process {pid}").format(where=where, pid=poller.pid)


def rate_text(scrapes_per_s: float | None) -> str:
    """Readings a second: `4.8/s`."""
    if scrapes_per_s is None:
        return ABSENT
    return _("{count}/s").format(count=plain(scrapes_per_s, 1) if scrapes_per_s < 100 else whole(scrapes_per_s))


def figure_lines(figures: PollerFigures) -> list[FigureLine]:
    """Everything that a poller says of its work. What it does not know is a dash."""
    troubles = set(figures.troubles)

    def line(label: str, value: str, *reasons: PollerTrouble) -> FigureLine:
        return FigureLine(label, value, not troubles.isdisjoint(reasons))

    return [
        line(_("Hosts"), _hosts(figures), PollerTrouble.HOSTS_UNREACHABLE),
        *_reasons(_("Not up"), figures.by_reason, is_bad=PollerTrouble.DIRECTORY_DOWN in troubles),
        line(_("Readings"), _since_start(rate_text(figures.scrapes_per_s), figures.scrapes_total)),
        line(
            _("Delay"),
            _spread(figures.delay_p50_ms, figures.delay_p99_ms),
            PollerTrouble.DELAY_HIGH,
            PollerTrouble.LOOP_STUCK,
        ),
        line(_("Waiting in memory"), whole(figures.queue), PollerTrouble.QUEUE_LONG),
        line(
            _("Commit"),
            _spread(figures.commit_p50_ms, figures.commit_p99_ms),
            PollerTrouble.NOTHING_STORED,
            PollerTrouble.DATABASE_AWAY,
        ),
        line(_("Sealing behind by"), duration(figures.sealing_lag_s), PollerTrouble.SEALING_BEHIND),
        line(_("Waiting on disk"), _spool(figures), PollerTrouble.SPOOL_IN_USE),
        line(_("Given up"), whole(figures.lost_total), PollerTrouble.READINGS_LOST),
        line(_("Memory"), byte_count(figures.memory_bytes)),
        line(_("CPU"), _cpu(figures)),
        line(_("Open files"), whole(figures.open_files), PollerTrouble.FEW_DESCRIPTORS),
        *_workers(figures, is_bad=PollerTrouble.WORKERS_DEAD in troubles),
        *_reasons(_("Failures so far"), figures.failures_total, is_bad=False),
    ]


def in_lines(value: str, room: int, measure: Callable[[str], int] = len) -> list[str]:
    """A value broken between its parts, where it is too long for one line.

    Args:
        value: of a `FigureLine`.
        room: on one line.
        measure: how much of it a text takes.
    """
    lines: list[str] = []
    for part in value.split(_BETWEEN):
        longer = f"{lines[-1]}{_BETWEEN}{part}" if lines else part
        if lines and measure(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _hosts(figures: PollerFigures) -> str:
    parts = [_("{up} of {hosts} up").format(up=whole(figures.up), hosts=whole(figures.hosts))]
    if figures.connecting:
        parts.append(_("{count} connecting").format(count=whole(figures.connecting)))
    if figures.blocked:
        parts.append(_("{count} blocked").format(count=whole(figures.blocked)))
    return " · ".join(parts)


def _since_start(rate: str, total: int) -> str:
    return _("{rate} · {count} since the start").format(rate=rate, count=whole(total))


def _spread(p50_ms: float | None, p99_ms: float | None) -> str:
    """The median, and what all but one in a hundred stay below."""
    if p50_ms is None:
        return ABSENT
    if p99_ms is None:
        return _time(p50_ms)
    return _("{median} · 99% within {most}").format(median=_time(p50_ms), most=_time(p99_ms))


def _time(ms: float) -> str:
    if ms >= 60_000:
        return duration(ms / 1000)
    if ms >= 1000:
        return _("{count} s").format(count=plain(ms / 1000, 1))
    return _("{count} ms").format(count=plain(ms, 0 if ms >= 10 else 1))


def _spool(figures: PollerFigures) -> str:
    if not figures.spool_rows and not figures.spool_bytes:
        return whole(0)
    return f"{whole(figures.spool_rows)} · {byte_count(figures.spool_bytes)}"


def _cpu(figures: PollerFigures) -> str:
    total = None if figures.cpu_s is None else _("{span} since the start").format(span=duration(figures.cpu_s))
    now = percent(figures.cpu_percent, digits=1)
    return " · ".join(part for part in (_("{share} of a core").format(share=now), total) if part)


def _workers(figures: PollerFigures, *, is_bad: bool) -> Iterator[FigureLine]:
    if figures.workers or is_bad:
        yield FigureLine(_("Worker processes"), whole(figures.workers), is_bad)


def _reasons(label: str, counts: Mapping[str, int], *, is_bad: bool) -> Iterator[FigureLine]:
    """The most frequent ones; nothing where there are none."""
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if not most:
        return
    parts = [f"{_reason(name)} {whole(count)}" for name, count in most[:_REASONS_SHOWN]]
    if len(most) > _REASONS_SHOWN:
        rest = sum(count for _name, count in most[_REASONS_SHOWN:])
        parts.append(_("other {count}").format(count=whole(rest)))
    yield FigureLine(label, " · ".join(parts), is_bad)


def _reason(name: str) -> str:
    try:
        return reason_text(Reason(name))
    # Of a later version.
    except (ValueError, KeyError):
        return printable(name, _REASON_LIMIT)
