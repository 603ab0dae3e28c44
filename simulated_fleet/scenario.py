"""What goes wrong in a fleet, where and when: by chance, the same for the same seed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.random import Generator

from simulated_fleet.machine import Machine


class ScenarioKind(StrEnum):
    """What goes wrong."""

    CPU_SATURATION = "cpu_saturation"
    """A program takes all CPU that there is."""
    RUNAWAY = "runaway"
    """A program takes up to two thirds of all CPU and does not end: more than usual, and below any limit."""
    MEMORY_LEAK = "memory_leak"
    """A program grows until the kernel kills it, at the end."""
    DISK_FILLING = "disk_filling"
    """A file system fills up; at the end somebody makes room."""
    NETWORK_ERRORS = "network_errors"
    """A bad cable: part of the packets is broken."""
    SWAP_STORM = "swap_storm"
    """More memory is wanted than there is, and the machine does little but swap."""
    HOST_DOWN = "host_down"
    """Off; at the end it starts anew."""
    HALF_OPEN = "half_open"
    """Connections stand, but nothing comes through them."""
    SLOW_HOST = "slow_host"
    """It answers late."""
    FLAPPING = "flapping"
    """It comes and goes."""
    CLOCK_JUMP = "clock_jump"
    """Its wall clock is wrong until the end."""
    HOST_KEY_CHANGED = "host_key_changed"
    """It shows another host key; after the end the old one again."""
    JUMP_HOST_DOWN = "jump_host_down"
    """A jump host is off, and all hosts behind it are out of reach."""
    DIRECTORY_DOWN = "directory_down"
    """The directory that logins are checked against is down: these hosts refuse everybody."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that goes wrong.

    Attributes:
        kind: what.
        hosts: indexes of the machines; of JUMP_HOST_DOWN those of the jump hosts.
        start_ms, end_ms: from when and until when, UTC milliseconds; the end is past it.
        strength: how much of it, above 0 and up to 1.
    """

    kind: ScenarioKind
    hosts: tuple[int, ...]
    start_ms: int
    end_ms: int
    strength: float = 1.0

    def __post_init__(self) -> None:
        if not self.hosts or self.end_ms <= self.start_ms or not 0 < self.strength <= 1:
            raise ValueError("a scenario needs a host, an end after its start, and a strength above 0 and up to 1")


_USUAL_S = {
    ScenarioKind.CPU_SATURATION: (300, 1800),
    ScenarioKind.MEMORY_LEAK: (1800, 14_400),
    ScenarioKind.DISK_FILLING: (3600, 21_600),
    ScenarioKind.NETWORK_ERRORS: (300, 3600),
    ScenarioKind.SWAP_STORM: (180, 1200),
    ScenarioKind.HOST_DOWN: (60, 1200),
    ScenarioKind.HALF_OPEN: (120, 900),
    ScenarioKind.SLOW_HOST: (120, 1800),
    ScenarioKind.FLAPPING: (300, 1200),
    ScenarioKind.CLOCK_JUMP: (600, 7200),
    ScenarioKind.HOST_KEY_CHANGED: (600, 3600),
    ScenarioKind.JUMP_HOST_DOWN: (120, 900),
    ScenarioKind.DIRECTORY_DOWN: (300, 1200),
}
"""For how long, from and to. By chance nothing happens but what is found by a limit, or by nobody."""
_FOR_ONE = tuple(kind for kind in _USUAL_S if kind is not ScenarioKind.DIRECTORY_DOWN)
_PAUSE_S = 600.0
"""On one host there is calm for at least so long in between."""


def by_chance(machines: Sequence[Machine], *, seed: int, start_ms: int, span_ms: int, share: float) -> list[Scenario]:
    """Scenarios for a span of time.

    Args:
        machines: of the fleet.
        seed: another one gives others.
        start_ms: from when on, UTC milliseconds.
        span_ms: for how long; none begins before it and none ends after it.
        share: how many hosts have something at any moment, on average; 0 to 1.

    Returns:
        In order of their start; on one host never two at once, and only such kinds as can happen to it.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share of {share}; it is 0 to 1")
    chance = np.random.default_rng((seed, 0x5CE7A))
    is_jump = {machine.behind for machine in machines}
    found = [
        scenario
        for machine in machines
        for scenario in _of_one(machine, machine.index in is_jump, chance, range(start_ms, start_ms + span_ms), share)
    ]
    return sorted(found, key=lambda scenario: (scenario.start_ms, scenario.hosts))


def _of_one(machine: Machine, is_jump: bool, chance: Generator, span: range, share: float) -> list[Scenario]:
    if not share:
        return []
    mean_s = float(np.mean(list(_USUAL_S.values())))
    found: list[Scenario] = []
    # Calm and trouble by turns, so that trouble takes the share that was asked for.
    at_s = chance.exponential(mean_s * (1 - share) / share)
    while at_s * 1000 < len(span):
        kind = _kind(is_jump, chance)
        length_s = float(chance.uniform(*_USUAL_S[kind]))
        start, end = span.start + round(at_s * 1000), span.start + round((at_s + length_s) * 1000)
        if end > span.stop:
            break
        found.append(Scenario(kind, (machine.index,), start, end, round(float(chance.uniform(0.6, 1.0)), 2)))
        at_s += length_s + _PAUSE_S + chance.exponential(max(1.0, mean_s * (1 - share) / share - _PAUSE_S))
    return found


def _kind(is_jump: bool, chance: Generator) -> ScenarioKind:
    # What hits a jump host hits all behind it: these two names mean the same thing there.
    kind = _FOR_ONE[chance.integers(len(_FOR_ONE))]
    if is_jump:
        return ScenarioKind.JUMP_HOST_DOWN if kind in _OUTAGES else kind
    return ScenarioKind.HOST_DOWN if kind is ScenarioKind.JUMP_HOST_DOWN else kind


_OUTAGES = frozenset({ScenarioKind.HOST_DOWN, ScenarioKind.JUMP_HOST_DOWN})
