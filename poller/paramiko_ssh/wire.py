"""One SSH connection by paramiko, which tells more than paramiko alone: last words, signals, old algorithms."""

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator, Sequence

import asyncssh
from paramiko import Channel, Message, ServiceRequestingTransport, Transport
from paramiko.common import (
    MSG_CHANNEL_DATA,
    MSG_CHANNEL_EXTENDED_DATA,
    MSG_CHANNEL_REQUEST,
    cMSG_DISCONNECT,
    cMSG_SERVICE_REQUEST,
)

from poller.failure import SessionError
from poller.paramiko_ssh.auth import AuthRequests
from poller.paramiko_ssh.bounds import BoundedPacketizer, bounded
from poller.paramiko_ssh.old_algorithms import KEX_CLASSES, KEY_EXCHANGES, SIGNATURES, RsaKey
from poller.ssh.configuration import SshConfiguration
from storage.reason import Reason

KEEPALIVE_S = 7
_WORDS_LIMIT = 500

# It would print to standard error where nobody set up logging. What went wrong comes as an exception, too.
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


class Passage:
    """A channel of a jump host as the socket of the next wire. That one's end must not fail when the first has gone."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.send, self.recv, self.settimeout = channel.send, channel.recv, channel.settimeout

    def close(self) -> None:
        """Closes the channel, where there still is somebody to tell."""
        with contextlib.suppress(Exception):
            self._channel.close()

    @property
    def _closed(self) -> bool:
        """Asked by paramiko when the program ends."""
        return bool(self._channel.closed)


class Wire(ServiceRequestingTransport):  # type: ignore[misc]
    """A connection on a socket, and the thread of paramiko that serves it.

    Attributes:
        farewell: what the server said when it hung up, if it said anything.
        refusal: what it said when it opened no channel.
    """

    # It looks this often whether it is to end; we end it by its socket, and a thousand hosts would look 10,000 times.
    _active_check_timeout = 1.0
    # The cheapest on any CPU of today first.
    _preferred_ciphers = (
        "aes128-gcm@openssh.com",
        *(name for name in Transport._preferred_ciphers if name != "aes128-gcm@openssh.com"),
    )
    _preferred_kex = Transport._preferred_kex + KEY_EXCHANGES
    _preferred_keys = Transport._preferred_keys + SIGNATURES
    _preferred_pubkeys = Transport._preferred_pubkeys + SIGNATURES
    _kex_info = {**Transport._kex_info, **KEX_CLASSES}  # noqa: RUF012 - as paramiko has it
    _key_info = {**Transport._key_info, "ssh-rsa": RsaKey}  # noqa: RUF012

    def __init__(self, sock: socket.socket | Passage, timeout_s: float) -> None:
        """Takes a connected socket, and the seconds for each step until logged in."""
        self.farewell: asyncssh.DisconnectError | None = None
        self.refusal = ""
        self._may_ask = threading.Event()
        self._requests: AuthRequests | None = None
        super().__init__(sock, packetizer_class=BoundedPacketizer)
        self.banner_timeout = self.handshake_timeout = self.auth_timeout = self.channel_timeout = timeout_s
        table = Transport._channel_handler_table
        self._channel_handler_table = {
            **table,
            MSG_CHANNEL_DATA: bounded(table[MSG_CHANNEL_DATA]),
            MSG_CHANNEL_EXTENDED_DATA: bounded(table[MSG_CHANNEL_EXTENDED_DATA]),
            MSG_CHANNEL_REQUEST: _handle_request,
        }

    def prefer(self, configuration: SshConfiguration, host_key_algorithms: Sequence[str]) -> None:
        """Restricts the algorithms to those of the configuration, where it names any.

        Raises:
            SessionError: it names none that paramiko has (`CREDENTIAL`).
        """
        self._restrict("ciphers", "Ciphers", configuration.ciphers)
        self._restrict("kex", "KexAlgorithms", configuration.kex_algorithms)
        self._restrict("macs", "MACs", configuration.macs)
        self._restrict("pubkeys", "PubkeyAcceptedAlgorithms", configuration.pubkey_algorithms)
        self._restrict("keys", "HostKeyAlgorithms", host_key_algorithms)
        if configuration.compression:
            self.use_compression()

    def _restrict(self, kind: str, keyword: str, wanted: Sequence[str]) -> None:
        if not wanted:
            return
        known = getattr(self, f"_preferred_{kind}")
        chosen = tuple(name for name in wanted if name in known)
        if not chosen:
            raise SessionError(
                Reason.CREDENTIAL,
                f"Nothing of what the SSH configuration names as {keyword} is known here: {', '.join(wanted)}.",
                hint=f"Name one more in {keyword}, or choose the other transport for this host (asyncssh).",
            )
        setattr(self, f"_preferred_{kind}", chosen)

    @contextlib.contextmanager
    def signing_by(self, signature: str) -> Iterator[None]:
        """Keys sign in this way, whatever paramiko would choose."""
        before, self._preferred_pubkeys = self._preferred_pubkeys, (signature,)
        try:
            yield
        finally:
            self._preferred_pubkeys = before

    @property
    def signatures(self) -> tuple[str, ...]:
        """Which kinds of signature may log in."""
        return tuple(self._preferred_pubkeys)

    @property
    def accepted_signatures(self) -> list[str] | None:
        """Those that the server says it takes; None where it does not say, as old ones do not."""
        said = self.server_extensions.get("server-sig-algs")
        return None if said is None else said.decode("ascii", "replace").split(",")

    def ensure_session(self) -> None:
        """Asks, once, whether one may ask to be let in. Blocks; raises what the connection died of."""
        if self._requests is not None:
            return
        message = Message()
        message.add_byte(cMSG_SERVICE_REQUEST)
        message.add_string("ssh-userauth")
        self._send_message(message)
        # paramiko's own would wait for ever for a server that hangs up now.
        while not self._may_ask.wait(0.1):
            if (error := self.why_ended()) is not None:
                raise error
        self._requests = self.auth_handler = AuthRequests(self)

    @property
    def asked_for(self) -> tuple[str, ...]:
        """The methods by which the server would let us in after what there was so far."""
        return self._requests.asked_for if self._requests else ()

    def why_ended(self) -> BaseException | None:
        """What the connection died of; None while it lives."""
        if self.is_active():
            return None
        return self.farewell or self.get_exception() or EOFError("the server hung up")

    def say_goodbye(self) -> None:
        """Tells the server that we go; blocks where the link takes nothing, until the socket is cut."""
        message = Message()
        message.add_byte(cMSG_DISCONNECT)
        message.add_int(asyncssh.DISC_BY_APPLICATION)
        message.add_string("")
        message.add_string("")
        with contextlib.suppress(Exception):
            self._send_message(message)

    def _parse_service_accept(self, m: Message) -> None:
        super()._parse_service_accept(m)
        self._may_ask.set()

    def _parse_channel_open_failure(self, m: Message) -> None:
        copy = Message(m.get_remainder())
        _channel, _code = copy.get_int(), copy.get_int()
        self.refusal = copy.get_binary()[:_WORDS_LIMIT].decode("utf-8", "replace")
        super()._parse_channel_open_failure(m)

    def _parse_disconnect(self, m: Message) -> None:
        code, words = m.get_int(), m.get_binary()[:_WORDS_LIMIT].decode("utf-8", "replace")
        self.farewell = asyncssh.DisconnectError(code, words)


def _handle_request(channel: Channel, m: Message) -> None:
    """Notes the signal that ended a command, which paramiko passes over."""
    # Asking for the rest leaves the message where it was.
    copy = Message(m.get_remainder())
    if copy.get_binary() == b"exit-signal":
        copy.get_boolean()
        channel.exit_signal = copy.get_binary().decode("ascii", "replace")
    Channel._handle_request(channel, m)


def signal_of(channel: Channel) -> str | None:
    """The name of the signal that ended the command, as "KILL"."""
    name: str | None = getattr(channel, "exit_signal", None)
    return name
