"""What addresses are called."""

import socket
import threading

import pytest

from poller.discovery.reverse_names import reverse_names


async def test_an_address_that_has_a_name_is_told_by_it() -> None:
    names = await reverse_names(["127.0.0.1", "192.0.2.254"], deadline_s=30)
    assert names["127.0.0.1"] == socket.getnameinfo(("127.0.0.1", 0), socket.NI_NAMEREQD)[0]


async def test_without_addresses_nobody_is_asked() -> None:
    assert await reverse_names([], deadline_s=30) == {}


@pytest.mark.parametrize("name", ["\x1b[2J", "a b", "<b>", "", "-x", "x" * 300, "a,b"])
async def test_a_name_that_can_be_none_is_not_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getnameinfo", lambda _address, _flags: (name, "0"))
    assert await reverse_names(["10.0.0.1"], deadline_s=30) == {}


async def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def hang(address: tuple[str, int], _flags: int) -> tuple[str, str]:
        if address[0] == "10.0.0.1":
            return "quick.example.", "0"
        answered.wait()
        return "slow.example", "0"

    monkeypatch.setattr(socket, "getnameinfo", hang)
    try:
        names = await reverse_names(["10.0.0.1", *(f"10.0.1.{number}" for number in range(40))], deadline_s=0.2)
    finally:
        answered.set()
    assert names == {"10.0.0.1": "quick.example"}
