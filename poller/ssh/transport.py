"""The probe of a host over SSH: one connection, one channel, kept for as long as the host is watched."""

import contextlib
from functools import partial

import asyncssh
import structlog

from poller.failure import classify
from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.start import Start
from poller.probe_start.start_in_turn import start_in_turn
from poller.ssh.host_key_judgement import judge_host_key
from poller.ssh.quick_receipt import receive_as_usual, receive_quickly
from poller.ssh.remote_shell import EachOnce, RemoteShell, start_on
from poller.ssh.route import SshRoute, open_route
from poller.ssh.settings import SshTarget
from poller.ssh.tinyssh import spare_tinyssh
from poller.stream.probe_stream import ProbeStream
from poller.transport import OnStep, ProbeConnection, ProbeSink

__all__ = ["SshTarget", "start_ssh"]

CHATTY_S = 5.0
"""Up to there a session without lines ends after 20 s (`poller.supervisor.data_age_limit`); keepalive takes 21 s."""

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
    steps = EachOnce(on_step)
    is_chatty = options.interval_s <= CHATTY_S
    return await start_in_turn(
        options,
        lambda start: start_command_over_ssh(target, start.command, start.source, sink, steps, is_chatty=is_chatty),
    )


async def start_command_over_ssh(  # noqa: PLR0913 - a login, and what becomes of it
    target: SshTarget,
    command: str,
    source: bytes,
    sink: ProbeSink,
    on_step: OnStep | None = None,
    *,
    is_chatty: bool = False,
) -> ProbeConnection:
    """As `start_ssh`, for any command that becomes a probe when fed the source.

    Args:
        target: where, and with what.
        command: what to run.
        source: what to feed it.
        sink: takes the lines.
        on_step: as with `start_ssh`.
        is_chatty: whether lines come so often that their absence tells of a dead connection as soon as anything else.
    """
    opened: list[_AsyncsshShell] = []

    async def log_in(steps: OnStep) -> RemoteShell:
        route = await open_route(target, partial(judge_host_key, target.trusted_keys), steps)
        spare_tinyssh(route.host)
        opened.append(_AsyncsshShell(route))
        return opened[-1]

    probe = await start_on(log_in, Start(command, source), sink, on_step, timeout_s=target.start_timeout_s)
    if is_chatty:
        opened[-1].receive_quickly()
    return probe


class _AsyncsshShell:
    """A login by asyncssh."""

    def __init__(self, route: SshRoute) -> None:
        self._route = route
        self._running: tuple[asyncssh.SSHClientChannel[bytes], ProbeStream] | None = None

    async def run(self, command: str, source: bytes, stream: ProbeStream) -> None:
        try:
            channel, _ = await self._route.host.create_session(
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
        self._running = channel, stream
        # A command that ended at once has closed the channel; how it ended tells more than that.
        with contextlib.suppress(BrokenPipeError):
            channel.write(source)

    def receive_quickly(self) -> None:
        """For a session whose lines come so often that nothing else has to be a sign of life."""
        # Each packet would set its timer anew, which is a tenth of what it costs to receive one.
        self._route.host.set_keepalive(0)
        if self._running is not None:
            receive_quickly(self._route.host, *self._running)

    def abort(self) -> None:
        self._route.abort()

    async def close(self) -> None:
        await self._route.close()
        receive_as_usual(self._route.host)


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
