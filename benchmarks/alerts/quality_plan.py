"""What happens in the labelled fleet: faults that have to be found, and what looks like one and is none. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from simulated_fleet.machine import Machine
from simulated_fleet.scenario import Scenario, ScenarioKind

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
LEARNING_DAYS = 28
_APART_MS = 40 * 60_000
"""Between two things on one host: what is left of one alert must not be taken for the next."""

CPU, MEMORY, DISK, DISK_SOON = "CPU usage", "Memory usage", "Disk usage", "Disk full soon"
NETWORK, SWAPPING, STALLS, CLOCK = "Network errors", "Swapping", "Memory stalls", "Clock ahead"
UNREACHABLE, UNUSUAL = "Host unreachable", "CPU unlike itself"

SHOWS_AS = {
    ScenarioKind.CPU_SATURATION: (CPU, UNUSUAL),
    ScenarioKind.RUNAWAY: (UNUSUAL,),
    ScenarioKind.MEMORY_LEAK: (MEMORY, STALLS, SWAPPING),
    ScenarioKind.DISK_FILLING: (DISK, DISK_SOON),
    ScenarioKind.NETWORK_ERRORS: (NETWORK,),
    ScenarioKind.SWAP_STORM: (SWAPPING, MEMORY, STALLS, UNUSUAL),
    ScenarioKind.CLOCK_JUMP: (CLOCK,),
    ScenarioKind.HOST_DOWN: (UNREACHABLE,),
    ScenarioKind.HALF_OPEN: (UNREACHABLE,),
    ScenarioKind.HOST_KEY_CHANGED: (UNREACHABLE,),
    ScenarioKind.JUMP_HOST_DOWN: (UNREACHABLE,),
    ScenarioKind.FLAPPING: (UNREACHABLE,),
}
"""The rules by whose names a scenario may rightly be told of."""

FOUND_BY = {
    ScenarioKind.CPU_SATURATION: (CPU,),
    ScenarioKind.RUNAWAY: (UNUSUAL,),
    ScenarioKind.MEMORY_LEAK: (MEMORY,),
    ScenarioKind.DISK_FILLING: (DISK,),
    ScenarioKind.NETWORK_ERRORS: (NETWORK,),
    ScenarioKind.SWAP_STORM: (SWAPPING, STALLS, MEMORY),
    ScenarioKind.CLOCK_JUMP: (CLOCK,),
    ScenarioKind.HOST_DOWN: (UNREACHABLE,),
    ScenarioKind.HALF_OPEN: (UNREACHABLE,),
    ScenarioKind.HOST_KEY_CHANGED: (UNREACHABLE,),
    ScenarioKind.JUMP_HOST_DOWN: (UNREACHABLE,),
}
"""The rules each of which has to find it, where it lasts for longer than they wait."""

_MINUTES = {
    ScenarioKind.CPU_SATURATION: (7, 60),
    ScenarioKind.RUNAWAY: (45, 240),
    ScenarioKind.MEMORY_LEAK: (40, 240),
    ScenarioKind.DISK_FILLING: (60, 360),
    ScenarioKind.NETWORK_ERRORS: (7, 60),
    ScenarioKind.SWAP_STORM: (7, 30),
    ScenarioKind.CLOCK_JUMP: (10, 120),
    ScenarioKind.HOST_DOWN: (1.5, 20),
    ScenarioKind.HALF_OPEN: (2, 15),
    ScenarioKind.HOST_KEY_CHANGED: (10, 60),
    ScenarioKind.JUMP_HOST_DOWN: (2, 15),
}
"""How long faults last, from and to."""

_BENIGN_S = {
    ScenarioKind.CPU_SATURATION: (40, 285),
    ScenarioKind.NETWORK_ERRORS: (30, 285),
    ScenarioKind.SWAP_STORM: (40, 270),
    ScenarioKind.MEMORY_LEAK: (180, 380),
    ScenarioKind.DISK_FILLING: (180, 400),
    ScenarioKind.CLOCK_JUMP: (35, 280),
    ScenarioKind.HOST_DOWN: (5, 50),
    ScenarioKind.HALF_OPEN: (10, 45),
    ScenarioKind.FLAPPING: (300, 1200),
}
"""The same things for less long than anybody has to be told of: a build, a dump, a restart, a loose cable."""
_BENIGN_WEIGHTS = (6, 2, 2, 2, 2, 1, 2, 1, 1)

FAULTS_A_DAY = 1.2
BENIGN_A_DAY = 1.6
_BACKED_UP = 0.4
"""Of the hosts, every night."""
_SLOWLY_FILLING = 0.12
"""Of the hosts have a disk that fills up over days."""


class Happening(NamedTuple):
    """A scenario with its label.

    Attributes:
        scenario: what, where, from when until when.
        kind: "fault", "burst", "backup" or "slow fill".
    """

    scenario: Scenario
    kind: str

    @property
    def is_fault(self) -> bool:
        """Whether somebody wants to be told."""
        return self.kind in ("fault", "slow fill")


@dataclass(frozen=True, slots=True)
class Plan:
    """All that happens.

    Attributes:
        start_ms: when the weeks begin from which is learnt.
        live_ms: when the week begins that is judged.
        end_ms: when that is over.
        happenings: in order of their start.
    """

    start_ms: int
    live_ms: int
    end_ms: int
    happenings: tuple[Happening, ...]

    @property
    def scenarios(self) -> list[Scenario]:
        """As the fleet takes them."""
        return [happening.scenario for happening in self.happenings]


def make_plan(machines: Sequence[Machine], *, seed: int, live_ms: int, days: float) -> Plan:
    """Draws what happens to a fleet; the same for the same seed.

    Args:
        machines: of the fleet.
        seed: another one gives another week.
        live_ms: when the judged week begins, UTC milliseconds; the four weeks before it hold backups and nothing else.
        days: how long it is.
    """
    start, end = live_ms - LEARNING_DAYS * DAY_MS, live_ms + round(days * DAY_MS)
    chance = np.random.default_rng((seed, 0xA1E27))
    is_jump = {machine.behind for machine in machines}
    found: list[Happening] = []
    for machine in machines:
        own = _Draw(machine.index, chance, [])
        if chance.uniform() < _BACKED_UP:
            own.back_up(start, end)
        if chance.uniform() < _SLOWLY_FILLING and days >= 3:
            own.fill_slowly(live_ms, end)
        kinds = [kind for kind in _MINUTES if (kind is ScenarioKind.JUMP_HOST_DOWN) <= (machine.index in is_jump)]
        if machine.index in is_jump:
            kinds = [kind for kind in kinds if kind is not ScenarioKind.HOST_DOWN]
        own.go_wrong(kinds, live_ms, end, FAULTS_A_DAY * days)
        own.look_wrong(live_ms, end, BENIGN_A_DAY * days, is_jump=machine.index in is_jump)
        found += own.found
    return Plan(start, live_ms, end, tuple(sorted(found, key=lambda each: each.scenario.start_ms)))


class _Draw:
    """What happens to one host."""

    def __init__(self, index: int, chance: Generator, found: list[Happening]) -> None:
        self._index = index
        self._chance = chance
        self.found = found
        self._slow = False

    def back_up(self, start: int, end: int) -> None:
        """Every night at the same time: long stretches of more CPU than by day, and short ones of all there is."""
        at = float(self._chance.uniform(0.5, 4.0)) * HOUR_MS
        parts = int(self._chance.integers(1, 4))
        strength = round(float(self._chance.uniform(0.3, 1.0)), 2)
        for night in range(start, end, DAY_MS):
            moment = night + at + float(self._chance.normal(0, 3)) * 60_000
            for _ in range(parts):
                moment = self._add("backup", ScenarioKind.RUNAWAY, moment, self._chance.uniform(600, 1500), strength)
                moment = self._add("backup", ScenarioKind.CPU_SATURATION, moment, self._chance.uniform(60, 270), 0.5)

    def fill_slowly(self, live: int, end: int) -> None:
        """A disk that takes days."""
        self._slow = True
        length_s = float(self._chance.uniform(2.2, 4.5)) * 86_400
        latest = max(live + HOUR_MS, end - length_s * 1000)
        moment = float(self._chance.uniform(live + HOUR_MS, latest))
        self._add("slow fill", ScenarioKind.DISK_FILLING, moment, min(length_s, (end - moment) / 1000), 1.0)

    def go_wrong(self, kinds: Sequence[ScenarioKind], live: int, end: int, mean: float) -> None:
        """Faults of every kind."""
        for _ in range(int(self._chance.poisson(mean))):
            kind = kinds[int(self._chance.integers(len(kinds)))]
            self._place("fault", kind, float(self._chance.uniform(*_MINUTES[kind])) * 60, live, end)

    def look_wrong(self, live: int, end: int, mean: float, *, is_jump: bool) -> None:
        """Bursts that nobody wants to be told of."""
        weights = np.array(_BENIGN_WEIGHTS, dtype=np.float64)
        for _ in range(int(self._chance.poisson(mean))):
            kind = list(_BENIGN_S)[int(self._chance.choice(len(weights), p=weights / weights.sum()))]
            if not (is_jump and kind is ScenarioKind.HOST_DOWN):
                self._place("burst", kind, float(self._chance.uniform(*_BENIGN_S[kind])), live, end)

    def _place(self, label: str, kind: ScenarioKind, length_s: float, live: int, end: int) -> None:
        """Somewhere where nothing else is; what finds no room does not happen."""
        if self._slow and kind is ScenarioKind.DISK_FILLING:
            return
        strength = round(float(self._chance.uniform(0.6, 1.0)), 2)
        # Not in the first hour, in which nothing has been seen yet.
        first, last = live + HOUR_MS, end - HOUR_MS - length_s * 1000
        for _ in range(20 if first < last else 0):
            start = float(self._chance.uniform(first, last))
            if not any(_near(start, start + length_s * 1000, each.scenario) for each in self._in_the_way()):
                self._add(label, kind, start, length_s, strength)
                return

    def _in_the_way(self) -> Iterable[Happening]:
        return (each for each in self.found if each.kind != "slow fill")

    def _add(self, label: str, kind: ScenarioKind, start: float, length_s: float, strength: float) -> float:
        end = start + length_s * 1000
        self.found.append(Happening(Scenario(kind, (self._index,), round(start), round(end), strength), label))
        return end


def _near(start: float, end: float, other: Scenario) -> bool:
    return start - _APART_MS < other.end_ms and other.start_ms < end + _APART_MS
