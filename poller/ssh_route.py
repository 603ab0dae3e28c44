"""The way to a host: through the jump hosts that the SSH configuration names, then the host itself."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import asyncssh

from poller.failure import SessionError, classify
from poller.host_key_judgement import judge_host_key
from poller.known_hosts import keys_from_known_hosts
from poller.ssh_login import Judge, log_in
from poller.ssh_settings import SshTarget, configured, resolve
from storage.connection_step import Step
from storage.errors import WatchpostError
from storage.host_keys import HostKey
from storage.reason import Reason

JUMPS_LIMIT = 8
_KNOWN_HOSTS = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")
_CLOSE_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class SshRoute:
    """Connections that lie one in the other; the last one is the host's."""

    connections: tuple[asyncssh.SSHClientConnection, ...]

    @property
    def host(self) -> asyncssh.SSHClientConnection:
        """The connection to the host itself."""
        return self.connections[-1]

    def abort(self) -> None:
        """Cuts the connection to the host at once."""
        self.host.abort()

    async def close(self) -> None:
        """Closes all of them, the host's first. Does not wait for a host that no longer answers."""
        for connection in reversed(self.connections):
            connection.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                    await connection.wait_closed()


async def open_route(target: SshTarget, judge: Judge, on_step: Callable[[Step], None]) -> SshRoute:
    """Logs in to the host, by way of its jump hosts.

    Args:
        target: the host.
        judge: decides on the host's key. Jump hosts must be in a known_hosts file, as for ssh.
        on_step: told of the host's own steps, each at least once as it passes.

    Raises:
        SessionError: it did not work, and why.
    """
    connections: list[asyncssh.SSHClientConnection] = []
    try:
        settings = await resolve(target)
        for hop in await _hops(target, settings):
            connections.append(await _log_in_to_jump(hop, connections[-1] if connections else None))
        tunnel = connections[-1] if connections else None
        connections.append(await log_in(target, settings, judge, on_step, tunnel))
    except BaseException as error:
        await SshRoute(tuple(connections)).close()
        if not isinstance(error, (OSError, ValueError, asyncssh.Error)):
            raise
        raise classify(error) from error
    return SshRoute(tuple(connections))


async def _hops(target: SshTarget, settings: asyncssh.SSHClientConnectionOptions) -> list[SshTarget]:
    """Jump hosts, the nearest first; a jump host's own jump hosts come before it."""
    hops: list[SshTarget] = []
    while isinstance(settings.tunnel, str):
        listed = [_hop(target, spec) for spec in settings.tunnel.split(",")]
        hops[:0] = listed
        if len(hops) > JUMPS_LIMIT:
            raise SessionError(
                Reason.NO_ROUTE, f"More than {JUMPS_LIMIT} jump hosts.", hint="Does a ProxyJump lead in a circle?"
            )
        settings = await resolve(hops[0])
    return hops


def _hop(target: SshTarget, spec: str) -> SshTarget:
    """`[user@]host[:port]` as a target with the timeouts of the host behind it, but none of its keys or secrets."""
    user, _, place = spec.strip().removeprefix("ssh://").rpartition("@")
    host, colon, port = place.rpartition(":")
    if not colon or not port.isdigit() or (":" in host and not host.endswith("]")):
        host, port = place, ""
    return replace(
        target,
        address=host.strip("[]"),
        port=int(port) if port else None,
        username=user or None,
        identity_file=None,
        secret=None,
        trusted_keys=(),
    )


async def _log_in_to_jump(hop: SshTarget, tunnel: asyncssh.SSHClientConnection | None) -> asyncssh.SSHClientConnection:
    try:
        settings = await resolve(hop)
        trusted = await asyncio.to_thread(_known_to_user, settings)
        judge = partial(judge_host_key, trusted)
        return await log_in(replace(hop, trusted_keys=trusted), settings, judge, lambda _: None, tunnel)
    except WatchpostError as error:
        reason = error.reason if isinstance(error, SessionError) else Reason.CREDENTIAL
        hint = error.hint
        if reason in (Reason.HOST_KEY_UNKNOWN, Reason.HOST_KEY_CHANGED):
            hint = f"Jump hosts are checked against ~/.ssh/known_hosts. Connect once with `ssh {hop.address}`."
        # Without the key: it is not the one of the host that was asked for, and must not be trusted in its place.
        raise SessionError(reason, f"Jump host {hop.address}: {error.message}", hint=hint) from error


def _known_to_user(settings: asyncssh.SSHClientConnectionOptions) -> list[HostKey]:
    """What the user's and the system's known_hosts files say of a jump host."""
    files = configured(settings, "UserKnownHostsFile") or _KNOWN_HOSTS
    name = settings.host_key_alias or settings.host
    return [key for file in files for key in keys_from_known_hosts(Path(file), name, settings.port)]
