"""What changed around a moment: mean, 95th percentile and largest value before and after it. Pure.

A mean wanders by itself, so a difference alone says little. Each side is cut into pieces; how far the means of the
pieces lie apart tells how far the mean of the whole side would wander by chance (the method of batch means, which also
holds for readings that depend on the ones before). Only what exceeds that by a clear margin is called a change.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from fleet.compared_side import HostSide, Side, standard_error, together

CLEAR = 3.0
"""Times the standard error: with all pieces there, chance alone goes that far in one comparison of a hundred."""
SMALLEST_POINTS = 0.1
"""Percentage points below which nothing is called a change, however steady the readings are."""
SMALLEST_SHARE = 0.01
"""The same for all that is no percentage, as a share of the mean before."""


class Verdict(StrEnum):
    """What may be said of a difference. Scripts rely on the values."""

    CHANGED = "changed"
    WITHIN_NOISE = "within_noise"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A quantity before and after.

    Attributes:
        before: the time before.
        after: the time after.
        difference: of the means; None where one of them is not there.
        percent: the difference in percent of the mean before; None where that is 0.
        margin: what a difference has to exceed to be called a change; None without enough data.
        verdict: what may be said of the difference.
    """

    before: Side
    after: Side
    difference: float | None
    percent: float | None
    margin: float | None
    verdict: Verdict


def change_of(before: Sequence[HostSide], after: Sequence[HostSide], *, in_percent: bool) -> Change:
    """The change of one host, or of several taken together.

    Args:
        before: of the hosts that have readings on both sides.
        after: of the same hosts in the same order.
        in_percent: whether the quantity is a percentage, so that small differences are measured in points.
    """
    first, second = together(before), together(after)
    difference = None if first.mean is None or second.mean is None else second.mean - first.mean
    percent = difference / first.mean * 100 if difference is not None and first.mean else None
    margin = None
    error_before, error_after = standard_error(before), standard_error(after)
    if difference is not None and error_before is not None and error_after is not None:
        smallest = SMALLEST_POINTS if in_percent else SMALLEST_SHARE * abs(first.mean or 0.0)
        margin = max(CLEAR * math.hypot(error_before, error_after), smallest)
    return Change(
        before=first,
        after=second,
        difference=difference,
        percent=percent,
        margin=margin,
        verdict=_verdict(difference, margin),
    )


def _verdict(difference: float | None, margin: float | None) -> Verdict:
    if difference is None or margin is None:
        return Verdict.NOT_ENOUGH_DATA
    return Verdict.CHANGED if abs(difference) > margin else Verdict.WITHIN_NOISE
