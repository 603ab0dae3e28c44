"""A port for the simulated hosts that nobody else has: several demonstrations may run at a time."""

import socket
from collections.abc import Iterable

from storage.errors import WatchpostError

LOOPBACK = "127.0.0.1"
_TRIES = 50


class NoPortError(WatchpostError):
    """There is no room for the hosts on the loopback of this machine."""

    kind = "no_port"


def free_port(addresses: Iterable[str], *, one_address: bool) -> int:
    """A port that is free at every address; where all share one, the first of as many in a row.

    Raises:
        NoPortError: none was found.
    """
    wanted = list(addresses)
    for _ in range(_TRIES):
        port = _any_port()
        places = [(LOOPBACK, port + at) for at in range(len(wanted))] if one_address else [(at, port) for at in wanted]
        if places[-1][1] < 2**16 and all(_is_free(*place) for place in places):
            return port
    raise NoPortError(
        "No port is free for the simulated hosts.", hint="Is the loopback network 127.0.0.0/8 there, as on Linux?"
    )


def _any_port() -> int:
    with socket.socket() as asked:
        asked.bind((LOOPBACK, 0))
        port: int = asked.getsockname()[1]
        return port


def _is_free(address: str, port: int) -> bool:
    with socket.socket() as asked:
        try:
            asked.bind((address, port))
        except OSError:
            return False
    return True
