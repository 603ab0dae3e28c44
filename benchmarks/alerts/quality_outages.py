"""When the hosts of a plan cannot be read. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from simulated_fleet.conditions import FLAP_S
from simulated_fleet.machine import Machine
from simulated_fleet.scenario import Scenario, ScenarioKind
from storage.reason import HostState, Reason

_SILENT_MS = 20_000
"""After so long without a line the poller gives a session up."""
_BACK_MS = 4_000
"""It is back so soon after the host is."""
_REASONS = {
    ScenarioKind.HOST_DOWN: Reason.LOST,
    ScenarioKind.JUMP_HOST_DOWN: Reason.LOST,
    ScenarioKind.FLAPPING: Reason.LOST,
    ScenarioKind.HALF_OPEN: Reason.SILENT,
    ScenarioKind.HOST_KEY_CHANGED: Reason.HOST_KEY_CHANGED,
}


class Outage(NamedTuple):
    """No reading comes from `start` on until before `end`, and the poller knows from `told` on; UTC milliseconds."""

    start: int
    told: int
    end: int
    state: HostState
    reason: Reason


def outages(scenarios: Iterable[Scenario], machines: Sequence[Machine]) -> dict[int, list[Outage]]:
    """By host, in order of their start; none overlaps another one."""
    found: dict[int, list[Outage]] = {}
    for scenario in scenarios:
        reason = _REASONS.get(scenario.kind)
        if reason is None:
            continue
        hosts = list(scenario.hosts)
        if scenario.kind is ScenarioKind.JUMP_HOST_DOWN:
            hosts += [machine.index for machine in machines if machine.behind in scenario.hosts]
        state = HostState.BLOCKED if reason is Reason.HOST_KEY_CHANGED else HostState.UNREACHABLE
        late = _SILENT_MS if reason is Reason.SILENT else 0
        for start, end in _spans(scenario):
            for host in hosts:
                found.setdefault(host, []).append(Outage(start, start + late, end + _BACK_MS, state, reason))
    return {host: _apart(sorted(each)) for host, each in found.items()}


def _spans(scenario: Scenario) -> list[tuple[int, int]]:
    if scenario.kind is not ScenarioKind.FLAPPING:
        return [(scenario.start_ms, scenario.end_ms)]
    step = round(FLAP_S * 1000)
    return [(at, min(at + step, scenario.end_ms)) for at in range(scenario.start_ms, scenario.end_ms, 2 * step)]


def _apart(each: Sequence[Outage]) -> list[Outage]:
    found: list[Outage] = []
    for outage in each:
        if found and outage.start <= found[-1].end:
            found[-1] = found[-1]._replace(end=max(found[-1].end, outage.end))
        else:
            found.append(outage)
    return found
