"""Starts the probe of a host by whatever carries it. Knows no database: workers have none."""

from dataclasses import replace
from pathlib import Path

from poller.event_loop import LOGIN_S, hurry
from poller.local_transport import start_local
from poller.probe_start.probe_options import ProbeOptions
from poller.ssh.settings import SshTarget
from poller.ssh.transport import start_ssh
from poller.transport import OnStep, ProbeConnection, ProbeSink
from poller.trust import Trust
from storage.host import NewHost, Transport


async def start_probe(
    host: NewHost, options: ProbeOptions, sink: ProbeSink, trust: Trust, on_step: OnStep | None = None
) -> ProbeConnection:
    """Starts the probe of a host; its lines go to the sink.

    Raises:
        SessionError: the host cannot be reached; its reason says why.
        DatabaseUnavailableError: trusted keys could not be read.
        KeyringUnavailableError: the host's secret could not be read.
    """
    if host.transport is Transport.LOCAL:
        return await start_local(options, sink)
    with hurry(LOGIN_S):
        grant = await trust.of(host)
    target = replace(ssh_target(host), trusted_keys=grant.trusted_keys, secret=grant.secret)
    if host.transport is Transport.PARAMIKO:
        # Loaded for those who chose it: paramiko costs 8 MB.
        from poller.paramiko_ssh.transport import start_paramiko  # noqa: PLC0415

        return await start_paramiko(target, options, sink, on_step)
    return await start_ssh(target, options, sink, on_step)


def ssh_target(host: NewHost) -> SshTarget:
    """Where a host is and as whom to log in; its trusted keys and its secret are not in it."""
    return SshTarget(
        address=host.address,
        port=host.port,
        username=host.username,
        identity_file=Path(host.identity_file).expanduser() if host.identity_file else None,
        compression=host.compression,
    )
