"""Flapping: an alert that comes and goes is told of as such, once, and then only when it has settled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

START_CHANGES = 4
"""Two visits and two good-byes: the fifth message would say nothing that the four before it did not."""
RETURN_CHANGES = 3
"""It fired, ended, and fired again."""
WINDOW_S = 3600.0
CALM_S = 3600.0
"""Without a change for so long, it has settled."""


@dataclass(frozen=True, slots=True)
class Flapping:
    """Whether an alert comes and goes.

    Attributes:
        changes: when it fired or was resolved lately, UTC in milliseconds, oldest first.
        since_at: since when it counts as flapping; None where it does not.
    """

    changes: tuple[int, ...] = ()
    since_at: int | None = None

    @property
    def returning(self) -> bool:
        """Whether it has fired again within the hour, or more than that."""
        return self.since_at is not None or len(self.changes) >= RETURN_CHANGES


def changed(flapping: Flapping, ts: int) -> Flapping:
    """After it fired or was resolved at that moment."""
    calm = at_rest(flapping, ts)
    changes = (*_lately(calm.changes, ts), ts)
    begins = calm.since_at is None and len(changes) >= START_CHANGES
    return Flapping(changes, ts if begins else calm.since_at)


def with_changes(flapping: Flapping, moments: Iterable[int], ts: int) -> Flapping:
    """After changes of which some may be known already, at a moment; rows tell the same ones again and again."""
    for moment in sorted(set(moments)):
        if not flapping.changes or moment > flapping.changes[-1]:
            flapping = changed(flapping, moment)
    return at_rest(flapping, ts)


def at_rest(flapping: Flapping, ts: int) -> Flapping:
    """As it is at that moment, without a change: what has been calm for long enough does not flap any more."""
    if flapping.changes and ts - flapping.changes[-1] >= CALM_S * 1000:
        return Flapping()
    if flapping.since_at is None and flapping.changes and ts - flapping.changes[0] >= WINDOW_S * 1000:
        return Flapping(_lately(flapping.changes, ts))
    return flapping


def calm_at(flapping: Flapping) -> int | None:
    """When it will have settled, if nothing changes; None where it does not flap."""
    return None if flapping.since_at is None else flapping.changes[-1] + round(CALM_S * 1000)


def _lately(changes: Sequence[int], ts: int) -> tuple[int, ...]:
    return tuple(at for at in changes if ts - at < WINDOW_S * 1000)[-START_CHANGES * 4 :]
