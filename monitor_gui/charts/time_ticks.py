"""Where a time axis has its marks: at round local times, also across a change of the clocks. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from storage.translation import N_, _

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_STEPS = (
    *(count * _SECOND for count in (1, 2, 5, 10, 15, 30)),
    *(count * _MINUTE for count in (1, 2, 5, 10, 15, 30)),
    *(count * _HOUR for count in (1, 2, 3, 6, 12)),
    *(count * _DAY for count in (1, 2, 7, 14, 28, 91, 182, 364)),
)
_LOOK_EVERY_MS = 6 * _HOUR
"""How far apart the clocks are compared; no zone has ever changed them twice in so short a time."""
_MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Tick(NamedTuple):
    """One mark.

    Attributes:
        at: UTC milliseconds.
        text: what stands there.
    """

    at: int
    text: str


def time_ticks(start: int, end: int, zone: tzinfo | None, most: int) -> list[Tick]:
    """At most `most` marks between two moments, UTC milliseconds, in a zone; None is the system's."""
    if end <= start or most < 1:
        return []
    step = next((step for step in _STEPS if (end - start) <= step * most), _STEPS[-1])
    marks: list[Tick] = []
    for at in _round_moments(start, end, zone, step):
        # Where the clocks are put back, an hour comes twice.
        if not marks or at - marks[-1].at >= 0.6 * step:
            marks.append(Tick(at, _tick_text(at, zone, step)))
    return marks[:most]


def clock_text(at: int, zone: tzinfo | None, *, seconds: bool = False, day: bool = False) -> str:
    """A moment as people read it: `14:05`, `14:05:30`, `21 Sep 14:05`."""
    local = local_time(at, zone)
    clock = _clock(local, seconds=seconds)
    return f"{day_text(local)} {clock}" if day else clock


def _clock(local: datetime, *, seconds: bool) -> str:
    # A third of what strftime takes, and there are 20 of them in each paint.
    clock = f"{local.hour:02}:{local.minute:02}"
    return f"{clock}:{local.second:02}" if seconds else clock


def day_text(local: datetime) -> str:
    """`21 Sep`."""
    return _("{day} {month}").format(day=local.day, month=_(_MONTHS[local.month - 1]))


def local_time(at: int, zone: tzinfo | None) -> datetime:
    """A moment in a zone. One that no calendar has becomes the nearest that it has."""
    # A day less at both ends, so that every zone can show it.
    earliest, latest = -62_135_510_400_000, 253_402_214_400_000
    moment = _EPOCH + timedelta(milliseconds=min(max(at, earliest), latest))
    return moment.astimezone(zone)


def _tick_text(at: int, zone: tzinfo | None, step: int) -> str:
    local = local_time(at, zone)
    if step >= _DAY or (local.hour == local.minute == local.second == 0 and step >= _HOUR):
        return day_text(local)
    return _clock(local, seconds=step < _MINUTE)


def _round_moments(start: int, end: int, zone: tzinfo | None, step: int) -> Iterator[int]:
    """Every moment in the span at which the local clock shows a multiple of the step."""
    for first, last, offset in _even_stretches(start, end, zone):
        at = -((-first - offset) // step) * step - offset
        yield from range(at, last, step)


def _even_stretches(start: int, end: int, zone: tzinfo | None) -> Iterator[tuple[int, int, int]]:
    """The span, end included, cut where the clocks are changed: from, up to before, and ahead of UTC by how much."""
    first, offset, at = start, _offset(start, zone), start
    while at < end:
        at = min(at + _LOOK_EVERY_MS, end)
        if (later := _offset(at, zone)) != offset:
            change = _change_between(max(first, at - _LOOK_EVERY_MS), at, zone)
            yield first, change, offset
            first, offset = change, later
    yield first, end + 1, offset


def _change_between(before: int, after: int, zone: tzinfo | None) -> int:
    """The first moment with the later offset, to the second."""
    offset = _offset(before, zone)
    while after - before > _SECOND:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(middle, zone) == offset else (before, middle)
    return after // _SECOND * _SECOND


def _offset(at: int, zone: tzinfo | None) -> int:
    """Milliseconds by which the local clock is ahead of UTC."""
    ahead = local_time(at, zone).utcoffset() or timedelta(0)
    return round(ahead.total_seconds()) * _SECOND
