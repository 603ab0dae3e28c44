"""One SSH connection: TCP, host key, login. Each step is told as it passes; every failure has its reason."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import asyncssh

from poller.failure import SessionError, classify
from poller.host_key_judgement import host_key_algorithms, host_key_of
from poller.ssh_keys import Offer, choose_offer, locked_key
from poller.ssh_settings import SSH_PORT, SshTarget, ciphers, configured, login_options
from poller.tcp import open_tcp
from storage.connection_step import Step
from storage.host_keys import HostKey
from storage.reason import Reason

Judge = Callable[[HostKey], SessionError | None]
"""Refuses a presented host key by returning the failure to end with."""


class _Client(asyncssh.SSHClient):
    """asyncssh's callbacks of one login."""

    def __init__(self, target: SshTarget, judge: Judge, on_step: Callable[[Step], None]) -> None:
        self.refusal: SessionError | None = None
        self._target = target
        self._judge = judge
        self._on_step = on_step

    def connection_made(self, _conn: asyncssh.SSHClientConnection) -> None:
        # Told here for jump hosts and proxy commands, where asyncssh connects; `open_tcp` has told it else.
        self._on_step(Step.NAME)
        self._on_step(Step.TCP)

    def validate_host_public_key(self, _host: str, _addr: str, _port: int, key: asyncssh.SSHKey) -> bool:
        presented = host_key_of(key, self._target.address, self._target.port or SSH_PORT)
        self.refusal = self._judge(presented)
        if self.refusal is None:
            self._on_step(Step.HOST_KEY)
        return self.refusal is None


async def log_in(
    target: SshTarget,
    settings: asyncssh.SSHClientConnectionOptions,
    judge: Judge,
    on_step: Callable[[Step], None],
    tunnel: asyncssh.SSHClientConnection | None = None,
) -> asyncssh.SSHClientConnection:
    """Connects and logs in.

    Args:
        target: where.
        settings: what the SSH configuration makes of the target.
        judge: decides on the presented host key.
        on_step: told of NAME, TCP, HOST_KEY and LOGIN as they pass, NAME and TCP perhaps twice.
        tunnel: connection to the jump host through which the way goes.

    Raises:
        SessionError: it did not work, and why.
    """
    client = _Client(target, judge, on_step)
    offer = await asyncio.to_thread(_choose_offer, target, settings)
    direct = tunnel is None and not _needs_asyncssh(settings)
    sock = None
    if direct:
        sock = await open_tcp(
            settings.host,
            settings.port,
            timeout_s=target.connect_timeout_s,
            on_step=on_step,
            family=settings.family,
        )
    try:
        connection = await asyncssh.connect(
            target.address,
            sock=sock,
            tunnel=tunnel,
            **login_options(target),
            **ciphers(settings),
            **_offered(offer),
            client_factory=lambda: client,
            server_host_key_algs=host_key_algorithms(target.trusted_keys),
            login_timeout=target.login_timeout_s,
            # It covers the login, too. The login's own limit is to strike first, as it says what it was.
            connect_timeout=target.login_timeout_s + (1 if direct else target.connect_timeout_s),
        )
    except BaseException as error:
        # Not closed yet where asyncssh had not come to use it.
        if sock is not None:
            sock.close()
        # asyncssh hands on whatever a broken server made it raise, AssertionError included.
        if not isinstance(error, Exception):
            raise
        failure = _beyond_jump(error) if isinstance(error, asyncssh.ChannelOpenError) else classify(error)
        raise client.refusal or _told(failure, settings, offer) from error
    on_step(Step.LOGIN)
    return connection


def _needs_asyncssh(settings: asyncssh.SSHClientConnectionOptions) -> bool:
    """Whether the configuration asks for a way to connect that is better left to asyncssh."""
    return bool(settings.proxy_command or settings.canonicalize_hostname or settings.local_addr)


def _offered(offer: Offer) -> dict[str, Any]:
    return {"client_keys": offer.keys, "password": offer.password, "agent_identities": offer.agent_keys}


def _choose_offer(target: SshTarget, settings: asyncssh.SSHClientConnectionOptions) -> Offer:
    named = [Path(name) for name in configured(settings, "IdentityFile")]
    only = bool(settings.config.get("IdentitiesOnly"))
    return choose_offer(target.identity_file, named, target.secret, only=only)


# What the jump host's system said, in sshd's words.
_BEYOND_JUMP = (
    ("refused", Reason.REFUSED),
    ("timed out", Reason.TIMEOUT),
    ("not known", Reason.DNS),
    ("name resolution", Reason.DNS),
)


def _beyond_jump(error: asyncssh.ChannelOpenError) -> SessionError:
    """Why a jump host did not open the connection to the host behind it."""
    words = str(error)
    reason = next((reason for text, reason in _BEYOND_JUMP if text in words.lower()), Reason.NO_ROUTE)
    return SessionError(reason, f"The jump host does not get through to the host: {words}.")


def _told(failure: SessionError, settings: asyncssh.SSHClientConnectionOptions, offer: Offer) -> SessionError:
    """A refused login with what was offered, as asyncssh does not say it."""
    if failure.reason is not Reason.AUTH:
        return failure
    if offer.locked is not None:
        return locked_key(offer.locked)
    return SessionError(Reason.AUTH, f"The host refused {settings.username}: {_offered_words(offer)}.")


def _offered_words(offer: Offer) -> str:
    parts: Sequence[str] = [
        f"{len(offer.keys)} key file{'s' if len(offer.keys) != 1 else ''}",
        "the agent's keys" if offer.agent_keys is None else "",
        "a password" if offer.password is not None else "no password",
    ]
    return "offered were " + ", ".join(filter(None, parts))
