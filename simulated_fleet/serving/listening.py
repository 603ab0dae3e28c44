"""Opens the socket on which a host listens."""

import errno
import os
import socket
import sys

from simulated_fleet.serving.places import Place
from storage.errors import WatchpostError

BACKLOG = 64
"""Connections of one host that the system holds until they are taken."""


class PortUnavailableError(WatchpostError):
    """A host cannot listen where it should."""

    kind = "port_unavailable"


def bound(place: Place) -> socket.socket:
    """A socket that is bound there; it does not listen yet.

    Raises:
        PortUnavailableError: somebody else listens there, or the address is not there.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # The connections of a fleet that has just ended would keep the port for a minute.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((place.address, place.port))
    except OSError as error:
        sock.close()
        raise unavailable(place, error) from error
    return sock


def unavailable(place: Place, error: OSError) -> PortUnavailableError:
    """What a person is told where a host cannot listen."""
    if error.errno == errno.EADDRINUSE:
        return PortUnavailableError(
            f"Port {place.port} of {place.address} is taken.",
            hint="Another fleet may be running. Take another --port.",
        )
    if error.errno == errno.EADDRNOTAVAIL and sys.platform != "linux":
        return PortUnavailableError(
            f"This machine has no address {place.address}.", hint="Give all hosts one: --one-address."
        )
    if error.errno == errno.EACCES:
        return PortUnavailableError(f"Only root may listen at port {place.port}.", hint="Take a --port from 1024 on.")
    return PortUnavailableError(
        f"Nothing can listen at {place.address} port {place.port}: {os.strerror(error.errno or 0)}.",
        hint="Take another --port.",
    )
