"""What tinyssh has to be spared, and what it needs: messages that every other server ignores or answers."""

import asyncio
import weakref

import asyncssh
from asyncssh.constants import MSG_IGNORE
from asyncssh.packet import String

from poller.ssh.lean_packets import without_empty_packets

STIR_S = 600.0
_VERSION = "SSH-2.0-tinyssh"


def spare_tinyssh(connection: asyncssh.SSHClientConnection) -> None:
    """Leaves other servers alone. To be called after the login.

    tinyssh (20230101) stops at a message of the kind "ignore", which asyncssh puts before every packet, and leaves
    what came in the same read lying until more comes: without this a start took 14 s now and then. It answers a
    keepalive with "unimplemented", which asyncssh does not take for an answer: without this a session whose probe
    is silent for 21 s counts as dead. That the data gets too old is noticed all the same.
    """
    if not str(connection.get_extra_info("server_version", "")).startswith(_VERSION):
        return
    connection.set_keepalive(0)
    without_empty_packets(connection)
    # It hangs up on a client that has sent nothing for an hour, whatever it has sent itself.
    asyncio.get_running_loop().call_later(STIR_S, _stir, weakref.ref(connection))


def _stir(held: weakref.ref[asyncssh.SSHClientConnection]) -> None:
    """Sends what has no answer and no effect, for as long as the connection lives."""
    connection = held()
    if connection is None or connection.is_closed():
        return
    type(connection).send_packet(connection, MSG_IGNORE, String(b""))
    asyncio.get_running_loop().call_later(STIR_S, _stir, held)
