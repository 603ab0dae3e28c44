"""asyncssh's server connection, made cheap and given the ways in which hosts misbehave."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncssh

from simulated_fleet.condition import Reach
from simulated_fleet.serving.host import SimulatedHost, reset_on_close
from simulated_fleet.serving.session import BUFFER_BYTES, ProbeSession

_MSG_IGNORE = 2


class FleetConnection(asyncssh.SSHServerConnection):
    """A connection to a simulated host: over TCP, or through the channel of its jump host.

    Attributes:
        host: whose it is.
        blocked: the system, or the channel below, takes no more.
    """

    def __init__(self, options: asyncssh.SSHServerConnectionOptions, host: SimulatedHost) -> None:
        super().__init__(asyncio.get_running_loop(), options)
        self.host = host
        self.blocked = False
        self.sessions: list[ProbeSession] = []
        self._below: Any = None
        self._frozen = False

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - a TCP transport, or an SSH channel
        """The connection stands; a host that says nothing does not even greet."""
        self._below = transport
        transport.set_write_buffer_limits(high=BUFFER_BYTES)
        self.host.add(self)
        if self.host.reach is Reach.HALF_OPEN:
            # The system has accepted it; nobody will ever speak.
            self._stop_reading()
            return
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None = None) -> None:
        """It is over."""
        self.host.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes, datatype: asyncssh.DataType = None) -> None:
        """Bytes have come."""
        if not self._frozen:
            super().data_received(data, datatype)

    def pause_writing(self) -> None:
        """What is below takes no more for now."""
        self.blocked = True

    def resume_writing(self) -> None:
        """It takes more again."""
        self.blocked = False
        for session in self.sessions:
            session.send_waiting()

    def choose_server_host_key(self, peer_host_key_algs: Sequence[bytes]) -> bool:
        """Whether the other side can check the key of this host."""
        # All connections share one set of options; to make one of its own takes 240 µs and some KB.
        return self.host.keypair().algorithm in peer_host_key_algs

    def get_server_host_key(self) -> asyncssh.SSHKeyPair:
        """The key of this host."""
        return self.host.keypair()

    async def reload_config(self) -> None:
        """Does nothing: there is no file to read again for a user, and looking took 0.5 ms of each login."""

    def send_packet(self, pkttype: int, *args: bytes, **more: Any) -> None:  # noqa: ANN401 - handed on
        """Sends a packet of SSH, but none that says nothing."""
        # asyncssh has an empty packet go before each one, against a weakness of CBC ciphers; AES-GCM has none, and
        # OpenSSH sends none. It doubled the work of both sides.
        if pkttype != _MSG_IGNORE and not self._frozen:
            super().send_packet(pkttype, *args, **more)

    def freeze(self) -> None:
        """Says and reads nothing any more; the other side is not told."""
        self._stop_reading()

    def reset(self) -> None:
        """Ends at once; over TCP the other side gets a reset."""
        if self._below is None:
            return
        reset_on_close(self._below.get_extra_info("socket"))
        self.host.remove(self)
        self.abort()
        # Where asyncssh was never begun, it knows of nothing to abort.
        self._below.abort()

    def _stop_reading(self) -> None:
        self._frozen = True
        self._below.pause_reading()
