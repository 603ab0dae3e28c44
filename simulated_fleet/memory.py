"""Memory and swap of a machine: what programs use, and what the kernel makes of the rest. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulated_fleet.machine import Machine
from simulated_fleet.moments import Moments
from simulated_fleet.noise import wander
from simulated_fleet.ramps import Ramps
from simulated_fleet.rhythm import Array, Indexes
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.traits import Traits

_PAGE_BYTES = 4096.0
_MOST = 0.8
"""Of memory, on an ordinary day."""
_EXHAUSTED = 0.988
_SWAPPED = 0.92
_STORM_RISES_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class MemoryUse:
    """Memory at readings, in bytes.

    Attributes:
        sizes: seven values a reading in the order of the wire.
        used: what programs use in all.
        usual: what they use that do nothing wrong.
    """

    sizes: Array
    used: Array
    usual: Array

    def some(self, places: Indexes) -> "MemoryUse":
        """Only of the readings at these places."""
        return MemoryUse(self.sizes[places], self.used[places], self.usual[places])


class Memory:
    """The memory of a fleet."""

    def __init__(self, machines: Sequence[Machine], traits: Traits, scenarios: Sequence[Scenario]) -> None:
        self._traits = traits
        self._total = np.array([float(machine.memory_bytes) for machine in machines])
        self._swap = np.array([float(machine.swap_bytes) for machine in machines])
        self._leaks = Ramps(scenarios, ScenarioKind.MEMORY_LEAK, len(machines))
        self._storms = Ramps(scenarios, ScenarioKind.SWAP_STORM, len(machines))

    def at(self, moments: Moments) -> MemoryUse:
        """How it is used at each reading."""
        indexes = moments.indexes
        total, swap_total = self._total[indexes], self._swap[indexes]
        usual = self._usual(moments)
        used, pressed = self._used(moments, usual)
        rest = total * (1 - used)
        cached = rest * (0.62 + 0.12 * wander(moments.moment_s / 1900, self._traits.key[indexes]))
        buffers = rest * 0.035
        free = rest - cached - buffers
        swapped = self._traits.swap[indexes] + (_SWAPPED - self._traits.swap[indexes]) * pressed
        sizes = np.empty((len(indexes), 7))
        sizes[:, 0] = total
        # Part of the cache cannot be given back: what is mapped, and what waits to be written.
        sizes[:, 1] = free + 0.93 * (cached + buffers)
        sizes[:, 2], sizes[:, 3], sizes[:, 4] = free, cached, buffers
        sizes[:, 5], sizes[:, 6] = swap_total, swap_total * (1 - swapped)
        return MemoryUse(np.floor(sizes / _PAGE_BYTES) * _PAGE_BYTES, used * total, usual * total)

    def _used(self, moments: Moments, usual: Array) -> tuple[Array, Array]:
        """The share of memory that programs use; and how far swap has to help out, 0 to 1."""
        leaked, _ = self._leaks.at(moments.indexes, moments.moment_s)
        storm, strength = self._storms.at(moments.indexes, moments.moment_s, rise_s=_STORM_RISES_S)
        used = usual + (_EXHAUSTED - usual) * np.maximum(leaked, storm)
        # What leaks goes to swap when nothing else is left.
        pressed = np.maximum(np.clip((leaked - 0.85) / 0.15, 0, 1) * 0.8, storm * (0.6 + 0.4 * strength))
        return used, pressed

    def _usual(self, moments: Moments) -> Array:
        traits, indexes = self._traits, moments.indexes
        period = traits.leak_period_s[indexes]
        leaked = traits.leak[indexes] * ((moments.moment_s + traits.key[indexes] % 1_000_000) % period / period)
        swing = traits.memory_swing[indexes] * (np.clip(moments.slow_pace, 0.0, 2.5) - 1)
        own = 0.02 * wander(moments.moment_s / 700, traits.key[indexes] + 101)
        used: Array = np.clip(traits.memory[indexes] + swing + leaked + own, 0.05, _MOST)
        return used
