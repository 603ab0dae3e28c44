"""The fleet of a plan, a day at a time: of all that happens in five weeks a reading knows what happens on its day.

From one day to the next counters begin anew, as with a new session: no rate is taken across midnight.
"""

from collections.abc import Sequence
from functools import lru_cache

from benchmarks.alerts.quality_plan import DAY_MS, Happening, Plan
from simulated_fleet.machine import Machine
from simulated_fleet.world import World


class Days:
    """The same fleet on any day."""

    def __init__(self, machines: Sequence[Machine], plan: Plan, seed: int, *, backups_only: bool = False) -> None:
        self.machines = machines
        self._plan = plan
        self._seed = seed
        self._happenings = [each for each in plan.happenings if not backups_only or each.kind == "backup"]
        self._world = lru_cache(maxsize=2)(self._make)

    def world(self, ts: int) -> World:
        """As it is on the day of a moment, UTC milliseconds, and on the one after it."""
        return self._world(ts // DAY_MS * DAY_MS)

    def session_at(self, ts: int) -> int:
        """Since when counters go on at a moment."""
        return ts // DAY_MS * DAY_MS

    def _make(self, day: int) -> World:
        scenarios = [each.scenario for each in self._happenings if _touches(each, day, day + 2 * DAY_MS)]
        return World(self.machines, seed=self._seed, scenarios=scenarios, start_ms=self._plan.start_ms)


def _touches(happening: Happening, start: int, end: int) -> bool:
    return happening.scenario.start_ms < end and start < happening.scenario.end_ms
