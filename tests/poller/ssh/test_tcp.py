"""Name, then port."""

import asyncio
import socket

import pytest

from poller.failure import SessionError
from poller.ssh.tcp import open_tcp
from storage.connection_step import Step
from storage.reason import Reason
from tests.real_sshd import ADDRESS, free_port


async def failure_of(host: str, port: int, timeout_s: float = 10.0) -> tuple[Reason, list[Step]]:
    steps: list[Step] = []
    with pytest.raises(SessionError) as caught:
        await open_tcp(host, port, timeout_s=timeout_s, on_step=steps.append)
    return caught.value.reason, steps


async def test_a_listening_port_is_reached_in_two_steps() -> None:
    steps: list[Step] = []
    with socket.create_server((ADDRESS, 0)) as server:
        sock = await open_tcp(ADDRESS, server.getsockname()[1], timeout_s=10, on_step=steps.append)
        assert sock.getpeername() == server.getsockname()
        sock.close()
    assert steps == [Step.NAME, Step.TCP]


async def test_a_name_with_an_address_that_refuses_is_reached_by_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    # A resolver that knows both families: the server listens on one of them.
    with socket.create_server((ADDRESS, 0)) as server:
        port = server.getsockname()[1]
        found = [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ADDRESS, port)),
        ]

        async def resolve(*_: object, **__: object) -> object:
            return found

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
        (await open_tcp("db1", port, timeout_s=10, on_step=lambda _: None)).close()


async def test_a_name_that_does_not_exist_fails_at_the_name() -> None:
    assert await failure_of("nonexistent.invalid", 22) == (Reason.DNS, [])


@pytest.mark.parametrize("name", ["a..b", "x" * 300, "bad name"])
async def test_a_name_that_can_be_none_fails_at_the_name(name: str) -> None:
    assert await failure_of(name, 22) == (Reason.DNS, [])


async def test_a_closed_port_is_refused() -> None:
    assert await failure_of(ADDRESS, free_port()) == (Reason.REFUSED, [Step.NAME])


async def test_an_address_that_swallows_everything_times_out() -> None:
    # A queue of one that is full: further connections get no answer, as behind a firewall that drops.
    with socket.socket() as server:
        server.bind((ADDRESS, 0))
        server.listen(0)
        address = server.getsockname()
        with socket.create_connection(address), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(address)
            assert await failure_of(ADDRESS, address[1], 0.3) == (Reason.TIMEOUT, [Step.NAME])


async def test_a_network_that_cannot_be_reached_has_no_route() -> None:
    # Nobody routes to the limited broadcast address, and a TCP socket may not even try.
    assert await failure_of("255.255.255.255", 22) == (Reason.NO_ROUTE, [Step.NAME])


async def test_the_connection_comes_from_the_address_that_was_asked_for() -> None:
    with socket.create_server((ADDRESS, 0)) as server:
        place = server.getsockname()
        sock = await open_tcp(*place, timeout_s=10, on_step=lambda _: None, bind_address="127.0.0.9")
        assert sock.getsockname()[0] == "127.0.0.9"
        sock.close()


@pytest.mark.parametrize("address", ["192.0.2.1", "::1", "nonexistent.invalid"])
async def test_an_address_that_is_not_this_machines_gives_no_route(address: str) -> None:
    with pytest.raises(SessionError) as caught:
        await open_tcp(ADDRESS, free_port(), timeout_s=10, on_step=lambda _: None, bind_address=address)
    assert caught.value.reason is Reason.NO_ROUTE
