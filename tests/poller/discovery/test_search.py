"""Searches over addresses of this machine: all of 127/8 is ours."""

import asyncio
import contextlib
import os
import resource
from collections.abc import AsyncIterator, Iterator

import pytest

from fleet.address_range import addresses_of
from poller.discovery.search import Progress, Search, discover
from poller.failure import SessionError
from storage.errors import InvalidInputError
from tests.real_sshd import RealSshd, free_port


class Street:
    """Servers on one port of several addresses; counts who is inside."""

    def __init__(self) -> None:
        self.port = free_port()
        self.inside = self.most = 0
        self.visits: set[asyncio.Task[None]] = set()
        self.somebody_came = asyncio.Event()
        self.words = b"SSH-2.0-test\r\n"
        self.is_silent = False

    def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits.add(asyncio.create_task(self._greet(reader, writer)))

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.somebody_came.set()
        with contextlib.suppress(OSError):
            if not self.is_silent:
                writer.write(self.words)
            await reader.read()
        with contextlib.suppress(OSError):
            writer.close()
            await writer.wait_closed()
        self.inside -= 1


@contextlib.asynccontextmanager
async def street(*addresses: str) -> AsyncIterator[Street]:
    built = Street()
    async with contextlib.AsyncExitStack() as stack:
        for address in addresses:
            await stack.enter_async_context(await asyncio.start_server(built.welcome, address, built.port))
        yield built
    # Whoever still had a connection open would keep this from ending.
    await asyncio.gather(*built.visits)


def nobody_else_is_at_work() -> bool:
    return asyncio.all_tasks() == {asyncio.current_task()}


async def test_servers_are_found_in_a_range_and_sorted_by_address() -> None:
    async with street("127.9.1.10", "127.9.1.9", "127.9.1.200") as built:
        search = Search(addresses=addresses_of(["127.9.1.0/24"]), ports=(built.port,), per_s=5000, names=False)
        told: list[Progress] = []
        found = await discover(search, told.append)
    assert [(server.address, server.port, server.banner) for server in found.servers] == [
        (address, built.port, "SSH-2.0-test") for address in ("127.9.1.9", "127.9.1.10", "127.9.1.200")
    ]
    assert (told[0], told[-1]) == (Progress(0, 254, 0), Progress(254, 254, 3))
    assert [progress.done for progress in told] == list(range(255))
    assert found.other_ports == 0


async def test_several_ports_are_tried_and_what_is_no_ssh_is_counted() -> None:
    async with street("127.9.2.1", "127.9.2.2") as ssh, street("127.9.2.2") as other:
        other.words = b"220 mail\r\n" * 200
        ports = (other.port, ssh.port)
        found = await discover(Search(addresses=["127.9.2.1", "127.9.2.2"], ports=ports, per_s=5000, names=False))
    assert [(server.address, server.port) for server in found.servers] == [
        ("127.9.2.1", ssh.port),
        ("127.9.2.2", ssh.port),
    ]
    assert found.other_ports == 1


async def test_no_more_connections_are_open_than_are_allowed() -> None:
    addresses = [f"127.9.3.{number}" for number in range(1, 21)]
    async with street(*addresses) as built:
        search = Search(addresses=addresses, ports=(built.port,), at_once=3, per_s=5000, names=False)
        assert len((await discover(search)).servers) == 20
    assert (len(built.visits), built.most <= 3) == (20, True)


async def test_a_search_that_is_cancelled_leaves_no_connection_open() -> None:
    async with street("127.9.4.1", "127.9.4.2") as built:
        built.is_silent = True
        search = Search(addresses=["127.9.4.1", "127.9.4.2"], ports=(built.port,), timeout_s=60)
        task = asyncio.create_task(discover(search))
        await built.somebody_came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert nobody_else_is_at_work()


async def test_a_real_server_is_found_with_its_name_and_its_key(sshd: RealSshd) -> None:
    search = Search(addresses=[sshd.address], ports=(sshd.port,), keys=True, timeout_s=10)
    (server,) = (await discover(search)).servers
    assert server.banner.startswith("SSH-2.0-OpenSSH_")
    assert server.name
    assert server.key is not None
    assert server.key.fingerprint == sshd.host_key().fingerprint


async def test_a_server_that_shows_no_key_is_found_all_the_same() -> None:
    async with street("127.9.5.1") as built:
        built.words = b"SSH-1.0-museum\r\n"
        search = Search(addresses=["127.9.5.1"], ports=(built.port,), keys=True, names=False)
        (server,) = (await discover(search)).servers
    assert server.key is None


@contextlib.contextmanager
def few_descriptors() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208 - Path.iterdir opens more
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 3, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def test_without_file_descriptors_the_search_says_so_instead_of_finding_nothing() -> None:
    async with street("127.9.6.1") as built:
        built.is_silent = True
        search = Search(addresses=["127.9.6.1"] * 400, ports=(built.port,), per_s=5000, timeout_s=5)
        with few_descriptors(), pytest.raises(SessionError) as caught:
            await discover(search)
    assert "open files" in caught.value.hint
    assert nobody_else_is_at_work()


@pytest.mark.parametrize(
    "search",
    [
        Search(addresses=[]),
        Search(addresses=["10.0.0.1"] * 65_537),
        Search(addresses=["10.0.0.1"], ports=()),
        Search(addresses=["10.0.0.1"], ports=tuple(range(1, 10))),
        Search(addresses=["10.0.0.1"], ports=(0,)),
        Search(addresses=["10.0.0.1"], per_s=0),
        Search(addresses=["10.0.0.1"], per_s=float("nan")),
        Search(addresses=["10.0.0.1"], at_once=0),
        Search(addresses=["10.0.0.1"], timeout_s=0),
    ],
)
async def test_a_search_without_measure_is_refused(search: Search) -> None:
    with pytest.raises(InvalidInputError):
        await discover(search)
