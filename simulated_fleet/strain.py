"""How hard what goes wrong makes it for a machine to answer: later than usual, or not at all. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulated_fleet.scenario import Scenario, ScenarioKind


@dataclass(frozen=True, slots=True)
class Strain:
    """How a machine answers at a moment.

    Attributes:
        slower: how many times as long as usual it takes, less one.
        fails: how often programs give no answer, or a bad one; a share.
        breaks: how often a service is not there at all; a share.
        loses: how often the network loses what is asked or answered; a share.
    """

    slower: float = 0.0
    fails: float = 0.0
    breaks: float = 0.0
    loses: float = 0.0


CALM = Strain()
_FROM_THE_START: Mapping[ScenarioKind, Strain] = {
    ScenarioKind.CPU_SATURATION: Strain(slower=14.0, fails=0.3),
    ScenarioKind.SWAP_STORM: Strain(slower=60.0, fails=0.7),
    ScenarioKind.NETWORK_ERRORS: Strain(slower=4.0, loses=0.3),
    ScenarioKind.SLOW_HOST: Strain(slower=30.0, fails=0.1),
}
_LATE: Mapping[ScenarioKind, tuple[float, Strain]] = {
    ScenarioKind.MEMORY_LEAK: (0.9, Strain(slower=8.0, fails=0.4, breaks=0.35)),
    ScenarioKind.DISK_FILLING: (0.85, Strain(slower=0.5, fails=0.5, breaks=0.2)),
}
"""Nobody feels these before memory or room runs short: how far they have come by then."""


class Strains:
    """The scenarios of a fleet that its programs suffer from."""

    def __init__(self, scenarios: Sequence[Scenario]) -> None:
        self._of_host: dict[int, list[Scenario]] = {}
        for scenario in scenarios:
            if scenario.kind in _FROM_THE_START or scenario.kind in _LATE:
                for host in scenario.hosts:
                    self._of_host.setdefault(host, []).append(scenario)

    def at(self, index: int, t_s: float) -> Strain:
        """What weighs on a machine at a moment, UTC seconds; of several things each at its worst."""
        found = [_of(scenario, t_s * 1000) for scenario in self._of_host.get(index, ())]
        if not found:
            return CALM
        return Strain(
            slower=max(one.slower for one in found),
            fails=max(one.fails for one in found),
            breaks=max(one.breaks for one in found),
            loses=max(one.loses for one in found),
        )


def _of(scenario: Scenario, now_ms: float) -> Strain:
    way = (now_ms - scenario.start_ms) / (scenario.end_ms - scenario.start_ms)
    from_way, full = _LATE.get(scenario.kind) or (0.0, _FROM_THE_START[scenario.kind])
    if not from_way <= way < 1:
        return CALM
    much = scenario.strength
    return Strain(full.slower * much, full.fails * much, full.breaks * much, full.loses * much)
