"""What a fleet consists of, as said on the command line and to each of its processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulated_fleet.machine import Machine, machines
from simulated_fleet.recording import SIZE_LIMIT, Recording, read_recording
from simulated_fleet.scenario import Scenario, by_chance
from simulated_fleet.script import read_script
from simulated_fleet.serving.places import Place, place_of
from simulated_fleet.world import World
from storage.errors import InvalidInputError

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlan:
    """A fleet. Everything that it does follows from this, so that every process finds the same.

    Attributes:
        hosts: how many.
        start_ms: when its life begins; times of scenarios count from here.
        seed: of machines, keys, noise and chance.
        port: where every host listens, or the first one where there is but one address.
        one_address: all hosts on 127.0.0.1 with a port each, as macOS has no other address ready.
        behind_share: which share of the hosts is reached through a jump host alone; with 0 there is none.
        chance: which share of the hosts is failing at a time; None lets none fail by chance.
        span_ms: for how long failures by chance are planned ahead.
        script: text of a file of scenarios.
        time_zone: whose nights and weekends are quiet.
        recording: path of a recording; the last host of the fleet plays it.
    """

    hosts: int
    start_ms: int
    seed: int = 1
    port: int = 2222
    one_address: bool = False
    behind_share: float = 0.0
    chance: float | None = None
    span_ms: int = DAY_MS
    script: str | None = None
    time_zone: str = "UTC"
    recording: str | None = None

    def place(self, machine: Machine) -> Place:
        """Where a machine of it listens."""
        return place_of(machine, self.port, one_address=self.one_address)


@dataclass(frozen=True, slots=True)
class PlannedFleet:
    """A plan's machines, what befalls them, and the world that makes their lines."""

    plan: FleetPlan
    machines: Sequence[Machine]
    scenarios: Sequence[Scenario]
    world: World


def carry_out(plan: FleetPlan) -> PlannedFleet:
    """Makes the fleet of a plan.

    Raises:
        InvalidInputError: the script or the recording cannot be used.
    """
    found = machines(plan.hosts, plan.seed, behind_share=plan.behind_share)
    scenarios = _scenarios(plan, found)
    world = World(
        found,
        seed=plan.seed,
        scenarios=scenarios,
        time_zone=plan.time_zone,
        start_ms=plan.start_ms,
        recordings=_recordings(plan),
    )
    return PlannedFleet(plan, found, scenarios, world)


def shares(machines: Sequence[Machine], parts: int) -> list[list[int]]:
    """The indexes that each of so many processes serves; a jump host and all behind it stay together."""
    families: dict[int, list[int]] = {}
    for machine in machines:
        families.setdefault(machine.index if machine.behind is None else machine.behind, []).append(machine.index)
    found: list[list[int]] = [[] for _ in range(parts)]
    for family in sorted(families.values(), key=len, reverse=True):
        min(found, key=len).extend(family)
    return [sorted(share) for share in found]


def _scenarios(plan: FleetPlan, found: Sequence[Machine]) -> list[Scenario]:
    scripted = [] if plan.script is None else read_script(plan.script, found, plan.start_ms)
    if plan.chance is None:
        return scripted
    return scripted + by_chance(found, seed=plan.seed, start_ms=plan.start_ms, span_ms=plan.span_ms, share=plan.chance)


def _recordings(plan: FleetPlan) -> dict[int, Recording]:
    if plan.recording is None:
        return {}
    try:
        with Path(plan.recording).open("rb") as file:
            # A byte more than it may have, so that one that is too large is seen to be.
            content = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise InvalidInputError(
            f"{plan.recording} cannot be read: {error.strerror}.",
            hint="Make a recording with: python -m simulated_fleet.record FILE",
        ) from error
    return {plan.hosts - 1: read_recording(content)}
