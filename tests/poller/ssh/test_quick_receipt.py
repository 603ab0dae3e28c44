"""Packets that are opened without asyncssh: the same lines come, and whatever is odd still goes to asyncssh."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import asyncssh
import pytest
from asyncssh.connection import SSHConnection

from poller.ssh import quick_receipt
from poller.ssh.quick_receipt import receive_as_usual, receive_quickly
from poller.ssh.transport import start_command_over_ssh
from poller.stream.lines import MARKER
from poller.stream.probe_stream import ProbeStream
from storage.reason import Reason
from tests.collected import Collected
from tests.probe_stand_in import stand_in
from tests.real_sshd import RealSshd
from tests.ssh_library import Library
from tests.ssh_target import target_of

CHATTY = Library("asyncssh", start_command_over_ssh, partial(start_command_over_ssh, is_chatty=True))


class _Session(asyncssh.SSHClientSession[bytes]):
    """The poller's own, in short: hands on to a stream, once it has one."""

    stream: ProbeStream | None = None

    def data_received(self, data: bytes, _datatype: asyncssh.DataType) -> None:
        if self.stream is not None:
            self.stream.stdout(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.stream is not None:
            self.stream.lost(exc)


class _Echo:
    """A host that says back what it is told."""

    def __init__(self, connection: asyncssh.SSHClientConnection, channel: "asyncssh.SSHClientChannel[bytes]") -> None:
        self.connection = connection
        self.say = channel.write
        self.sink = Collected()
        self.stream = ProbeStream(self.sink, connection.abort)
        self.is_quick = receive_quickly(connection, channel, self.stream)

    async def says(self, line: bytes) -> None:
        """Has it say a line, and waits for it."""
        count = len(self.sink.received)
        self.say(line + b"\n")
        assert await self.sink.line(count) == line


@asynccontextmanager
async def echo(server: RealSshd, cipher: str = "aes128-gcm@openssh.com") -> AsyncIterator[_Echo]:
    """A session that is quick from its first line on, if it can be."""
    options = {"known_hosts": None, "config": None, "agent_path": None, "encryption_algs": [cipher]}
    where = {"port": server.port, "username": server.user, "client_keys": [str(server.identity)]}
    async with asyncssh.connect(server.address, **where, **options) as connection:
        channel, session = await connection.create_session(_Session, "cat", encoding=None)
        held = _Echo(connection, channel)
        assert isinstance(session, _Session)
        session.stream = held.stream
        held.say(MARKER)
        await held.stream.wait_ready(30)
        yield held
        held.stream.mute()


@pytest.fixture
def long_way(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What asyncssh was given to open from now on."""
    given: list[bytes] = []
    usual = SSHConnection.data_received

    def data_received(connection: SSHConnection, data: bytes, datatype: asyncssh.DataType = None) -> None:
        given.append(data)
        usual(connection, data, datatype)

    monkeypatch.setattr(SSHConnection, "data_received", data_received)
    return given


async def test_lines_of_a_session_that_runs_do_not_go_through_asyncssh(sshd: RealSshd, long_way: list[bytes]) -> None:
    async with echo(sshd) as host:
        assert host.is_quick
        # OpenSSH tells of room for what we say with packets of its own; three lines are too little for that.
        long_way.clear()
        for line in (b"one", b"two", b"three"):
            await host.says(line)
        assert long_way == []


async def test_a_chatty_session_of_the_poller_is_quick_and_another_one_is_not(
    sshd: RealSshd, long_way: list[bytes]
) -> None:
    program = stand_in("import time\nmarker()\nfor n in range(20):\n    say(b'%d\\n' % n)\n    time.sleep(0.02)")
    numbers = [b"%d" % n for n in range(20)]

    async def given_of(start: Callable[..., object]) -> int:
        async with Library("asyncssh", start_command_over_ssh, start).session(target_of(sshd), program) as sink:  # type: ignore[arg-type]
            await sink.line(0)
            before = len(long_way)
            await sink.line(19)
            assert sink.received == numbers
            return len(long_way) - before

    usual = await given_of(start_command_over_ssh)
    quick = await given_of(partial(start_command_over_ssh, is_chatty=True))
    assert quick < usual


async def test_lines_of_any_size_come_whole_and_in_their_order(sshd: RealSshd) -> None:
    # Beyond the window, which is told anew; cut anywhere, and many at once.
    lines = [bytes([97 + n % 26]) * (n * 7919 % 200_000) for n in range(60)]
    body = "marker()\nfor n in range(60):\n    say(bytes([97 + n % 26]) * (n * 7919 % 200000) + b'\\n')"
    async with CHATTY.session(target_of(sshd), stand_in(body + "\nwait_for_end_of_input()")) as sink:
        await sink.line(59)
        assert sink.received == lines
        assert sum(map(len, lines)) > 2 * 2**20


async def test_new_keys_are_agreed_upon_in_between(start_sshd: Callable[..., RealSshd], long_way: list[bytes]) -> None:
    async with echo(start_sshd("RekeyLimit 16K")) as host:
        at_first = host.connection._recv_encryption
        for n in range(20):
            await host.says(b"%d " % n * 500)
        assert host.connection._recv_encryption is not at_first
        long_way.clear()
        await host.says(b"as before")
        assert long_way == []


async def test_last_words_and_the_end_are_told_as_ever(sshd: RealSshd) -> None:
    body = "import time\nmarker()\nsay(b'line\\n')\ntime.sleep(0.2)\nos.write(2, b'out of luck')\nos._exit(3)"
    async with CHATTY.session(target_of(sshd), stand_in(body)) as sink:
        failure = await sink.failure()
        assert sink.received == [b"line"]
        assert "out of luck" in failure.detail


async def test_a_packet_that_was_tampered_with_ends_the_session(sshd: RealSshd) -> None:
    async with echo(sshd) as host:
        await host.says(b"well")
        host.connection.data_received(b"\0\0\0\x20" + bytes(48))
        assert (await host.sink.failure()).reason is Reason.PROTOCOL
        assert host.sink.received == [b"well"]


async def test_a_fault_of_ours_ends_the_session_and_is_told(sshd: RealSshd, monkeypatch: pytest.MonkeyPatch) -> None:
    async with echo(sshd) as host:

        def fail(_data: bytes) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(host.stream, "stdout", fail)
        host.say(b"anything\n")
        async with asyncio.timeout(60):
            await host.connection.wait_closed()
        assert host.sink.failures


@pytest.mark.parametrize("cipher", ["aes128-ctr", "chacha20-poly1305@openssh.com"])
async def test_with_another_cipher_all_goes_the_long_way(sshd: RealSshd, cipher: str) -> None:
    async with echo(sshd, cipher) as host:
        assert not host.is_quick
        await host.says(b"line")


async def test_a_release_of_asyncssh_that_is_not_known_opens_its_packets_itself(
    sshd: RealSshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_receipt, "UNDERSTOOD", ("0.",))
    async with echo(sshd) as host:
        assert not host.is_quick
        await host.says(b"line")


async def test_it_can_be_undone(sshd: RealSshd, long_way: list[bytes]) -> None:
    async with echo(sshd) as host:
        receive_as_usual(host.connection)
        long_way.clear()
        await host.says(b"line")
        assert long_way
        receive_as_usual(host.connection)
