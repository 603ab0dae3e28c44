"""What all numbers of a reading are made of: the drivers at its moment and some time before it. Pure."""

from dataclasses import dataclass

import numpy as np

from simulated_fleet.boots import Boots
from simulated_fleet.drivers import Driver, Drivers
from simulated_fleet.rhythm import Array, Indexes

LAGS_S = (0.0, 10.0, 60.0, 300.0, 900.0)
"""Between two process tables, and the spans of the load averages."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Readings that are taken together: of several machines, or of one again and again.

    Attributes:
        indexes: of the machines, one a reading.
        moment_s: UTC seconds, one a reading.
        boot_s: when the machine was started, UTC seconds.
        drivers: seconds since boot, (readings, drivers).
        work: since ever, where noise has its place.
        grown: by how much the drivers have grown in each of LAGS_S, a second; (lags, readings, drivers).
    """

    indexes: Indexes
    moment_s: Array
    boot_s: Array
    drivers: Array
    work: Array
    grown: Array

    def some(self, at: Indexes) -> "Moments":
        """Only the readings at these places."""
        return Moments(
            self.indexes[at], self.moment_s[at], self.boot_s[at], self.drivers[at], self.work[at], self.grown[:, at]
        )

    @property
    def pace(self) -> Array:
        """How fast work goes, over ten seconds; 1 in the mean."""
        found: Array = self.grown[1, :, Driver.WORK]
        return found

    @property
    def slow_pace(self) -> Array:
        """The same over five minutes."""
        found: Array = self.grown[3, :, Driver.WORK]
        return found


def take_moments(drivers: Drivers, boots: Boots, indexes: Indexes, moment_s: Array) -> Moments:
    """Works out what readings need; both arrays are of the same length."""
    boot_s = boots.at(indexes, moment_s)
    lags = np.array(LAGS_S)[:, None]
    before_s = np.maximum(moment_s - lags, boot_s)
    found, work = drivers.at(np.tile(indexes, len(LAGS_S)), before_s.ravel())
    since_boot = found.reshape(len(LAGS_S), len(indexes), len(Driver))
    span_s = np.maximum(moment_s - before_s, 1.0)[:, :, None]
    grown = (since_boot[0] - since_boot) / span_s
    return Moments(indexes, moment_s, boot_s, since_boot[0], work[: len(indexes)], grown)
