"""Takes a line out of its packet the short way: where nothing about the packet is odd, asyncssh is spared the work.

asyncssh copies what came five times, makes a cipher anew, and words a sentence for a log that nobody keeps. Nearly all
packets of a session that runs are the same: one line of the probe, whole, in one read. Those are opened here, which
takes a sixth off what a scrape costs. All else goes to asyncssh as it came, and nothing has been changed by then: a
packet in two reads or two in one, a farewell, new keys, a packet that was tampered with.
"""

import struct

import asyncssh
from asyncssh.connection import SSHConnection
from asyncssh.constants import MSG_CHANNEL_DATA
from asyncssh.crypto.cipher import GCMCipher
from asyncssh.encryption import GCMEncryption
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from poller.stream.probe_stream import ProbeStream

UNDERSTOOD = ("2.24.",)
"""Releases of asyncssh whose inner parts these are. With any other one all packets go the long way."""
_LENGTH = 4
_TAG = 16
_BEGINNING = struct.Struct(">BBII")
"""Size of the padding, kind, number of the channel, size of what it carries."""


def receive_quickly(connection: asyncssh.SSHClientConnection, channel: object, stream: ProbeStream) -> bool:
    """Has the lines of a channel go to its stream the short way from now on.

    Args:
        connection: logged in, without keepalive: what comes the short way does not count as a sign of life.
        channel: of the probe.
        stream: takes what it writes.

    Returns:
        Whether they do; not with another cipher than AES-GCM, with compression, or a release that is not known here.
    """
    encryption = getattr(connection, "_recv_encryption", None)
    if (
        not asyncssh.__version__.startswith(UNDERSTOOD)
        or not isinstance(channel, asyncssh.SSHClientChannel)
        or type(encryption) is not GCMEncryption
        or connection._decompressor is not None
    ):
        return False
    # Not a subclass: `asyncssh.connect` makes the connection.
    connection.__dict__["data_received"] = QuickReceipt(connection, channel, stream).data_received
    return True


def receive_as_usual(connection: asyncssh.SSHClientConnection) -> None:
    """Undoes it, so that nothing holds what is over; may be called without it."""
    connection.__dict__.pop("data_received", None)


class QuickReceipt:
    """Of one connection with one channel."""

    __slots__ = ("_aead", "_channel", "_cipher", "_connection", "_stream")

    def __init__(
        self,
        connection: asyncssh.SSHClientConnection,
        channel: "asyncssh.SSHClientChannel[bytes]",
        stream: ProbeStream,
    ) -> None:
        self._connection = connection
        self._channel = channel
        self._stream = stream
        self._cipher: GCMCipher | None = None
        self._aead: AESGCM | None = None

    def data_received(self, data: bytes, datatype: asyncssh.DataType = None) -> None:
        """As asyncssh's own."""
        line = self._open(data)
        if line is None:
            SSHConnection.data_received(self._connection, data, datatype)
            return
        try:
            self._stream.stdout(line)
        # As asyncssh does with what a session raises: the connection ends, and others go on.
        except Exception:  # noqa: BLE001
            self._connection.internal_error()

    def _open(self, data: bytes) -> bytes | None:
        """What a packet carries; None, and nothing is changed, where asyncssh has to look at it."""
        connection, channel = self._connection, self._channel
        encryption = connection._recv_encryption
        if type(encryption) is not GCMEncryption or not self._waits_for(data):
            return None
        cipher = encryption._cipher
        packet = self._decrypted(data, cipher)
        if packet is None or len(packet) < _BEGINNING.size:
            return None
        padding, kind, number, size = _BEGINNING.unpack_from(packet)
        if (
            kind != MSG_CHANNEL_DATA
            or number != channel._recv_chan
            or size != len(packet) - _BEGINNING.size - padding
            # Where it is time to tell the host of more room, asyncssh does.
            or channel._recv_window - size < channel._init_recv_window // 2
        ):
            return None
        cipher._update_iv()
        connection._recv_seq = (connection._recv_seq + 1) & 0xFFFFFFFF
        channel._recv_window -= size
        return packet[_BEGINNING.size : _BEGINNING.size + size]

    def _waits_for(self, data: bytes) -> bool:
        """Whether data is one whole packet, and a packet is what comes next, for a channel that is open."""
        connection, channel = self._connection, self._channel
        return (
            len(data) == int.from_bytes(data[:_LENGTH], "big") + _LENGTH + _TAG
            and not connection._inpbuf
            and connection._recv_handler == connection._recv_pkthdr
            and channel._recv_state == channel._send_state == "open"
            and not channel._recv_paused
        )

    def _decrypted(self, data: bytes, cipher: GCMCipher) -> bytes | None:
        """None where it is no packet that was made with the keys of now."""
        if cipher is not self._cipher or self._aead is None:
            # At first, and after new keys were agreed upon.
            self._cipher, self._aead = cipher, AESGCM(cipher._key)
        try:
            return self._aead.decrypt(cipher._iv, data[_LENGTH:], data[:_LENGTH])
        except InvalidTag:
            return None
