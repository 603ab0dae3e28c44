"""What befalls the hosts of a demonstration, so that there is something to see: the same for the same fleet. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulated_fleet.machine import Machine
from simulated_fleet.scenario import Scenario, ScenarioKind

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
_SHARE = 3
"""At most one host in so many has something; with fewer the first stories are told and the others left out."""


@dataclass(frozen=True, slots=True)
class Story:
    """One thing that goes wrong on one host.

    Attributes:
        scenario: what, where and when.
        host: name of the host.
        text: what an observer would say of it, behind the host's name.
    """

    scenario: Scenario
    host: str
    text: str


@dataclass(frozen=True, slots=True)
class _Plot:
    """A story before it is known whom it befalls. Times are in milliseconds from now."""

    kind: ScenarioKind
    roles: tuple[str, ...]
    start: int
    end: int
    text: str
    strength: float = 1.0


_PLOTS = (
    _Plot(
        ScenarioKind.CPU_SATURATION,
        ("db", "batch", "web"),
        -18 * MINUTE_MS,
        6 * HOUR_MS,
        "has had a program for 18 minutes that takes all of its CPU",
    ),
    _Plot(
        ScenarioKind.HOST_DOWN,
        ("queue", "web"),
        -4 * MINUTE_MS,
        40 * MINUTE_MS,
        "is off, and comes back in 40 minutes",
    ),
    _Plot(
        ScenarioKind.MEMORY_LEAK,
        ("cache", "api", "web"),
        -150 * MINUTE_MS,
        30 * MINUTE_MS,
        "has a program that grows and grows; in half an hour the kernel will kill it",
    ),
    _Plot(
        ScenarioKind.DISK_FILLING,
        ("file", "search", "web"),
        -20 * HOUR_MS,
        4 * HOUR_MS,
        "has a file system that has been filling up since yesterday",
    ),
    _Plot(
        ScenarioKind.SWAP_STORM,
        ("build", "api", "web"),
        3 * MINUTE_MS,
        9 * MINUTE_MS,
        "will want more memory than it has, three minutes from now",
    ),
    _Plot(
        ScenarioKind.HOST_KEY_CHANGED,
        ("mail", "k8s", "web"),
        -1 * MINUTE_MS,
        24 * HOUR_MS,
        "shows another host key than the trusted one, so nothing is sent to it",
    ),
    _Plot(
        ScenarioKind.NETWORK_ERRORS,
        ("k8s", "web"),
        -50 * MINUTE_MS,
        3 * HOUR_MS,
        "has a bad cable that spoils part of its packets",
    ),
    _Plot(
        ScenarioKind.SLOW_HOST,
        ("api", "web"),
        -10 * MINUTE_MS,
        2 * HOUR_MS,
        "answers late",
        0.3,
    ),
)


def stories(machines: Sequence[Machine], now_ms: int) -> list[Story]:
    """Who is told what, in the order of their gravity.

    Args:
        machines: of the fleet.
        now_ms: when the demonstration begins, UTC milliseconds.
    """
    return list(_told(machines, now_ms))


def _told(machines: Sequence[Machine], now_ms: int) -> Iterator[Story]:
    # What befalls a jump host befalls those behind it as well: it is left alone.
    ways = {machine.behind for machine in machines}
    free = [machine for machine in machines if machine.index not in ways]
    for plot in _PLOTS[: max(1, len(machines) // _SHARE)]:
        machine = _chosen(free, plot.roles)
        if machine is None:
            return
        free.remove(machine)
        scenario = Scenario(plot.kind, (machine.index,), now_ms + plot.start, now_ms + plot.end, plot.strength)
        yield Story(scenario, machine.name, plot.text)


def _chosen(free: Sequence[Machine], roles: tuple[str, ...]) -> Machine | None:
    """The first machine of the first role that there is; any where there is none of them."""
    for role in roles:
        for machine in free:
            if machine.role == role:
                return machine
    return free[0] if free else None
