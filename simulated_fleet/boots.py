"""When the machines of a fleet were started. Pure."""

from collections.abc import Sequence

import numpy as np

from simulated_fleet.layers import spans
from simulated_fleet.rhythm import Array, Indexes
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.traits import Traits

_BEFORE_S = 8 * 86_400.0
"""For so long before its start a fleet has been up: as far as its past is written."""


class Boots:
    """When each machine was started last: some time before the fleet, and after each outage.

    Attributes:
        first_s: UTC seconds of each machine's boot before the fleet's start.
        changes: whether it is started anew at any time.
    """

    def __init__(self, traits: Traits, scenarios: Sequence[Scenario], start_ms: int) -> None:
        latest = start_ms / 1000 - _BEFORE_S
        phase = (traits.key % 86_400).astype(np.float64) + (traits.key % 97) * 86_400.0
        self.first_s: Array = np.floor((latest - phase) / traits.uptime_s) * traits.uptime_s + phase
        self.changes = np.zeros(len(traits.key), dtype=bool)
        self._outages: dict[int, Array] = {}
        for host, found in spans(scenarios, ScenarioKind.HOST_DOWN).items():
            self._outages[host] = np.array(sorted(scenario.end_ms / 1000 for scenario in found))
            self.changes[host] = True

    def at(self, indexes: Indexes, moment_s: Array) -> Array:
        """UTC seconds of the last boot at moments."""
        booted: Array = self.first_s[indexes]
        for place in np.flatnonzero(self.changes[indexes]):
            booted[place] = self.of(int(indexes[place]), float(moment_s[place]))
        return booted

    def of(self, index: int, moment_s: float) -> float:
        """The same of one machine."""
        outages = self._outages.get(index)
        ended = 0 if outages is None else int(np.searchsorted(outages, moment_s, side="right"))
        return (
            float(self.first_s[index])
            if outages is None or not ended
            else max(float(self.first_s[index]), float(outages[ended - 1]))
        )
