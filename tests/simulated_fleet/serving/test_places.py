import pytest

from simulated_fleet.machine import machines
from simulated_fleet.serving.places import Place, check_ports, place_of
from storage.errors import InvalidInputError

MACHINES = machines(300, 1)


def test_each_host_has_an_address_of_its_own_on_the_loopback() -> None:
    places = {place_of(machine, 2222, one_address=False) for machine in MACHINES}
    assert len(places) == 300
    assert all(place.address.startswith("127.") and place.port == 2222 for place in places)


def test_or_a_port_of_its_own_where_there_is_but_one_address() -> None:
    assert place_of(MACHINES[7], 3000, one_address=True) == Place("127.0.0.1", 3007)


@pytest.mark.parametrize(("port", "hosts", "one"), [(0, 1, False), (65_536, 1, False), (65_000, 1000, True)])
def test_ports_that_there_are_not_are_refused(port: int, hosts: int, *, one: bool) -> None:
    with pytest.raises(InvalidInputError):
        check_ports(port, hosts, one_address=one)


def test_ports_that_there_are_pass() -> None:
    check_ports(65_535, 1000, one_address=False)
    check_ports(64_536, 1000, one_address=True)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_is_none_is_told_with_those_that_are(port: int) -> None:
    with pytest.raises(InvalidInputError, match=f"^{port} is no port") as caught:
        check_ports(port, 24, one_address=False)
    assert "1 to 65535" in caught.value.hint
