"""How paramiko's reading thread ends when the connection breaks under it."""

import socket

from paramiko.channel import Channel

from poller.paramiko_ssh.route import open_paramiko
from poller.paramiko_ssh.shell import CHUNK, CHUNKS_UNDER_WAY, ParamikoShell
from poller.paramiko_ssh.wire import Wire
from poller.stream.probe_stream import ProbeStream
from storage.reason import Reason
from tests.collected import Collected
from tests.eventually import eventually
from tests.probe_stand_in import stand_in
from tests.real_sshd import RealSshd
from tests.ssh_target import target_of

SAID = 24 * CHUNK
"""Less than the server may send unasked, more than the reader hands on to a loop that has no time."""


async def test_a_connection_that_breaks_while_it_is_told_of_room_ends_the_session(sshd: RealSshd) -> None:
    sink = Collected()
    shell = await open_paramiko(target_of(sshd), lambda _key: None, lambda _step: None)
    assert isinstance(shell, ParamikoShell)
    wire = shell._wires[-1]
    talkative = stand_in(
        f"marker()\nfor _ in range({SAID // 64}):\n    say(b'x' * 63 + b'\\n')\nwait_for_end_of_input()"
    )
    stream = ProbeStream(sink, shell.abort)
    await shell.run(talkative.command, talkative.source, stream)
    # The loop has no time meanwhile, so the reader waits with the rest still unread.
    eventually(lambda: unread(wire) > SAID - (CHUNKS_UNDER_WAY + 4) * CHUNK)
    wire.sock.shutdown(socket.SHUT_WR)
    assert (await sink.failure()).reason is Reason.LOST
    await shell.close()


def unread(wire: Wire) -> int:
    """Bytes that have come and that nobody has read."""
    channels: list[Channel] = wire._channels.values()
    return sum(len(channel.in_buffer) for channel in channels)
