"""Intervals of time: from a moment up to before another, UTC milliseconds. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Extent(NamedTuple):
    """Not empty."""

    since: int
    until: int


Extents = tuple[Extent, ...]
"""Apart from each other, ascending."""


def united(intervals: Iterable[Extent]) -> Extents:
    """All of them, those that touch joined."""
    found: list[Extent] = []
    for each in sorted(intervals):
        if found and each.since <= found[-1].until:
            found[-1] = Extent(found[-1].since, max(found[-1].until, each.until))
        else:
            found.append(each)
    return tuple(found)


def without(whole: Extents, taken: Extents) -> Extents:
    """What is left of some intervals."""
    found: list[Extent] = []
    for since, until in whole:
        at = since
        for each in taken:
            if each.until <= at or each.since >= until:
                continue
            if each.since > at:
                found.append(Extent(at, each.since))
            at = each.until
        if at < until:
            found.append(Extent(at, until))
    return tuple(found)


def common(first: Extents, second: Extents) -> Extents:
    """What lies in both."""
    return without(first, without(first, second))


def widened(interval: Extent, length: int) -> Extent:
    """The same out to multiples of a length."""
    return Extent(interval.since // length * length, -(-interval.until // length) * length)


def inside(ts: NDArray[np.int64], intervals: Extents) -> NDArray[np.bool_]:
    """Which of some moments lie in one of them."""
    found = np.zeros(len(ts), dtype=np.bool_)
    for since, until in intervals:
        found |= (ts >= since) & (ts < until)
    return found
