"""How far scenarios have come that grow from their start to their end: a leak, a disk that fills. Pure."""

from collections.abc import Sequence

import numpy as np

from simulated_fleet.layers import spans, spread_ranges
from simulated_fleet.rhythm import Array, Indexes
from simulated_fleet.scenario import Scenario, ScenarioKind


class Ramps:
    """The scenarios of one kind in a fleet of so many machines."""

    def __init__(self, scenarios: Sequence[Scenario], kind: ScenarioKind, count: int) -> None:
        found = spans(scenarios, kind)
        self._count = np.array([len(found.get(index, ())) for index in range(count)], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count
        flat = [scenario for index in sorted(found) for scenario in found[index]]
        self._start_s = np.array([scenario.start_ms / 1000 for scenario in flat])
        self._end_s = np.array([scenario.end_ms / 1000 for scenario in flat])
        self._strength = np.array([scenario.strength for scenario in flat])

    def at(self, indexes: Indexes, moment_s: Array, *, rise_s: float | None = None) -> tuple[Array, Array]:
        """How far they have come at moments, 0 to 1, and their strength; 0 where there is none.

        Args:
            indexes: of machines; they may come more than once.
            moment_s: UTC seconds, of the same shape.
            rise_s: for those that are there at once rather than in the end: how soon.
        """
        way, strength = np.zeros(len(indexes)), np.zeros(len(indexes))
        if self._count[indexes].any():
            places, rows = spread_ranges(self._first[indexes], self._count[indexes])
            since = moment_s[places] - self._start_s[rows]
            lasts = self._end_s[rows] - self._start_s[rows]
            goes_on = (since >= 0) & (since < lasts)
            come = np.minimum(1.0, since / (lasts if rise_s is None else np.minimum(rise_s, lasts)))
            np.maximum.at(way, places, np.where(goes_on, come, 0.0))
            np.maximum.at(strength, places, np.where(goes_on, self._strength[rows], 0.0))
        return way, strength
