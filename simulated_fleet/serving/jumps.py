"""What a jump host forwards: to the hosts behind it, and nowhere else."""

from collections.abc import Callable
from typing import cast

import asyncssh

from simulated_fleet.condition import Reach
from simulated_fleet.serving.connection import FleetConnection
from simulated_fleet.serving.host import SimulatedHost
from simulated_fleet.serving.places import Place


class JumpBoard:
    """Finds hosts behind jump hosts by where they listen."""

    def __init__(self, connect: Callable[[SimulatedHost], FleetConnection]) -> None:
        """`connect` makes a connection to a host, which is yet to be given something to go over."""
        self._connect = connect
        self._behind: dict[tuple[int, Place], SimulatedHost] = {}

    def add(self, host: SimulatedHost) -> None:
        """A host that is reached through its jump host alone."""
        if host.behind is not None:
            self._behind[host.behind, host.place] = host

    def open(self, jump: SimulatedHost, address: str, port: int) -> asyncssh.SSHTCPSession[bytes]:
        """The connection to a host behind this one.

        Raises:
            asyncssh.ChannelOpenError: there is none, or it is down.
        """
        host = self._behind.get((jump.index, Place(address, port)))
        if host is None:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, "Nothing is forwarded there")
        if host.reach is Reach.DOWN:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, "Connection refused")
        # A connection of asyncssh goes over a channel as over TCP: no descriptor, and no copying between two.
        return cast("asyncssh.SSHTCPSession[bytes]", self._connect(host))
