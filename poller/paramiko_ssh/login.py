"""Logs in by paramiko on a connected socket: greeting, host key, keys, passwords. Blocks: not for the event loop."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import asyncssh
from paramiko.ssh_exception import AuthenticationException, SSHException

from poller.paramiko_ssh.keys import OpenedKey, opened_keys
from poller.paramiko_ssh.wire import KEEPALIVE_S, Wire
from poller.ssh.configuration import SshConfiguration
from poller.ssh.host_key_judgement import host_key_algorithms
from poller.ssh.keys import Offer
from poller.ssh.login import Judge
from poller.ssh.prompts import Prompts
from poller.ssh.settings import SSH_PORT, SshTarget
from poller.transport import OnStep
from storage.connection_step import Step
from storage.host_keys import HostKey, fingerprint_of

_Attempt = Callable[[], list[str]]
"""One try; returns what is still asked for after it, nothing when logged in. Raises AuthenticationException."""


class _UnansweredError(SSHException):  # type: ignore[misc]
    """The server asked what nobody is there to answer; what it was is in the `Prompts`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamikoLogin:
    """What one login consists of.

    Attributes:
        target: where.
        configuration: what the SSH configuration makes of the target.
        offer: what there is to log in with.
        pairs: its keys, in the order in which to offer them.
        prompts: takes care of its password.
        judge: decides on the presented host key.
        on_step: told of HOST_KEY and LOGIN, in the thread of `run`.
        loop: where an agent's keys sign; the one in which this was made.
    """

    target: SshTarget
    configuration: SshConfiguration
    offer: Offer
    pairs: Sequence[asyncssh.SSHKeyPair]
    prompts: Prompts
    judge: Judge
    on_step: OnStep
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def run(self, wire: Wire) -> None:
        """Takes a fresh wire, on a connected socket, as far as a login.

        Raises:
            SessionError: the host key was refused.
            Exception: what paramiko or the system raised, for `classify`.
        """
        allowed = self.configuration.host_key_algorithms
        wire.prefer(self.configuration, host_key_algorithms(self.target.trusted_keys, allowed))
        if self.target.compression:
            wire.use_compression()
        wire.start_client(timeout=self.target.login_timeout_s)
        refusal = self.judge(self._presented(wire))
        if refusal is not None:
            raise refusal
        self.on_step(Step.HOST_KEY)
        _Authentication(self, wire).run()
        wire.set_keepalive(KEEPALIVE_S)
        self.on_step(Step.LOGIN)

    def _presented(self, wire: Wire) -> HostKey:
        key = wire.get_remote_server_key()
        public_key = f"{key.get_name()} {key.get_base64()}"
        port = self.target.port or SSH_PORT
        return HostKey(self.target.address, port, key.get_name(), public_key, fingerprint_of(public_key))


class _Authentication:
    """Tries what there is in turn, for as long as the server asks for more."""

    def __init__(self, login: ParamikoLogin, wire: Wire) -> None:
        self._login = login
        self._wire = wire
        self._user = login.configuration.username
        self._key_was_refused = False

    def run(self) -> None:
        """Returns once logged in. Raises AuthenticationException when nothing is left to try."""
        tries: dict[str, Iterator[_Attempt]] = {
            "publickey": self._key_attempts(),
            "keyboard-interactive": self._interactive_attempts(),
            "password": self._password_attempts(),
        }
        attempt: _Attempt | None = partial(self._wire.auth_none, self._user)
        while attempt is not None:
            if self._is_let_in_by(attempt):
                return
            methods = [name for name in self._login.configuration.authentications if name in self._wire.asked_for]
            attempt = next((attempt for name in methods for attempt in tries[name]), None)
        raise AuthenticationException("nothing is left to try")

    def _is_let_in_by(self, attempt: _Attempt) -> bool:
        try:
            return not attempt()
        except AuthenticationException as error:
            if not self._wire.is_active():
                raise self._wire.why_ended() or error from error
        return False

    def _key_attempts(self) -> Iterator[_Attempt]:
        wire, login = self._wire, self._login
        for key in opened_keys(login.pairs, wire.signatures, wire.accepted_signatures, login.loop):
            yield partial(self._sign_in, key)

    def _sign_in(self, key: OpenedKey) -> list[str]:
        with self._wire.signing_by(key.signature):
            self._key_was_refused = True
            left: list[str] = self._wire.auth_publickey(self._user, key)
            self._key_was_refused = False
        return left

    def _interactive_attempts(self) -> Iterator[_Attempt]:
        # Where a key was refused and there is no password, there is nothing to say: it would only count as a failed
        # login. Where a key was taken and more is asked for, the question is what a person has to know.
        if self._login.offer.password is not None or not self._key_was_refused:
            yield partial(self._wire.auth_interactive, self._user, self._answer)

    def _password_attempts(self) -> Iterator[_Attempt]:
        password = self._login.prompts.take_password()
        if password is not None:
            # Without the fallback: that would answer any question with the password.
            yield partial(self._wire.auth_password, self._user, password, fallback=False)

    def _answer(self, title: str, instructions: str, prompts: Iterable[tuple[str, bool]]) -> list[str]:
        """In paramiko's thread."""
        answers = self._login.prompts.answer(list(prompts), f"{title} {instructions}")
        if answers is None:
            raise _UnansweredError("the server asks what nobody is there to answer")
        return answers
