"""Starts the probe of a host by whatever carries it, with the keys and the secret that belong to it."""

import asyncio
from dataclasses import replace
from pathlib import Path

from poller.local_transport import start_local
from poller.probe_start.probe_options import ProbeOptions
from poller.ssh.settings import SSH_PORT, SshTarget
from poller.ssh.transport import start_ssh
from poller.transport import OnStep, ProbeConnection, ProbeSink
from storage.credentials import secret_of
from storage.database import Database
from storage.host import NewHost, Transport
from storage.host_keys import trusted_keys
from storage.secret_keeper import SecretKeeper


class Connector:
    """Knows how to reach any registered host. Shared by the poller, connection tests and one-shot readings."""

    def __init__(self, database: Database, keeper: SecretKeeper) -> None:
        self._database = database
        self._keeper = keeper

    async def start(
        self, host: NewHost, options: ProbeOptions, sink: ProbeSink, on_step: OnStep | None = None
    ) -> ProbeConnection:
        """Starts the probe; its lines go to the sink.

        Raises:
            SessionError: the host cannot be reached; its reason says why.
            DatabaseUnavailableError: trusted keys could not be read.
            KeyringUnavailableError: the host's secret could not be read.
        """
        if host.transport is Transport.LOCAL:
            return await start_local(options, sink)
        # Both block: SQLite for a moment, a keyring for as long as it likes.
        target = await asyncio.to_thread(self._with_trust, ssh_target(host), host.credential)
        if host.transport is Transport.PARAMIKO:
            # Loaded for those who chose it: paramiko costs 8 MB.
            from poller.paramiko_ssh.transport import start_paramiko  # noqa: PLC0415

            return await start_paramiko(target, options, sink, on_step)
        return await start_ssh(target, options, sink, on_step)

    def _with_trust(self, target: SshTarget, credential: str | None) -> SshTarget:
        with self._database.reading() as connection:
            # Under the registered port, whatever the SSH configuration makes of it: that is how keys are trusted.
            keys = trusted_keys(connection, target.address, target.port or SSH_PORT)
            secret = secret_of(connection, credential, self._keeper) if credential else None
        return replace(target, trusted_keys=keys, secret=secret)


def ssh_target(host: NewHost) -> SshTarget:
    """Where a host is and as whom to log in; its trusted keys and its secret are not in it."""
    return SshTarget(
        address=host.address,
        port=host.port,
        username=host.username,
        identity_file=Path(host.identity_file).expanduser() if host.identity_file else None,
        compression=host.compression,
    )
