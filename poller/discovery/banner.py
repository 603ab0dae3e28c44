"""What listens on a port: connects, hears the first words, hangs up."""

import asyncio
import socket
from enum import StrEnum
from typing import NamedTuple

from storage.printable import printable

BANNER_LIMIT = 255
"""Characters of a banner, by RFC 4253."""
_BYTES_LIMIT = 1024
"""A server may say something before it; this much is listened to."""


class Answer(StrEnum):
    """What came of it."""

    SSH = "ssh"
    OTHER = "other"
    """The port is open; SSH is not what is spoken there."""
    NONE = "none"
    """Closed, filtered, or nobody there."""


class Heard(NamedTuple):
    """What came of it, and the banner of a SSH server."""

    answer: Answer
    banner: str = ""


async def listen_to(address: str, port: int, *, timeout_s: float) -> Heard:
    """What an address says on a port; at the most twice the time-out.

    Raises:
        OSError: it could not be tried: no file descriptor left.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout_s):
            family, kind, protocol, _name, place = await _resolved(address, port)
    except (OSError, UnicodeError):
        return Heard(Answer.NONE)
    with socket.socket(family, kind, protocol) as sock:
        sock.setblocking(False)
        try:
            async with asyncio.timeout(timeout_s):
                await loop.sock_connect(sock, place)
        except OSError:
            return Heard(Answer.NONE)
        banner = await _banner(sock, timeout_s)
    return Heard(Answer.OTHER) if banner is None else Heard(Answer.SSH, banner)


async def _resolved(address: str, port: int) -> tuple[int, int, int, str, tuple[object, ...]]:
    try:
        # Asks nobody: only a name has to be looked up.
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        found = await asyncio.get_running_loop().getaddrinfo(address, port, type=socket.SOCK_STREAM)
    return found[0]


async def _banner(sock: socket.socket, timeout_s: float) -> str | None:
    """The first line that begins as SSH does; None where none comes."""
    heard = b""
    try:
        async with asyncio.timeout(timeout_s):
            while len(heard) < _BYTES_LIMIT and (part := await _more(sock, _BYTES_LIMIT - len(heard))):
                heard += part
                if (banner := _complete_banner(heard)) is not None:
                    return banner
    except OSError:
        pass
    return _complete_banner(heard + b"\n")


async def _more(sock: socket.socket, limit: int) -> bytes:
    return await asyncio.get_running_loop().sock_recv(sock, limit)


def _complete_banner(heard: bytes) -> str | None:
    for line in heard.split(b"\n")[:-1]:
        if line.startswith(b"SSH-"):
            return printable(line.rstrip(b"\r").decode("utf-8", "replace"), BANNER_LIMIT)
    return None
