"""Scales of values: how far an axis goes, and where it has its marks. Pure."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

_UNITS = {1024: ("", "K", "M", "G", "T", "P", "E"), 1000: ("", "k", "M", "G", "T", "P", "E")}
_LIMIT = 1e18
"""Above this a host is talking nonsense; the axis need not follow."""


@dataclass(frozen=True, slots=True)
class ValueScale:
    """An axis.

    Attributes:
        bottom: the smallest value that is shown.
        top: the largest one.
        ticks: values with a mark, rising, and what stands there.
    """

    bottom: float
    top: float
    ticks: tuple[tuple[float, str], ...]


PERCENT = ValueScale(0.0, 100.0, tuple((float(value), f"{value}%") for value in (0, 25, 50, 75, 100)))
"""Always the whole: a quiet host is to look quiet."""


def bytes_scale(most: float, most_ticks: int = 4) -> ValueScale:
    """From zero to `most` bytes, in powers of 1024: `48G`.

    Args:
        most: what must fit; for a memory, its size. The axis ends there, or at the next mark where that is near.
        most_ticks: marks above zero.
    """
    top = max(_usable(most), 1024.0)
    step = 1.0
    while top / step > most_ticks * 1.05:
        step *= 2
    ticks = [step * place for place in range(int(top * 1.05 // step) + 1)]
    return ValueScale(0.0, max(top, ticks[-1]), tuple((tick, _label(tick, 1024)) for tick in ticks))


def rate_scale(below: float, above: float, most_ticks: int = 4) -> ValueScale:
    """From `below` under zero to `above` over it, in powers of 1000 and without a sign: `400M`, `0`, `800M`.

    Args:
        below: how far down, not negative.
        above: how far up, not negative.
        most_ticks: marks besides the one at zero.
    """
    down, up = _usable(below), max(_usable(above), 1000.0)
    steps = _round_steps(up + down, most_ticks)
    step = next(step for step in steps if _rows(down, step) + _rows(up, step) <= most_ticks)
    marks = range(-_rows(down, step), _rows(up, step) + 1)
    ticks = tuple((place * step, _label(abs(place * step), 1000)) for place in marks)
    return ValueScale(ticks[0][0], ticks[-1][0], ticks)


def _round_steps(whole: float, most_ticks: int) -> Iterator[float]:
    """1, 2, 2.5, 4, 5, 10 … from what would be enough if nothing had to be rounded up."""
    for exponent in itertools.count(math.floor(math.log10(whole / most_ticks))):
        yield from (factor * 10.0**exponent for factor in (1.0, 2.0, 2.5, 4.0, 5.0))


def _rows(reach: float, step: float) -> int:
    return math.ceil(reach / step - 1e-9)


def _usable(value: float) -> float:
    return min(max(value, 0.0), _LIMIT) if math.isfinite(value) else 0.0


def _label(value: float, base: int) -> str:
    place = 0
    while value >= base and place < len(_UNITS[base]) - 1:
        value /= base
        place += 1
    return f"{value:.4g}{_UNITS[base][place]}"
