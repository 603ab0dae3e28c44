"""What readings show: gauges as they are, and what is derived from counters and gauges. Pure."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.catalogue import CATALOGUE, Kind
from storage.derive import Deriver, deriver_for, elapsed
from storage.formulas import stored_sources
from storage.layout_cache import kept_by_layout
from storage.reading.readings import Readings
from storage.series import Layout, SeriesKey


class Shown(NamedTuple):
    """Values (N, D) of the series `keys` of the hosts `host_id` (N,) at `ts` (N,), NaN where absent."""

    keys: tuple[SeriesKey, ...]
    host_id: NDArray[np.int64]
    ts: NDArray[np.int64]
    values: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_] | slice) -> "Shown":
        """Some of the readings."""
        return Shown(self.keys, self.host_id[chosen], self.ts[chosen], self.values[chosen])


def show(readings: Readings, metrics: frozenset[str] | None, max_gap_s: float) -> Shown:
    """The series of some metrics, or every gauge and everything that can be derived.

    Args:
        readings: by host, session and time, as `put_together` gives them: no rate crosses hosts or sessions.
        metrics: names; None for everything but counters.
        max_gap_s: the longest span over which a rate is taken.
    """
    plan = _plan(readings.layout, metrics)
    # Decoded columns lie series by series; to take some of them that way is five times as fast.
    stored = readings.values if plan.takes_all else readings.values.T[plan.stored].T
    if plan.deriver is None:
        return Shown(plan.keys, readings.host_id, readings.ts, stored)
    same = np.diff(readings.host_id) == 0
    seconds = np.where(same, elapsed(readings.ts, readings.session_at, max_gap_s), np.nan)
    derived = plan.deriver.rows(seconds, readings.values).T[plan.derived].T
    values = derived if not plan.stored else np.concatenate((stored, derived), axis=1)
    return Shown(plan.keys, readings.host_id, readings.ts, values)


def takes_rates(metrics: Collection[str]) -> bool:
    """Whether one of them is computed from two readings."""
    return any(
        CATALOGUE[name].kind is Kind.DERIVED
        and any(CATALOGUE[source].kind is Kind.COUNTER for source in stored_sources(name))
        for name in metrics
    )


class _Plan(NamedTuple):
    """Which columns of a layout are shown as they are, and which of what its deriver computes."""

    keys: tuple[SeriesKey, ...]
    stored: list[int]
    takes_all: bool
    deriver: Deriver | None
    derived: list[int]


@kept_by_layout
def _plan(layout: Layout, metrics: frozenset[str] | None) -> _Plan:
    stored = [place for place, key in enumerate(layout.series) if _is_shown(key.name, metrics)]
    deriver = _deriver(layout, metrics)
    series = () if deriver is None else deriver.series
    derived = [place for place, key in enumerate(series) if metrics is None or key.name in metrics]
    keys = (*(layout.series[place] for place in stored), *(series[place] for place in derived))
    return _Plan(keys, stored, len(stored) == len(layout.series), deriver, derived)


def _is_shown(name: str, metrics: frozenset[str] | None) -> bool:
    if metrics is not None:
        return name in metrics
    metric = CATALOGUE.get(name)
    return metric is not None and metric.kind is Kind.GAUGE


def _deriver(layout: Layout, metrics: frozenset[str] | None) -> Deriver | None:
    if metrics is None:
        return deriver_for(layout)
    wanted = [name for name in metrics if CATALOGUE[name].kind is Kind.DERIVED]
    if not wanted:
        return None
    return deriver_for(layout, wanted[0]) if len(wanted) == 1 else deriver_for(layout)
