"""What drives the numbers of a machine: its work, bursts, the full hour, the backup, and what goes wrong. Pure.

Each driver is an integral over time since the machine's boot, in seconds, as a function of the moment alone. Counters
are sums of them, so they never run backwards, and a fleet that starts anew goes on where it was.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from simulated_fleet.boots import Boots
from simulated_fleet.layers import Channel, make_layers
from simulated_fleet.noise import bursts_s, pulses_s, wander
from simulated_fleet.rhythm import Array, Calendar, Indexes, worked_s
from simulated_fleet.scenario import Scenario
from simulated_fleet.traits import BURST_PERIOD_S, WANDER_CELLS_S, Traits

_HOUR_S = 3600.0
_DAY_S = 86_400.0
_WANDER_KEYS: Indexes = np.array([0, 5003, 10_007, 20_011], dtype=np.int64)[:, None]


class Driver(IntEnum):
    """The place of each in the last axis."""

    ELAPSED = 0
    WORK = 1
    BURST = 2
    CRON = 3
    BACKUP = 4
    SATURATED = 5
    SWAPPING = 6
    BROKEN_PACKETS = 7


class Drivers:
    """The drivers of a fleet."""

    def __init__(self, traits: Traits, scenarios: Sequence[Scenario], boots: Boots, calendar: Calendar) -> None:
        self._traits = traits
        self._calendar = calendar
        self._boots = boots
        self._layers = make_layers(scenarios, len(traits.key))
        self._before = self._raw(self._layers.owner, self._layers.start_s)
        everyone = np.arange(len(traits.key))
        self._at_boot = self._since_ever(everyone, boots.first_s[everyone])

    def at(self, indexes: Indexes, moment_s: Array) -> tuple[Array, Array]:
        """The drivers since boot at moments.

        Args:
            indexes: of the machines; they may come more than once.
            moment_s: UTC seconds, of the same shape.

        Returns:
            An array of (len(indexes), len(Driver)) seconds; and the work since ever, where noise has its place.
        """
        found = self._since_ever(indexes, moment_s)
        work = found[:, Driver.WORK].copy()
        found -= self._at_boot[indexes]
        again = np.flatnonzero(self._boots.changes[indexes])
        if again.size:
            # These have been started anew at some time: what counts is since then.
            whose = indexes[again]
            booted = self._boots.at(whose, moment_s[again])
            found[again] += self._at_boot[whose] - self._since_ever(whose, booted)
        return found, work

    def _since_ever(self, indexes: Indexes, moment_s: Array) -> Array:
        raw = self._raw(indexes, moment_s)
        found = np.zeros((len(indexes), len(Driver)))
        layers = self._layers
        if layers.count[indexes].any():
            places, rows = layers.over(indexes)
            clipped = np.clip(moment_s[places], layers.start_s[rows], layers.end_s[rows])
            given = self._raw(layers.owner[rows], clipped) - self._before[:, rows]
            np.subtract.at(raw.T, places, (given * layers.weight[rows] * layers.pauses[rows]).T)
            # Packets break as they come: by the work that goes on, not by the clock.
            is_work = layers.channel[rows] == Channel.BROKEN_PACKETS
            lasted = np.where(is_work, given[0], clipped - layers.start_s[rows])
            brought = lasted * layers.weight[rows] * layers.amount[rows]
            np.add.at(found, (places, Driver.SATURATED + layers.channel[rows]), brought)
        found[:, Driver.ELAPSED] = moment_s
        found[:, Driver.WORK] = self._with_noise(indexes, raw[0])
        found[:, Driver.BURST : Driver.BACKUP + 1] = raw[1:].T
        return found

    def _raw(self, indexes: Indexes, moment_s: Array) -> Array:
        """Work without noise, bursts, the full hour and the backup since ever, as if nothing ever went wrong."""
        traits = self._traits
        local = self._calendar.local_s(moment_s)
        return np.stack(
            [
                worked_s(traits.rhythm[indexes], local + traits.shift_s[indexes]),
                bursts_s(moment_s + traits.shift_s[indexes], traits.key[indexes], BURST_PERIOD_S),
                pulses_s(local, _HOUR_S, traits.cron_offset_s[indexes], traits.cron_length_s[indexes]),
                pulses_s(local, _DAY_S, traits.backup_offset_s[indexes], traits.backup_length_s[indexes]),
            ]
        )

    def _with_noise(self, indexes: Indexes, work: Array) -> Array:
        # Noise runs on the clock of the work, so it is a share of the load at any time, and stands still with it.
        cells = WANDER_CELLS_S[:, None]
        keys = self._traits.key[indexes] + _WANDER_KEYS
        noise = wander(work / cells, keys) * cells * self._traits.wander[indexes].T
        noisy: Array = work + noise.sum(axis=0)
        return noisy
