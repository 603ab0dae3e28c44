"""The probe of a host by the second SSH library, for servers that the first one cannot talk to."""

import asyncio
import importlib
from functools import partial

from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.start import Start
from poller.probe_start.start_in_turn import start_in_turn
from poller.ssh.host_key_judgement import judge_host_key
from poller.ssh.login import Judge
from poller.ssh.remote_shell import EachOnce, RemoteShell, start_on
from poller.ssh.settings import SshTarget
from poller.transport import OnStep, ProbeConnection, ProbeSink


async def start_paramiko(
    target: SshTarget, options: ProbeOptions, sink: ProbeSink, on_step: OnStep | None = None
) -> ProbeConnection:
    """As `poller.ssh.transport.start_ssh`, in everything that can be seen from outside.

    Raises:
        SessionError: it did not work, and why. Nothing is left open then.
    """
    steps = EachOnce(on_step)
    return await start_in_turn(
        options, lambda start: start_command_over_paramiko(target, start.command, start.source, sink, steps)
    )


async def start_command_over_paramiko(
    target: SshTarget, command: str, source: bytes, sink: ProbeSink, on_step: OnStep | None = None
) -> ProbeConnection:
    """As `start_paramiko`, for any command that becomes a probe when fed the source."""

    async def log_in(steps: OnStep) -> RemoteShell:
        return await open_paramiko_route(target, partial(judge_host_key, target.trusted_keys), steps)

    return await start_on(log_in, Start(command, source), sink, on_step, timeout_s=target.start_timeout_s)


async def open_paramiko_route(target: SshTarget, judge: Judge, on_step: OnStep) -> RemoteShell:
    """As `poller.paramiko_ssh.route.open_paramiko`, which is loaded now."""
    # Importing paramiko takes 8 MB, and 0.1 s of CPU that would hold up every other host.
    await asyncio.to_thread(importlib.import_module, "poller.paramiko_ssh.route")
    # Said once more for whoever makes a bundle: what is only named in a string is not found.
    from poller.paramiko_ssh.route import open_paramiko  # noqa: PLC0415

    return await open_paramiko(target, judge, on_step)
