"""Scenarios as layers over ordinary days: for a time one of them takes the place of what runs otherwise. Pure.

A layer has one weight from its start to its end, so what it takes and gives up to any moment is exact: what there was
at that moment, or at its end, less what there was at its start.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simulated_fleet.rhythm import Array, Indexes
from simulated_fleet.scenario import Scenario, ScenarioKind


class Channel(IntEnum):
    """What a layer brings, beside what runs on an ordinary day."""

    SATURATED = 0
    SWAPPING = 1
    BROKEN_PACKETS = 2


_CHANNELS = {
    ScenarioKind.CPU_SATURATION: Channel.SATURATED,
    ScenarioKind.RUNAWAY: Channel.SATURATED,
    ScenarioKind.SWAP_STORM: Channel.SWAPPING,
    ScenarioKind.NETWORK_ERRORS: Channel.BROKEN_PACKETS,
}
PAUSED = 0.92
"""A machine in trouble still does a little of its work."""
_STAIRS = ((0.0, 0.4), (30.0, 0.35), (75.0, 0.25))
"""Trouble comes within a minute or so: seconds after the start, and the weight from then on."""


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """The layers of a fleet, by machine; those of machine i are rows first[i] to first[i] + count[i].

    Attributes:
        first, count: one a machine.
        start_s, end_s: UTC seconds, one a layer.
        weight: how much of the machine it takes.
        amount: how much of its channel it brings.
        channel: what it brings.
        pauses: how much of what runs otherwise gives way.
        owner: the machine of each layer.
    """

    first: Indexes
    count: Indexes
    start_s: Array
    end_s: Array
    weight: Array
    amount: Array
    channel: Indexes
    pauses: Array
    owner: Indexes

    def over(self, indexes: Indexes) -> tuple[Indexes, Indexes]:
        """For machines that may come more than once: the place of each of their layers among them, and its row."""
        return spread_ranges(self.first[indexes], self.count[indexes])


def spread_ranges(first: Indexes, count: Indexes) -> tuple[Indexes, Indexes]:
    """For ranges of `count` from `first` on: which range each of their numbers belongs to, and the numbers."""
    places = np.repeat(np.arange(len(first)), count)
    starts = np.cumsum(count) - count
    return places, np.arange(len(places)) - starts[places] + first[places]


def make_layers(scenarios: Iterable[Scenario], count: int) -> Layers:
    """The layers of a fleet of so many machines. Of two that take the same machine at once, the later one waits."""
    rows: list[tuple[int, float, float, float, float, int, float]] = []
    taken_until: dict[tuple[int, float], float] = {}
    for scenario in sorted(scenarios, key=lambda scenario: scenario.start_ms):
        channel = _CHANNELS.get(scenario.kind)
        if channel is None:
            continue
        pauses = 0.0 if channel is Channel.BROKEN_PACKETS else PAUSED
        for host in scenario.hosts:
            start = max(scenario.start_ms / 1000, taken_until.get((host, pauses), 0.0))
            end = scenario.end_ms / 1000
            if start < end:
                taken_until[host, pauses] = end
                rows += [
                    (host, from_s, end, weight, _amount(scenario), int(channel), pauses)
                    for from_s, weight in _stairs(start, end)
                ]
    rows.sort(key=lambda row: row[0])
    columns = np.array(rows, dtype=np.float64).reshape(-1, 7).T
    owner = columns[0].astype(np.int64)
    counts = np.bincount(owner, minlength=count).astype(np.int64)
    return Layers(
        first=np.cumsum(counts) - counts,
        count=counts,
        start_s=columns[1],
        end_s=columns[2],
        weight=columns[3],
        amount=columns[4],
        channel=columns[5].astype(np.int64),
        pauses=columns[6],
        owner=owner,
    )


def _stairs(start: float, end: float) -> Iterator[tuple[float, float]]:
    squeezed = min(1.0, (end - start) / 300)
    return ((start + after * squeezed, weight) for after, weight in _STAIRS)


def _amount(scenario: Scenario) -> float:
    """However weak it is, it is above the limits that ship with Watchpost: what nothing shows needs no label."""
    if scenario.kind is ScenarioKind.NETWORK_ERRORS:
        return 0.3 + 0.7 * scenario.strength
    if scenario.kind is ScenarioKind.RUNAWAY:
        return 0.35 + 0.35 * scenario.strength
    return min(1.0, 0.9 + 0.17 * scenario.strength)


def spans(scenarios: Sequence[Scenario], kind: ScenarioKind) -> dict[int, list[Scenario]]:
    """The scenarios of a kind by machine, in order of their start."""
    found: dict[int, list[Scenario]] = {}
    for scenario in sorted(scenarios, key=lambda scenario: scenario.start_ms):
        if scenario.kind is kind:
            for host in scenario.hosts:
                found.setdefault(host, []).append(scenario)
    return found
