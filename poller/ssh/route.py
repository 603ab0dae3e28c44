"""The way to a host: through the jump hosts that the SSH configuration names, then the host itself."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import asyncssh

from poller.event_loop import LOGIN_S, hurry
from poller.failure import SessionError, classify
from poller.ssh.answer import SshConfiguration, jump_place
from poller.ssh.configuration import read_configuration
from poller.ssh.host_key_judgement import judge_host_key
from poller.ssh.known_hosts import keys_from_known_hosts
from poller.ssh.lean_login import forget_login
from poller.ssh.login import Judge, log_in
from poller.ssh.settings import SshTarget
from storage.connection_step import Step
from storage.errors import WatchpostError
from storage.host_key import HostKey
from storage.reason import Reason

JUMPS_LIMIT = 8
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


async def open_route(
    target: SshTarget, judge: Judge, on_step: Callable[[Step], None], *, certificates: bool = True
) -> SshRoute:
    """Logs in to the host, by way of its jump hosts.

    Args:
        target: the host.
        judge: decides on the host's key. Jump hosts must be in a known_hosts file, as for ssh.
        on_step: told of the host's own steps, each at least once as it passes.
        certificates: whether the host may prove itself by one that an authority in known_hosts has signed.

    Raises:
        SessionError: it did not work, and why.
    """
    connections: list[asyncssh.SSHClientConnection] = []
    try:
        with hurry(LOGIN_S):
            configuration = await read_configuration(target)
        for hop in await find_hops(target, configuration):
            connections.append(await _log_in_to_jump(hop, connections[-1] if connections else None))
        tunnel = connections[-1] if connections else None
        connections.append(await log_in(target, configuration, judge, on_step, tunnel, certificates=certificates))
    except BaseException as error:
        await SshRoute(tuple(connections)).close()
        if not isinstance(error, (OSError, ValueError, asyncssh.Error)):
            raise
        raise classify(error) from error
    for connection in connections:
        forget_login(connection)
    return SshRoute(tuple(connections))


async def find_hops(target: SshTarget, configuration: SshConfiguration) -> list[SshTarget]:
    """Jump hosts, the nearest first; a jump host's own jump hosts come before it.

    Raises:
        SessionError: more than `JUMPS_LIMIT`, or the configuration of one cannot be read.
    """
    hops: list[SshTarget] = []
    while configuration.proxy_jumps:
        hops[:0] = [_hop(target, jump) for jump in configuration.proxy_jumps]
        if len(hops) > JUMPS_LIMIT:
            raise SessionError(
                Reason.NO_ROUTE, f"More than {JUMPS_LIMIT} jump hosts.", hint="Does a ProxyJump lead in a circle?"
            )
        configuration = await read_configuration(hops[0])
    return hops


def keys_of_jump_host(configuration: SshConfiguration) -> list[HostKey]:
    """What the user's and the system's known_hosts files say of a jump host. Blocks. Raises InvalidInputError."""
    found = (keys_from_known_hosts(file, *configuration.known_place) for file in configuration.known_hosts)
    return [key for keys in found for key in keys]


def told_of_jump_host(hop: SshTarget, error: WatchpostError) -> SessionError:
    """A jump host's failure, which names it."""
    reason = error.reason if isinstance(error, SessionError) else Reason.CREDENTIAL
    hint = error.hint
    if reason in (Reason.HOST_KEY_UNKNOWN, Reason.HOST_KEY_CHANGED):
        hint = f"Jump hosts are checked against ~/.ssh/known_hosts. Connect once with `ssh {hop.address}`."
    # Without the key: it is not the one of the host that was asked for, and must not be trusted in its place.
    return SessionError(reason, f"Jump host {hop.address}: {error.message}", hint=hint)


def _hop(target: SshTarget, jump: str) -> SshTarget:
    """`[user@]host[:port]` as a target with the timeouts of the host behind it, but none of its keys or secrets."""
    username, address, port = jump_place(jump)
    return replace(
        target,
        address=address,
        port=port,
        username=username,
        identity_file=None,
        secret=None,
        trusted_keys=(),
        compression=False,
    )


async def _log_in_to_jump(hop: SshTarget, tunnel: asyncssh.SSHClientConnection | None) -> asyncssh.SSHClientConnection:
    try:
        configuration = await read_configuration(hop)
        trusted = await asyncio.to_thread(keys_of_jump_host, configuration)
        judge = partial(judge_host_key, trusted)
        return await log_in(replace(hop, trusted_keys=trusted), configuration, judge, lambda _: None, tunnel)
    except WatchpostError as error:
        raise told_of_jump_host(hop, error) from error
