import pytest

from simulated_fleet.machine import loopback_address, machines
from tests.simulated_fleet.small_worlds import FLEET


def test_the_same_seed_gives_the_same_fleet() -> None:
    assert machines(40, 7) == FLEET


def test_another_seed_gives_another_fleet() -> None:
    assert machines(40, 8) != FLEET


def test_names_and_addresses_are_unique_in_a_large_fleet() -> None:
    fleet = machines(3000, 1)

    assert len({machine.name for machine in fleet}) == 3000
    assert len({machine.address for machine in fleet}) == 3000


def test_names_tell_role_and_region() -> None:
    prefix, region, number = FLEET[1].name.split("-")

    assert prefix == FLEET[1].role
    assert region in {"eu", "us", "ap"}
    assert number.isdigit()


def test_machines_come_in_all_sizes() -> None:
    fleet = machines(1000, 1)

    assert {2, 128} <= {machine.cpus for machine in fleet} <= set(range(2, 129, 2))
    assert {1, 24} <= {len(machine.disks) for machine in fleet} <= set(range(1, 25))


def test_the_first_two_dozen_have_nearly_every_role() -> None:
    assert len({machine.role for machine in machines(24, 1)}) >= 10


def test_every_mount_is_on_a_disk_of_the_machine() -> None:
    assert all(any(disk in mount.source for disk in machine.disks) for machine in FLEET for mount in machine.mounts)


def test_some_are_behind_a_jump_host() -> None:
    behind = [machine.behind for machine in FLEET if machine.behind is not None]

    assert behind
    assert all(FLEET[index].role == "jump" and FLEET[index].behind is None for index in behind)


def test_a_fleet_may_do_without_jump_hosts() -> None:
    assert not any(machine.role == "jump" or machine.behind is not None for machine in machines(40, 7, behind_share=0))


def test_a_small_fleet_has_no_jump_host() -> None:
    assert [machine.role for machine in machines(2, 7)].count("jump") == 0


@pytest.mark.parametrize("count", [0, 65_537])
def test_there_cannot_be_none_or_too_many(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 65536"):
        machines(count, 1)


def test_addresses_are_loopback_and_never_a_network_or_broadcast_one() -> None:
    addresses = [loopback_address(index) for index in range(65_536)]

    assert addresses[0] == "127.64.0.1"
    assert addresses[253:255] == ["127.64.0.254", "127.64.1.1"]
    assert all(address.startswith("127.6") for address in addresses)
    assert not any(address.endswith((".0", ".255")) for address in addresses)
