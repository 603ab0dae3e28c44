"""Connects to an address under a deadline: whether something listens there, and how soon it takes a connection."""

import time


def check_tcp(endpoint, until):
    """Connects and hangs up.

    Args:
        endpoint: `ADDRESS:PORT`, or `[ADDRESS]:PORT` for IPv6.
        until: deadline on the monotonic clock.

    Returns:
        1 or 0, and how long it took in seconds, None where it failed.
    """
    began_at = time.monotonic()
    try:
        address, port = split_endpoint(endpoint)
        connect(address, port, until).close()
    except (OSError, ValueError):
        return 0, None
    return 1, time.monotonic() - began_at


def split_endpoint(endpoint):
    """Address and port. Raises ValueError."""
    address, _, port = endpoint.rpartition(":")
    return address.strip("[]"), int(port)


def connect(address, port, until):
    """A connected socket, of the first address of the name that takes one. Raises OSError, ValueError."""
    # Not `socket`, which costs 1 MB.
    import _socket

    trouble = OSError("no address")
    # As bytes: for text Python would load its codec for international names.
    found = _socket.getaddrinfo(address.encode("ascii"), port, 0, _socket.SOCK_STREAM)
    for place, (family, kind, protocol, _, destination) in enumerate(found):
        connection = _socket.socket(family, kind, protocol)
        try:
            # A dead address must not take the time of those that come after it.
            connection.settimeout(left(until) / (len(found) - place))
            connection.connect(destination)
        except OSError as error:
            connection.close()
            trouble = error
        else:
            return connection
    raise trouble


def left(until):
    """Seconds until a moment of the monotonic clock. Raises TimeoutError when it is past."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
