"""What all pollers of a database do together, out of what each says of itself. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.poller_figures import PollerFigures, PollerHealth, PollerTrouble, figures_from_json
from storage.pollers import Poller

_GRAVITY = (PollerHealth.READY, PollerHealth.STARTING, PollerHealth.DEGRADED, PollerHealth.FAILING)
"""From well to bad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollerWork:
    """One poller or several.

    Attributes:
        pollers: how many there are.
        hosts: how many they read; of these
        up: bring readings.
        scrapes_per_s: over the last seconds; None where none of them knows yet.
        delay_p99_ms: of the one that is latest, from the reading on the host to committed; None where none knows.
        health: of the one that is worst.
        troubles: of all of them, the gravest first.
    """

    pollers: int = 1
    hosts: int = 0
    up: int = 0
    scrapes_per_s: float | None = None
    delay_p99_ms: float | None = None
    health: PollerHealth = PollerHealth.READY
    troubles: tuple[PollerTrouble, ...] = ()


def work_of(pollers: Iterable[Poller]) -> PollerWork | None:
    """Adds up what living pollers say; None where none says anything, as those of before did not."""
    said = [figures for poller in pollers if (figures := figures_from_json(poller.figures)) is not None]
    if not said:
        return None
    return PollerWork(
        pollers=len(said),
        hosts=sum(figures.hosts for figures in said),
        up=sum(figures.up for figures in said),
        scrapes_per_s=_sum(figures.scrapes_per_s for figures in said),
        delay_p99_ms=max(_known(figures.delay_p99_ms for figures in said), default=None),
        health=max((figures.health for figures in said), key=_GRAVITY.index),
        troubles=_troubles(said),
    )


def _troubles(said: Sequence[PollerFigures]) -> tuple[PollerTrouble, ...]:
    worst_first = sorted(said, key=lambda figures: _GRAVITY.index(figures.health), reverse=True)
    return tuple(dict.fromkeys(trouble for figures in worst_first for trouble in figures.troubles))


def _sum(values: Iterable[float | None]) -> float | None:
    known = _known(values)
    return sum(known) if known else None


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]
