"""Bounds for what a server sends, where paramiko sets none: it would take up memory for as long as more comes."""

from collections.abc import Callable

from paramiko import Channel, Message
from paramiko.packet import Packetizer
from paramiko.ssh_exception import SSHException

GREETING_LIMIT = 64 * 1024
"""Bytes before a server has said which version of SSH it speaks: RFC 4253 lets it talk of other things first."""
PACKET_LIMIT = 256 * 1024
"""As in OpenSSH. RFC 4253 asks for 35,000 bytes at the least."""
UNREAD_LIMIT = 4 * 2**20
"""Bytes of a channel that wait to be read: twice what a server is allowed to send unasked."""


class BoundedPacketizer(Packetizer):  # type: ignore[misc]
    """Reads greeting and packets, none of them longer than allowed."""

    _greeted = 0

    def read_all(self, n: int, check_rekey: bool = False) -> bytes:
        """Exactly `n` bytes. Raises SSHException where that is no packet's size."""
        if n > PACKET_LIMIT:
            raise SSHException(f"a packet of {n} bytes")
        data: bytes = super().read_all(n, check_rekey)
        return data

    def _read_timeout(self, timeout: float) -> bytes:
        data: bytes = super()._read_timeout(timeout)
        self._greeted += len(data)
        if self._greeted > GREETING_LIMIT:
            raise SSHException(f"{GREETING_LIMIT // 1024} KiB came, and no SSH")
        return data


def bounded(take: Callable[[Channel, Message], None]) -> Callable[[Channel, Message], None]:
    """A channel's handler of data that gives up on a server which sends more than it is allowed to."""

    def take_bounded(channel: Channel, message: Message) -> None:
        if len(channel.in_buffer) + len(channel.in_stderr_buffer) > UNREAD_LIMIT:
            raise SSHException("the server sends more than it is allowed to")
        take(channel, message)

    return take_bounded
