"""Opens a TCP connection in two visible steps: the name, then the port."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from poller.failure import SessionError, classify
from storage.connection_step import Step
from storage.reason import Reason

_Found = tuple[Any, Any, int, str, Any]
"""One line of what `getaddrinfo` finds."""


async def open_tcp(  # noqa: PLR0913 - what may be said about an address
    host: str,
    port: int,
    *,
    timeout_s: float,
    on_step: Callable[[Step], None],
    family: int = socket.AF_UNSPEC,
    bind_address: str | None = None,
) -> socket.socket:
    """Connects to the first of a name's addresses that answers; each gets its share of the time.

    Args:
        host: DNS name or IP address.
        port: of the server.
        timeout_s: for all of it.
        on_step: told of NAME and TCP as they pass.
        family: only addresses of this kind.
        bind_address: name or IP address of this machine to connect from.

    Raises:
        SessionError: the name does not resolve, or no address answers; of several failures the most telling one.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    found = _literal(host, port, family)
    if not found:
        try:
            async with asyncio.timeout_at(deadline):
                found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise classify(error) from error
    on_step(Step.NAME)
    own = await _own_addresses(bind_address) if bind_address else {}
    failures = []
    for index, (address_family, kind, protocol, _, address) in enumerate(found):
        share = (deadline - loop.time()) / (len(found) - index)
        sock = socket.socket(address_family, kind, protocol)
        try:
            if bind_address:
                _bind(sock, own, bind_address)
            await _connect(sock, address, share)
        except (OSError, SessionError) as error:
            sock.close()
            failures.append(classify(error))
        except BaseException:
            sock.close()
            raise
        else:
            on_step(Step.TCP)
            return sock
    # A machine without IPv6 has no route to half of the addresses, which says nothing about the host.
    raise next((failure for failure in failures if failure.reason is not Reason.NO_ROUTE), failures[0])


def _literal(host: str, port: int, family: int) -> list[_Found]:
    """An IPv4 address needs nobody to resolve it, and no thread to wait in; [] for anything else."""
    if family not in (socket.AF_UNSPEC, socket.AF_INET):
        return []
    try:
        address = str(ipaddress.IPv4Address(host))
    except ValueError:
        return []
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))]


async def _own_addresses(bind_address: str) -> dict[int, Any]:
    """The first address of each family that the name of this machine has. Raises SessionError."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(bind_address, 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _no_own_address(bind_address) from error
    return {family: address for family, _, _, _, address in reversed(found)}


def _bind(sock: socket.socket, own: dict[int, Any], bind_address: str) -> None:
    if (address := own.get(sock.family)) is None:
        raise _no_own_address(bind_address)
    sock.bind(address)


def _no_own_address(bind_address: str) -> SessionError:
    return SessionError(
        Reason.NO_ROUTE,
        f"It is not possible to connect from {bind_address}, as BindAddress in the SSH configuration says.",
        hint="Is it an address of this machine, and of the same kind (IPv4 or IPv6) as the host's?",
    )


async def _connect(sock: socket.socket, address: tuple[Any, ...], timeout_s: float) -> None:
    sock.setblocking(False)
    async with asyncio.timeout(timeout_s):
        await asyncio.get_running_loop().sock_connect(sock, address)
