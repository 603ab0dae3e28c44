"""One SSH connection: TCP, host key, login. Each step is told as it passes; every failure has its reason."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any

import asyncssh

from poller.event_loop import LOGIN_S, hurry
from poller.failure import SessionError, classify
from poller.ssh.agent import key_pairs
from poller.ssh.algorithms import algorithm_options, known_host_key_algorithms
from poller.ssh.answer import SshConfiguration
from poller.ssh.host_key_judgement import host_key_algorithms, host_key_of, judge_revoked, revoked_key
from poller.ssh.keys import Offer, choose_offer
from poller.ssh.known_hosts import HostMarks, read_marks
from poller.ssh.lean_packets import spare_empty_packets
from poller.ssh.login_failure import beyond_jump, ended_proxy_command, refused_login
from poller.ssh.prompts import Prompts
from poller.ssh.proxy_command import ProxyCommand
from poller.ssh.settings import SSH_PORT, SshTarget, login_options
from poller.ssh.tcp import open_tcp
from storage.connection_step import Step
from storage.host_key import HostKey
from storage.reason import Reason

Judge = Callable[[HostKey], SessionError | None]
"""Refuses a presented host key by returning the failure to end with."""

_NOTHING_SAID = SshConfiguration(host="", username="")
_FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6}


@dataclass(frozen=True, slots=True)
class _Login:
    """What one login consists of."""

    target: SshTarget
    configuration: SshConfiguration
    offer: Offer
    marks: HostMarks
    judge: Judge
    on_step: Callable[[Step], None]
    tunnel: asyncssh.SSHClientConnection | None

    @property
    def connect_timeout_s(self) -> float:
        return self.configuration.connect_timeout_s or self.target.connect_timeout_s


class _Client(asyncssh.SSHClient):
    """asyncssh's callbacks of one connection."""

    def __init__(self, login: _Login) -> None:
        self.refusal: SessionError | None = None
        self.prompts = Prompts(login.offer.password)
        self.proxy: ProxyCommand | None = None
        self._login = login
        self._connection: asyncssh.SSHClientConnection | None = None
        self._keys_used_up = False
        self._interactive = False

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self._connection = conn
        # Told here for jump hosts and proxy commands, where asyncssh connects; `open_tcp` has told it else.
        self._login.on_step(Step.NAME)
        self._login.on_step(Step.TCP)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._connection = None
        if self.proxy is not None:
            # In a thread: it waits for the program.
            Thread(target=self.proxy.end, name="proxy-command-end", daemon=True).start()

    def logged_in(self) -> None:
        """Forgets what only the login took, its secret first; what judges the host key is needed at each rekeying."""
        self.prompts = Prompts(None)
        self._login = replace(
            self._login, target=replace(self._login.target, secret=None), configuration=_NOTHING_SAID, offer=Offer([])
        )

    async def end_proxy(self) -> int | None:
        """The exit status of a proxy command that had come to its own end; else it ends here."""
        if self.proxy is None:
            return None
        return await asyncio.to_thread(self.proxy.finish)

    def validate_host_public_key(self, _host: str, _addr: str, _port: int, key: asyncssh.SSHKey) -> bool:
        presented = host_key_of(key, self._login.target.address, self._login.target.port or SSH_PORT)
        self.refusal = judge_revoked(self._login.marks.revoked, presented) or self._login.judge(presented)
        if self.refusal is None:
            self._login.on_step(Step.HOST_KEY)
        return self.refusal is None

    def validate_host_ca_key(self, _host: str, _addr: str, _port: int, key: asyncssh.SSHKey) -> bool:
        # asyncssh goes on to check the certificate's names and dates.
        return host_key_of(key, "", 0).public_key in self._login.marks.authorities

    def begin_auth(self, _username: str) -> None:
        if self._connection is not None:
            spare_empty_packets(self._connection)
            self._connection = None
        # A certificate passes without a call; now the host key is behind us in any case.
        self._login.on_step(Step.HOST_KEY)

    def public_key_auth_requested(self) -> None:
        self._keys_used_up = True

    def password_auth_requested(self) -> str | None:
        return self.prompts.take_password()

    def kbdint_auth_requested(self) -> str | None:
        # Where keys were refused and there is no password, there is nothing to say: it would only count as a failed
        # login. Where a key was taken and more is asked for, the question is what a person has to know.
        pointless = self._keys_used_up and self._login.offer.password is None
        if self._interactive or self.prompts.password_sent or pointless:
            return None
        self._interactive = True
        return ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, _lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        return self.prompts.answer(prompts, f"{name} {instructions}")


async def log_in(  # noqa: PLR0913 - a way through, and who hears of it
    target: SshTarget,
    configuration: SshConfiguration,
    judge: Judge,
    on_step: Callable[[Step], None],
    tunnel: asyncssh.SSHClientConnection | None = None,
    *,
    certificates: bool = True,
) -> asyncssh.SSHClientConnection:
    """Connects and logs in.

    Args:
        target: where.
        configuration: what the SSH configuration makes of the target.
        judge: decides on the presented host key, unless an authority of known_hosts vouches for it, or it is revoked.
        on_step: told of NAME, TCP, HOST_KEY and LOGIN as they pass, each perhaps twice.
        tunnel: connection to the jump host through which the way goes.
        certificates: whether the host may prove itself by one. If it has none that is good, its key is judged.

    Raises:
        SessionError: it did not work, and why.
    """
    with hurry(LOGIN_S):
        offer, marks = await asyncio.to_thread(_prepare, target, configuration)
    login = _Login(target, configuration, offer, marks, judge, on_step, tunnel)
    if certificates and marks.authorities:
        try:
            return await _connect(login, certificates=True)
        except _NoGoodCertificateError:
            pass
    return await _connect(login, certificates=False)


class _NoGoodCertificateError(Exception):
    """The host's certificate is expired, or for another host, or nobody known has signed it."""


def _prepare(target: SshTarget, configuration: SshConfiguration) -> tuple[Offer, HostMarks]:
    marks = read_marks(configuration.known_hosts, *configuration.known_place)
    return choose_offer(target, configuration), marks


async def _connect(login: _Login, *, certificates: bool) -> asyncssh.SSHClientConnection:
    client = _Client(login)
    options = _options(login, certificates=certificates)
    sock = await _socket(login, client)
    try:
        # Not while the connection is being made: a host that is gone takes 15 s to be so, and there may be hundreds.
        with hurry(LOGIN_S):
            connection = await _shake_hands(login, client, sock, options)
    except BaseException as error:
        # Not closed yet where asyncssh had not come to use it.
        if sock is not None:
            sock.close()
        status = await client.end_proxy()
        # asyncssh hands on whatever a broken server made it raise, AssertionError included.
        if not isinstance(error, Exception):
            raise
        if client.refusal is None and certificates and isinstance(error, asyncssh.HostKeyNotVerifiable):
            raise _revoked_authority(error) or _NoGoodCertificateError from error
        raise client.refusal or _told(error, login, client.prompts, status) from error
    login.on_step(Step.LOGIN)
    client.logged_in()
    return connection


async def _shake_hands(
    login: _Login, client: _Client, sock: socket.socket | None, options: dict[str, Any]
) -> asyncssh.SSHClientConnection:
    async with key_pairs(login.offer, login.configuration) as pairs:
        return await asyncssh.connect(
            sock=sock,
            tunnel=login.tunnel,
            client_factory=lambda: client,
            # None, as it takes an empty list for the usual keys.
            client_keys=pairs or None,
            **options,
        )


def _options(login: _Login, *, certificates: bool) -> dict[str, Any]:
    configuration, target = login.configuration, login.target
    wanted = host_key_algorithms(target.trusted_keys, configuration.host_key_algorithms, certificates=certificates)
    direct = login.tunnel is None and configuration.proxy_command is None
    return {
        **login_options(),
        **algorithm_options(configuration, compression=configuration.compression or target.compression),
        "host": configuration.host,
        "port": configuration.port,
        "username": configuration.username,
        "host_key_alias": configuration.host_key_alias,
        "preferred_auth": list(configuration.authentications) or ["none"],
        "server_host_key_algs": known_host_key_algorithms(wanted),
        "login_timeout": target.login_timeout_s,
        # It covers the login, too. The login's own limit is to strike first, as it says what it was.
        "connect_timeout": target.login_timeout_s + (1 if direct else login.connect_timeout_s),
        **({"known_hosts": _with_revoked(login.marks)} if certificates else {}),
    }


def _with_revoked(marks: HostMarks) -> tuple[list[str], list[str], list[asyncssh.SSHKey]]:
    """A certificate is checked by asyncssh; what is revoked, it must know."""
    revoked = []
    for key in marks.revoked:
        try:
            revoked.append(asyncssh.import_public_key(key))
        except asyncssh.KeyImportError:
            continue
    return [], [], revoked


async def _socket(login: _Login, client: _Client) -> socket.socket | None:
    configuration = login.configuration
    if login.tunnel is not None:
        return None
    if configuration.proxy_command is not None:
        # Not by asyncssh: it takes what the program complains of for data, and a redirected standard error for the end.
        client.proxy = await asyncio.to_thread(ProxyCommand.start, configuration.proxy_command)
        return client.proxy.sock
    return await open_tcp(
        configuration.host,
        configuration.port,
        timeout_s=login.connect_timeout_s,
        on_step=login.on_step,
        family=_FAMILIES.get(configuration.address_family, socket.AF_UNSPEC),
        bind_address=configuration.bind_address,
    )


def _revoked_authority(error: asyncssh.HostKeyNotVerifiable) -> SessionError | None:
    """A plain key that is revoked is found in the next attempt; here it is about who signed the certificate."""
    return revoked_key("the authority of its certificate") if "CA key is revoked" in str(error) else None


def _told(error: Exception, login: _Login, prompts: Prompts, proxy_status: int | None) -> SessionError:
    """The failure that an exception stands for."""
    failure = beyond_jump(str(error)) if isinstance(error, asyncssh.ChannelOpenError) else classify(error)
    if failure.reason is Reason.LOST and proxy_status:
        return ended_proxy_command(login.target.address, proxy_status)
    if failure.reason is not Reason.AUTH:
        return failure
    return refused_login(login.configuration, login.offer, prompts)
