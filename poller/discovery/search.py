"""Looks for SSH servers in address ranges that a person has given, gently: never by itself, never all at once."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import NamedTuple

from fleet.address_range import ADDRESSES_LIMIT, address_order
from fleet.found_servers import FoundServer
from poller.discovery.banner import Answer, listen_to
from poller.discovery.reverse_names import reverse_names
from poller.failure import SessionError, classify
from poller.ssh.host_key_policy import scan
from poller.ssh.settings import SSH_PORT, SshTarget
from storage.errors import InvalidInputError
from storage.host_key import HostKey

PORTS_LIMIT = 8
RATE_LIMIT = 5_000
AT_ONCE_LIMIT = 1_024
_KEYS_AT_ONCE = 16
_KEY_TIMEOUT_S = 5.0
_NAMES_DEADLINE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for, and how gently.

    Attributes:
        addresses: as `fleet.address_range` gives them.
        ports: on which SSH may listen; 8 at the most.
        at_once: connections that are open at the same time.
        per_s: connections that are begun in a second; more look like a port scan, and to a small router like an attack.
        timeout_s: for a connection, and again for the first words on it.
        names: ask DNS for the names of what was found.
        keys: look at the host keys of what was found; a second connection to each.
    """

    addresses: Sequence[str]
    ports: Sequence[int] = (SSH_PORT,)
    at_once: int = 256
    per_s: float = 200.0
    timeout_s: float = 1.5
    names: bool = True
    keys: bool = False


class Progress(NamedTuple):
    """How far a search is: connections tried, those to try, servers found."""

    done: int
    total: int
    found: int


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a search has found.

    Attributes:
        servers: by address and port.
        other_ports: how many ports were open without SSH behind them.
    """

    servers: Sequence[FoundServer] = field(default_factory=tuple)
    other_ports: int = 0


async def discover(search: Search, on_progress: Callable[[Progress], None] = lambda _: None) -> Discovery:
    """Looks for servers. May be cancelled at any moment; then every connection is closed.

    Raises:
        InvalidInputError: too many addresses or ports, or a limit that cannot be used.
        SessionError: it could not go on: there are no file descriptors left.
    """
    _check(search)
    found = await _Round(search, on_progress).run()
    servers = sorted(found.servers, key=lambda server: (address_order(server.address), server.port))
    if search.names:
        servers = await _named(servers)
    if search.keys:
        servers = await _with_keys(servers, _Pace(search.per_s))
    return Discovery(tuple(servers), found.other_ports)


class _Round:
    """One pass over all addresses and ports."""

    def __init__(self, search: Search, on_progress: Callable[[Progress], None]) -> None:
        self._search = search
        self._on_progress = on_progress
        self._pace = _Pace(search.per_s)
        self._total = len(search.addresses) * len(search.ports)
        # Port by port: no single host is asked for all of its ports in one moment.
        self._left: Iterator[tuple[int, str]] = product(search.ports, search.addresses)
        self._done = self._other_ports = 0
        self._servers: list[FoundServer] = []

    async def run(self) -> Discovery:
        """All that answered."""
        self._tell()
        workers = [asyncio.create_task(self._work()) for _ in range(min(self._search.at_once, self._total))]
        try:
            await asyncio.gather(*workers)
        except OSError as error:
            raise classify(error) from error
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        return Discovery(tuple(self._servers), self._other_ports)

    async def _work(self) -> None:
        for port, address in self._left:
            await self._pace.turn()
            heard = await listen_to(address, port, timeout_s=self._search.timeout_s)
            self._done += 1
            if heard.answer is Answer.SSH:
                self._servers.append(FoundServer(address=address, port=port, banner=heard.banner))
            self._other_ports += heard.answer is Answer.OTHER
            self._tell()

    def _tell(self) -> None:
        self._on_progress(Progress(self._done, self._total, len(self._servers)))


class _Pace:
    """Lets so many pass in a second, evenly."""

    def __init__(self, per_s: float) -> None:
        self._gap_s = 1 / per_s
        self._next_at = 0.0

    async def turn(self) -> None:
        """Returns when it is one's turn."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_at)
        self._next_at = at + self._gap_s
        await asyncio.sleep(at - now)


async def _named(servers: Sequence[FoundServer]) -> list[FoundServer]:
    addresses = list(dict.fromkeys(server.address for server in servers if address_order(server.address)[0] != 9))
    names = await reverse_names(addresses, deadline_s=_NAMES_DEADLINE_S)
    return [replace(server, name=names.get(server.address)) for server in servers]


async def _with_keys(servers: Sequence[FoundServer], pace: _Pace) -> list[FoundServer]:
    limit = asyncio.Semaphore(_KEYS_AT_ONCE)

    async def look(server: FoundServer) -> FoundServer:
        async with limit:
            await pace.turn()
            return replace(server, key=await _key_of(server))

    return list(await asyncio.gather(*(look(server) for server in servers)))


async def _key_of(server: FoundServer) -> HostKey | None:
    """The key that a server presents; None where it does not get as far."""
    target = SshTarget(
        server.address,
        server.port,
        ssh_config=None,
        connect_timeout_s=_KEY_TIMEOUT_S,
        login_timeout_s=_KEY_TIMEOUT_S,
    )
    try:
        return await scan(target)
    except SessionError:
        return None


def _check(search: Search) -> None:
    if not search.addresses or len(search.addresses) > ADDRESSES_LIMIT:
        raise InvalidInputError(f"A search goes through 1 to {ADDRESSES_LIMIT} addresses.", hint="Give a range.")
    if not 1 <= len(set(search.ports)) <= PORTS_LIMIT or not all(1 <= port <= 65_535 for port in search.ports):
        raise InvalidInputError(f"A search tries 1 to {PORTS_LIMIT} ports, each from 1 to 65535.")
    if not 0 < search.per_s <= RATE_LIMIT:
        raise InvalidInputError(f"A search begins up to {RATE_LIMIT} connections a second, and not {search.per_s:g}.")
    if not 1 <= search.at_once <= AT_ONCE_LIMIT or not 0 < search.timeout_s <= 60:
        raise InvalidInputError(f"A search has up to {AT_ONCE_LIMIT} connections open, and waits up to 60 s for each.")
