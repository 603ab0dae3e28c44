"""The probe of a host over SSH: one connection, one channel, kept for as long as the host is watched."""

import contextlib
from functools import partial

import asyncssh
import structlog

from poller.bootstrap import payload, start_command
from poller.failure import classify
from poller.host_key_judgement import judge_host_key
from poller.probe_options import ProbeOptions
from poller.probe_stream import ProbeStream
from poller.ssh_route import SshRoute, open_route
from poller.ssh_settings import SshTarget
from poller.transport import OnStep, ProbeConnection, ProbeSink
from storage.connection_step import Step

__all__ = ["SshTarget", "start_ssh"]

_log = structlog.get_logger()


async def start_ssh(
    target: SshTarget, options: ProbeOptions, sink: ProbeSink, on_step: OnStep | None = None
) -> ProbeConnection:
    """Logs in, starts the probe and waits until it runs.

    Args:
        target: where, and with what.
        options: what the probe is to do.
        sink: takes the lines; the first may come before this returns.
        on_step: told of NAME, TCP, HOST_KEY, LOGIN and PYTHON, once each as they pass.

    Raises:
        SessionError: it did not work, and why. Nothing is left open then.
    """
    return await start_command_over_ssh(target, start_command(options), payload(options), sink, on_step)


async def start_command_over_ssh(
    target: SshTarget, command: str, source: bytes, sink: ProbeSink, on_step: OnStep | None = None
) -> ProbeConnection:
    """As `start_ssh`, for any command that becomes a probe when fed the source."""
    steps = _EachOnce(on_step)
    route = await open_route(target, partial(judge_host_key, target.trusted_keys), steps)
    try:
        stream = ProbeStream(sink, route.abort)
        await _open_channel(route, stream, command, source)
        await stream.wait_ready(target.start_timeout_s)
    except BaseException:
        await route.close()
        raise
    steps(Step.PYTHON)
    return _SshConnection(route, stream)


async def _open_channel(route: SshRoute, stream: ProbeStream, command: str, source: bytes) -> None:
    try:
        channel, _ = await route.host.create_session(
            lambda: _Channel(stream),
            command,
            # The configuration's RequestTTY, SetEnv and ForwardX11 are meant for people.
            request_pty=False,
            env={},
            send_env=[],
            x11_forwarding=False,
            encoding=None,
        )
    except (asyncssh.Error, OSError) as error:
        raise classify(error) from error
    # A command that ended at once has closed the channel; how it ended tells more than that.
    with contextlib.suppress(BrokenPipeError):
        channel.write(source)


class _Channel(asyncssh.SSHClientSession[bytes]):
    """asyncssh's callbacks of the probe's channel."""

    def __init__(self, stream: ProbeStream) -> None:
        self._stream = stream

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        if datatype is None:
            self._stream.stdout(data)
        else:
            self._stream.stderr(data)

    def exit_status_received(self, status: int) -> None:
        self._stream.exited(status)

    def exit_signal_received(self, signal: str, _core_dumped: bool, _msg: str, _lang: str) -> None:
        self._stream.signalled(signal)

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None and not isinstance(exc, (asyncssh.Error, OSError)):
            # asyncssh swallows what a callback raises; a fault of ours must not pass for the host's.
            _log.error("session_fault", exc_info=exc)
        self._stream.lost(exc)


class _SshConnection:
    """A started probe and the way to it."""

    def __init__(self, route: SshRoute, stream: ProbeStream) -> None:
        self._route = route
        self._stream = stream

    async def close(self) -> None:
        """Closes the channel, which ends the probe's standard input and so the probe, and the connections."""
        self._stream.mute()
        await self._route.close()


class _EachOnce:
    """Passes on each step the first time only."""

    def __init__(self, on_step: OnStep | None) -> None:
        self._on_step = on_step
        self._passed: set[Step] = set()

    def __call__(self, step: Step) -> None:
        if step in self._passed:
            return
        self._passed.add(step)
        if self._on_step is not None:
            self._on_step(step)
