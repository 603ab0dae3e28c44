"""One simulated host as the server has it: its listener, its connections and what becomes of them."""

import asyncio
import socket
import struct
from typing import Protocol

import asyncssh

from simulated_fleet.condition import Condition, Reach
from simulated_fleet.serving.keys import host_key, pkcs8
from simulated_fleet.serving.places import Place

SILENT_LIMIT = 4
"""Connections of a host that says nothing: a poller leaves one behind with every attempt."""


class HostConnection(Protocol):
    """A connection to a host, or through it."""

    def freeze(self) -> None:
        """Says and reads nothing any more, and stays."""

    def reset(self) -> None:
        """Ends at once, so that the other side is told."""


class SimulatedHost:
    """What is kept of a host while it is served.

    Attributes:
        index: of its machine.
        place: where it listens.
        behind: index of its jump host, through which alone it is reached; None where it listens itself.
        condition: how it is.
        connections: all that are open, the silent ones among them.
        server: its listener; None while it does not listen.
    """

    __slots__ = ("_keypair", "_seed", "behind", "condition", "connections", "index", "place", "server")

    def __init__(self, index: int, place: Place, behind: int | None, seed: int) -> None:
        self.index = index
        self.place = place
        self.behind = behind
        self.condition = Condition()
        self.connections: list[HostConnection] = []
        self.server: asyncio.Server | None = None
        self._seed = seed
        self._keypair: asyncssh.SSHKeyPair | None = None

    @property
    def reach(self) -> Reach:
        """Whether and how far it can be reached."""
        return self.condition.reach

    def keypair(self) -> asyncssh.SSHKeyPair:
        """What it proves itself with; made when it is first asked for, which takes 150 µs."""
        if self._keypair is None:
            key = host_key(self._seed, self.index, self.condition.key_generation)
            (self._keypair,) = asyncssh.load_keypairs(asyncssh.import_private_key(pkcs8(key)))
        return self._keypair

    def change(self, condition: Condition) -> None:
        """Takes on another condition; what that means for its listener is up to `HostServers`."""
        old, self.condition = self.condition, condition
        if condition.key_generation != old.key_generation:
            self._keypair = None
            self.reset()
        if condition.reach is Reach.DOWN or (old.reach is Reach.HALF_OPEN and condition.reach is not Reach.HALF_OPEN):
            # What comes back after a silence knows nothing of the connections from before.
            self.reset()
        elif condition.reach is Reach.HALF_OPEN:
            for connection in self.connections:
                connection.freeze()

    def add(self, connection: HostConnection) -> None:
        """Notes a connection that was accepted; of those of a silent host only the newest are kept."""
        self.connections.append(connection)
        if self.reach is Reach.HALF_OPEN and len(self.connections) > SILENT_LIMIT:
            self.connections[0].reset()

    def remove(self, connection: HostConnection) -> None:
        """Forgets one that is over."""
        if connection in self.connections:
            self.connections.remove(connection)

    def stop_listening(self) -> None:
        """Has connections to it refused; those that stand stay."""
        if self.server is not None:
            self.server.close()
            self.server = None

    def reset(self) -> None:
        """Ends all connections at once."""
        for connection in self.connections[:]:
            connection.reset()


def reset_on_close(sock: socket.socket | None) -> None:
    """Has the system tell the other side by a reset, as a machine does that knows nothing of a connection."""
    if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
        # struct linger: on, 0 s.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
