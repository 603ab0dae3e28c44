"""Opens a TCP connection in two visible steps: the name, then the port."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from poller.failure import classify
from storage.connection_step import Step
from storage.reason import Reason


async def open_tcp(
    host: str,
    port: int,
    *,
    timeout_s: float,
    on_step: Callable[[Step], None],
    family: int = socket.AF_UNSPEC,
) -> socket.socket:
    """Connects to the first of a name's addresses that answers; each gets its share of the time.

    Raises:
        SessionError: the name does not resolve, or no address answers; of several failures the most telling one.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    try:
        async with asyncio.timeout_at(deadline):
            found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise classify(error) from error
    on_step(Step.NAME)
    failures = []
    for index, (address_family, kind, protocol, _, address) in enumerate(found):
        share = (deadline - loop.time()) / (len(found) - index)
        sock = socket.socket(address_family, kind, protocol)
        try:
            await _connect(sock, address, share)
        except OSError as error:
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


async def _connect(sock: socket.socket, address: tuple[Any, ...], timeout_s: float) -> None:
    sock.setblocking(False)
    async with asyncio.timeout(timeout_s):
        await asyncio.get_running_loop().sock_connect(sock, address)
