"""Reads the machines of a fleet at any moments: all groups, any number of machines at once. Pure."""

from collections.abc import Sequence

import numpy as np

from simulated_fleet.boots import Boots
from simulated_fleet.drivers import Driver, Drivers
from simulated_fleet.fast_values import FastValues, FlatValues
from simulated_fleet.machine import Machine
from simulated_fleet.memory import Memory, MemoryUse
from simulated_fleet.moments import Moments, take_moments
from simulated_fleet.process_tables import ProcessTables, Table
from simulated_fleet.rhythm import Array, Calendar, Indexes
from simulated_fleet.scenario import Scenario
from simulated_fleet.slow_values import SlowValues
from simulated_fleet.traits import draw_traits


class Instruments:
    """Everything that can be read in a fleet; see `simulated_fleet.world.World` for the arguments."""

    def __init__(
        self, machines: Sequence[Machine], *, seed: int, scenarios: Sequence[Scenario], time_zone: str, start_ms: int
    ) -> None:
        traits = draw_traits(machines, seed)
        self.boots = Boots(traits, scenarios, start_ms)
        self.drivers = Drivers(traits, scenarios, self.boots, Calendar(time_zone))
        self.memory = Memory(machines, traits, scenarios)
        self.fast = FastValues(machines, traits)
        self.slow = SlowValues(machines, traits, scenarios, seed)
        self.tables = ProcessTables(machines, traits)

    def read(self, indexes: Sequence[int], moment_s: Sequence[float]) -> "Readings":
        """Readings of these machines at these moments, UTC seconds; one machine may come again and again."""
        at = np.array(indexes, dtype=np.int64), np.array(moment_s, dtype=np.float64)
        moments = take_moments(self.drivers, self.boots, *at)
        return Readings(self, moments, self.memory.at(moments))


class Readings:
    """Readings that were taken together. The groups that have their turn are told by the places of the readings."""

    def __init__(self, instruments: Instruments, moments: Moments, use: MemoryUse) -> None:
        self._instruments = instruments
        self._moments = moments
        self._use = use

    def fast(self) -> FlatValues:
        """The fast group of all of them."""
        return self._instruments.fast.at(self._moments, self._use)

    def slow(self, places: Sequence[int]) -> list[Array]:
        """The slow group of some."""
        return self._instruments.slow.at(self._moments.some(_places(places)))

    def processes(self, places: Sequence[int]) -> tuple[list[int], list[Table]]:
        """How many processes there are on some, and their tables."""
        some = self._moments.some(_places(places))
        tables = self._instruments.tables
        return tables.count(some).astype(np.int64).tolist(), tables.at(some, self._use.some(_places(places)))

    def work(self) -> list[tuple[float, float]]:
        """How fast work goes, 1 in the mean, and what was done since the boot, in seconds of mean load; of all."""
        done = self._moments.drivers[:, Driver.WORK]
        return list(zip(self._moments.pace.tolist(), done.tolist(), strict=True))


def _places(places: Sequence[int]) -> Indexes:
    return np.array(places, dtype=np.int64)
