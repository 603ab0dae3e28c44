import resource
from collections.abc import Iterator

import msgspec
import psutil
import pytest

from simulated_fleet.machine import machines
from simulated_fleet.serving.plan import FleetPlan, carry_out, shares
from storage.errors import InvalidInputError


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_every_host_is_served_by_one_process_and_none_has_much_more_than_another(parts: int) -> None:
    found = shares(machines(250, 1), parts)
    assert sorted(index for share in found for index in share) == list(range(250))
    assert max(map(len, found)) - min(map(len, found)) <= 10


def test_a_jump_host_and_all_behind_it_stay_together() -> None:
    fleet = machines(400, 1, behind_share=0.3)
    behind = {machine.index: machine.behind for machine in fleet if machine.behind is not None}
    assert behind
    for share in shares(fleet, 4):
        assert {behind[index] for index in share if index in behind} <= set(share)


def test_another_process_finds_the_same_fleet() -> None:
    plan = FleetPlan(hosts=30, start_ms=1_790_000_000_000, seed=3, chance=0.5)
    again = msgspec.json.decode(msgspec.json.encode(plan), type=FleetPlan)
    assert again == plan
    first, second = carry_out(plan), carry_out(again)
    assert first.machines == second.machines
    assert first.scenarios
    assert first.scenarios == second.scenarios


@pytest.fixture
def _little_memory() -> Iterator[None]:
    """So that what reads without end fails and does no harm."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + 2 * 2**30, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.usefixtures("_little_memory")
def test_a_recording_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(InvalidInputError, match="larger than"):
        carry_out(FleetPlan(hosts=1, start_ms=1_790_000_000_000, recording="/dev/zero"))
