import socket
import sys

import pytest

from simulated_fleet.machine import loopback_address
from watchpost.demo import fleet_port
from watchpost.demo.fleet_port import NoPortError, free_port


def test_a_port_is_found_that_everybody_can_listen_at() -> None:
    port = free_port(["127.0.0.1"], one_address=False)
    with socket.socket() as used:
        used.bind(("127.0.0.1", port))
        used.listen()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one loopback address alone")
def test_a_port_that_is_taken_at_one_address_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [loopback_address(index) for index in range(3)]
    with socket.socket() as used:
        used.bind((addresses[1], 0))
        taken = used.getsockname()[1]
        offered = iter([taken, taken, free_port(addresses, one_address=False)])
        monkeypatch.setattr(fleet_port, "_any_port", lambda: next(offered))
        assert free_port(addresses, one_address=False) != taken


def test_at_one_address_there_are_as_many_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [loopback_address(index) for index in range(5)]
    port = free_port(addresses, one_address=True)
    with socket.socket() as used:
        used.bind(("127.0.0.1", port + 4))
        monkeypatch.setattr(fleet_port, "_any_port", lambda: port)
        with pytest.raises(NoPortError, match="No port is free"):
            free_port(addresses, one_address=True)


def test_there_is_none_beyond_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_port, "_any_port", lambda: 65_534)
    with pytest.raises(NoPortError):
        free_port(["127.0.0.1"] * 3, one_address=True)
