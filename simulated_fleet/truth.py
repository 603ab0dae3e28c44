"""The truth about a fleet, to hold findings against: what goes wrong where and when, and what has to be found."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from simulated_fleet.machine import Machine
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.slow_values import filling_mount
from storage.utc import iso_utc

_CRITICAL_FROM = 0.6
"""The strength from which a saturated machine is critical by the limits that ship with Watchpost."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What has to be found.

    Attributes:
        what: a metric of the catalogue whose value passes its limit, or a state that the poller tells.
        severity: "warning" or "critical" of a metric, else empty.
        subject: the mount or the interface, where there is one.
        reasons: of a state: which of the poller's reasons fit.
    """

    what: str
    severity: str = ""
    subject: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """One scenario, with everything that it touches.

    Attributes:
        kind: value of `ScenarioKind`.
        hosts: names of all machines that it shows on.
        start, end: ISO 8601 in UTC.
        expected: each of these on each of the hosts, at some time before the end; empty where nothing has to be found.
    """

    kind: str
    hosts: tuple[str, ...]
    start: str
    end: str
    expected: tuple[Expected, ...]


def labels(scenarios: Sequence[Scenario], machines: Sequence[Machine]) -> list[Label]:
    """The labels of a fleet's scenarios, in their order. Of what differs by host there is one for each host."""
    return [
        Label(scenario.kind.value, hosts, iso_utc(scenario.start_ms), iso_utc(scenario.end_ms), expected)
        for scenario in scenarios
        for hosts, expected in _touched(scenario, machines)
    ]


def write_labels(path: Path, found: Sequence[Label]) -> None:
    """Writes them as JSON lines. Raises OSError."""
    path.write_bytes(b"".join(msgspec.json.encode(asdict(label)) + b"\n" for label in found))


def _touched(scenario: Scenario, machines: Sequence[Machine]) -> list[tuple[tuple[str, ...], tuple[Expected, ...]]]:
    touched = [machines[index] for index in scenario.hosts]
    own = _BY_MACHINE.get(scenario.kind)
    if own is not None:
        return [((machine.name,), own(machine)) for machine in touched]
    if scenario.kind is ScenarioKind.JUMP_HOST_DOWN:
        touched += [one for one in machines if one.behind in scenario.hosts and one.index not in scenario.hosts]
    return [(tuple(machine.name for machine in touched), _expected(scenario))]


def _expected(scenario: Scenario) -> tuple[Expected, ...]:
    if scenario.kind is ScenarioKind.CPU_SATURATION:
        return (Expected("cpu_usage_percent", "critical" if scenario.strength >= _CRITICAL_FROM else "warning"),)
    return _ALWAYS[scenario.kind]


_ALWAYS = {
    # Only who knows what is usual finds it.
    ScenarioKind.RUNAWAY: (),
    ScenarioKind.MEMORY_LEAK: (Expected("memory_used_percent", "critical"),),
    ScenarioKind.SWAP_STORM: (Expected("memory_used_percent", "critical"), Expected("swap_used_percent")),
    ScenarioKind.HOST_DOWN: (Expected("unreachable", reasons=("refused", "lost", "timeout")),),
    ScenarioKind.HALF_OPEN: (Expected("unreachable", reasons=("silent", "timeout", "lost")),),
    ScenarioKind.SLOW_HOST: (),
    ScenarioKind.FLAPPING: (Expected("unreachable", reasons=("refused", "lost")),),
    ScenarioKind.CLOCK_JUMP: (Expected("clock_skew_seconds"),),
    ScenarioKind.HOST_KEY_CHANGED: (Expected("blocked", reasons=("host_key_changed",)),),
    ScenarioKind.JUMP_HOST_DOWN: (Expected("unreachable", reasons=("refused", "lost", "timeout")),),
    ScenarioKind.DIRECTORY_DOWN: (Expected("unreachable", reasons=("auth", "directory_down")),),
}

_BY_MACHINE: dict[ScenarioKind, Callable[[Machine], tuple[Expected, ...]]] = {
    ScenarioKind.DISK_FILLING: lambda machine: (
        Expected("filesystem_used_percent", "critical", filling_mount(machine)),
    ),
    ScenarioKind.NETWORK_ERRORS: lambda machine: (
        Expected("network_error_percent", "warning", machine.interfaces[0].name),
    ),
}
"""Where it depends on the machine what is found."""
