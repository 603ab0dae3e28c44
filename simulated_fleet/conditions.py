"""How hosts can be reached, out of the scenarios that are on. Pure."""

from collections.abc import Sequence

from simulated_fleet.condition import WELL, Condition, Reach
from simulated_fleet.scenario import Scenario, ScenarioKind

SLOW_S = 8.0
"""For so long a slow host holds back what it says, at full strength."""
FLAP_S = 20.0
"""For so long one that flaps is there, and then away."""
CLOCK_JUMP_S = 3600.0
"""How far a clock jumps, at full strength."""
_REACH = {
    ScenarioKind.HOST_DOWN: Reach.DOWN,
    ScenarioKind.JUMP_HOST_DOWN: Reach.DOWN,
    ScenarioKind.HALF_OPEN: Reach.HALF_OPEN,
    ScenarioKind.DIRECTORY_DOWN: Reach.REFUSES_LOGIN,
}
_GRAVITY = (Reach.UP, Reach.REFUSES_LOGIN, Reach.HALF_OPEN, Reach.DOWN)
_OF_REACHING = frozenset(
    {*_REACH, ScenarioKind.SLOW_HOST, ScenarioKind.FLAPPING, ScenarioKind.CLOCK_JUMP, ScenarioKind.HOST_KEY_CHANGED}
)


class Conditions:
    """The scenarios of a fleet that show in how its hosts are reached."""

    def __init__(self, scenarios: Sequence[Scenario]) -> None:
        self._of_host: dict[int, list[tuple[int, Scenario]]] = {}
        for number, scenario in enumerate(scenarios):
            if scenario.kind in _OF_REACHING:
                for host in scenario.hosts:
                    self._of_host.setdefault(host, []).append((number, scenario))

    def at(self, index: int, now_ms: int) -> Condition:
        """How a host is at a moment, UTC milliseconds; of several things that are wrong the worst counts."""
        found = self._of_host.get(index)
        if not found:
            return WELL
        on = [(number, scenario) for number, scenario in found if scenario.start_ms <= now_ms < scenario.end_ms]
        if not on:
            return WELL
        return Condition(
            reach=max((_reach(scenario, now_ms) for _, scenario in on), key=_GRAVITY.index),
            delay_s=max(SLOW_S * scenario.strength * (scenario.kind is ScenarioKind.SLOW_HOST) for _, scenario in on),
            key_generation=max((number + 1) * (one.kind is ScenarioKind.HOST_KEY_CHANGED) for number, one in on),
            clock_offset_s=max(CLOCK_JUMP_S * one.strength * (one.kind is ScenarioKind.CLOCK_JUMP) for _, one in on),
        )

    def clock_offset_s(self, index: int, t_s: float) -> float:
        """How far the wall clock of a host is off at a moment, UTC seconds."""
        return self.at(index, int(t_s * 1000)).clock_offset_s if index in self._of_host else 0.0

    def clock_offsets_s(self, indexes: Sequence[int], moment_s: Sequence[float]) -> list[float]:
        """The same of many."""
        if not self._of_host:
            return [0.0] * len(indexes)
        return [self.clock_offset_s(index, t_s) for index, t_s in zip(indexes, moment_s, strict=True)]


def _reach(scenario: Scenario, now_ms: int) -> Reach:
    if scenario.kind is ScenarioKind.FLAPPING:
        # It begins by being away.
        return Reach.DOWN if (now_ms - scenario.start_ms) // (FLAP_S * 1000) % 2 == 0 else Reach.UP
    return _REACH.get(scenario.kind, Reach.UP)
