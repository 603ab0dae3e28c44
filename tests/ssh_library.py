"""Either SSH library, to run the same test over both."""

import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass

import pytest

from poller.failure import SessionError
from poller.paramiko_ssh.transport import start_command_over_paramiko, start_paramiko
from poller.ssh.settings import SshTarget
from poller.ssh.transport import start_command_over_ssh, start_ssh
from poller.transport import ProbeConnection
from storage.connection_step import Step
from tests.collected import Collected
from tests.probe_stand_in import StandIn, streaming


@dataclass(frozen=True)
class Library:
    """One way to speak SSH."""

    name: str
    start_probe: Callable[..., Coroutine[None, None, ProbeConnection]]
    start_command: Callable[..., Coroutine[None, None, ProbeConnection]]

    async def start(self, target: SshTarget, program: StandIn, sink: Collected) -> ProbeConnection:
        return await self.start_command(target, program.command, program.source, sink)

    @contextlib.asynccontextmanager
    async def session(self, target: SshTarget, program: StandIn) -> AsyncIterator[Collected]:
        """A session with a stand-in; yields its sink."""
        sink = Collected()
        connection = await self.start(target, program, sink)
        try:
            yield sink
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def streaming_from(self, target: SshTarget) -> AsyncIterator[Collected]:
        """A session with a stand-in that lives until it is closed; its lines are there."""
        async with self.session(target, streaming()) as sink:
            await sink.line(3)
            yield sink

    async def logs_in(self, target: SshTarget) -> None:
        """A session that starts and is closed again."""
        async with self.streaming_from(target):
            pass

    async def failure_of(self, target: SshTarget, program: StandIn | None = None) -> tuple[SessionError, list[Step]]:
        """How a start fails that must fail, and the steps that passed before."""
        steps: list[Step] = []
        sink = Collected()
        program = program or streaming()
        with pytest.raises(SessionError) as caught:
            await self.start_command(target, program.command, program.source, sink, steps.append)
        assert sink.failures == []
        return caught.value, steps


ASYNCSSH = Library("asyncssh", start_ssh, start_command_over_ssh)
PARAMIKO = Library("paramiko", start_paramiko, start_command_over_paramiko)
