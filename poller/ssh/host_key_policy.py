"""Where trusted host keys come from: what a host presents now, for a person to confirm, and known_hosts files."""

import contextlib
from collections.abc import Awaitable, Callable
from functools import partial

from poller.failure import SessionError
from poller.paramiko_ssh.transport import open_paramiko_route
from poller.ssh.host_key_judgement import host_key_algorithms, judge_host_key
from poller.ssh.known_hosts import keys_from_known_hosts
from poller.ssh.remote_shell import RemoteShell
from poller.ssh.route import SshRoute, open_route
from poller.ssh.settings import DEFAULT_CONFIG, SshTarget
from storage.host_key import HostKey
from storage.reason import Reason

__all__ = ["host_key_algorithms", "judge_host_key", "keys_from_known_hosts", "scan", "scan_host_key"]


async def scan_host_key(address: str, port: int | None = None) -> HostKey:
    """The key that a host presents now. Nothing vouches for it: a person has to compare its fingerprint.

    Args:
        address: DNS name, alias of `~/.ssh/config` or IP address.
        port: None takes what `~/.ssh/config` says, else 22.

    Raises:
        SessionError: the host did not get as far as its key.
    """
    return await scan(SshTarget(address, port, ssh_config=DEFAULT_CONFIG))


async def scan(target: SshTarget) -> HostKey:
    """As `scan_host_key`; of its trusted keys' algorithms, if it has any. A key that is revoked is not brought back."""
    try:
        return await _presented(target, partial(open_route, certificates=False))
    except SessionError as failure:
        # An old server may have no algorithm in common with asyncssh, but with paramiko; it may hang up before asyncssh
        # has seen that.
        if failure.reason not in {Reason.PROTOCOL, Reason.LOST}:
            raise
        with contextlib.suppress(SessionError):
            return await _presented(target, open_paramiko_route)
        raise


async def _presented(target: SshTarget, open_a_route: Callable[..., Awaitable[RemoteShell | SshRoute]]) -> HostKey:
    presented: list[HostKey] = []

    def refuse(key: HostKey) -> SessionError:
        presented.append(key)
        return SessionError(Reason.HOST_KEY_UNKNOWN, host_key=key)

    try:
        route = await open_a_route(target, refuse, lambda _: None)
    except SessionError:
        if presented:
            return presented[0]
        raise
    # Cannot be: the key was refused.
    await route.close()
    raise SessionError(Reason.PROTOCOL, "The host let us in without showing its key.")
