"""Logins that ask questions, against a server that asks whatever it is told to."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import asyncssh

from poller.failure import SessionError
from poller.ssh.configuration import read_configuration
from poller.ssh.login import log_in
from poller.ssh.settings import SshTarget
from storage.reason import Reason
from tests.real_sshd import ADDRESS, RealSshd, make_key
from tests.ssh_target import target_of

PASSWORD = "correct horse"
StartSshd = Callable[..., RealSshd]

Prompts = Sequence[tuple[str, bool]]


class Asking(asyncssh.SSHServer):
    """Asks its rounds one after the other, and lets in who gives the password in the first."""

    def __init__(self, rounds: Sequence[Prompts], heard: list[list[str]], key: asyncssh.SSHKey | None) -> None:
        self._rounds = list(rounds)
        self._heard = heard
        self._key = key

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return self._key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> tuple[str, str, str, Prompts]:
        return "", "", "en", self._rounds.pop(0)

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool | tuple[str, str, str, Prompts]:
        self._heard.append(list(responses))
        if len(self._heard) == 1 and list(responses) not in ([], [PASSWORD]):
            return False
        return ("", "", "en", self._rounds.pop(0)) if self._rounds else True


@contextlib.asynccontextmanager
async def asking(
    tmp_path: Path, *rounds: Prompts, keys_too: bool = False
) -> AsyncIterator[tuple[SshTarget, list[list[str]]]]:
    """A server that asks these rounds; yields who to log in to, and what it gets to hear."""
    heard: list[list[str]] = []
    key = asyncssh.read_private_key(make_key(tmp_path / "host"))
    server = await asyncssh.create_server(
        lambda: Asking(rounds, heard, key if keys_too else None), ADDRESS, 0, server_host_keys=[key]
    )
    async with server:
        target = SshTarget(ADDRESS, server.get_port(), "alice", secret=PASSWORD, ssh_config=None)
        yield target, heard


async def outcome(target: SshTarget) -> SessionError | None:
    """How the login fails; None where it does not."""
    try:
        connection = await log_in(target, await read_configuration(target), lambda _: None, lambda _: None)
    except SessionError as error:
        return error
    connection.close()
    await connection.wait_closed()
    return None


async def test_a_prompt_for_the_password_is_answered_and_a_message_acknowledged(tmp_path: Path) -> None:
    async with asking(tmp_path, [("Password: ", False)], []) as (target, heard):
        assert await outcome(target) is None
        assert heard == [[PASSWORD], []]


async def test_a_code_after_the_password_ends_the_login_with_the_prompts_name(tmp_path: Path) -> None:
    async with asking(tmp_path, [("Password: ", False)], [("Verification code: ", False)]) as (target, heard):
        failure = await outcome(target)
    assert failure is not None
    assert failure.reason is Reason.AUTH
    assert "“Verification code:”" in failure.message
    assert heard == [[PASSWORD]]


async def test_questions_that_are_asked_together_are_not_answered_in_part(tmp_path: Path) -> None:
    async with asking(tmp_path, [("Password: ", False), ("Verification code: ", False)]) as (target, heard):
        failure = await outcome(target)
    assert failure is not None
    assert "Verification code" in failure.message
    assert heard == []


async def test_a_password_that_is_asked_for_again_is_not_sent_again(tmp_path: Path) -> None:
    async with asking(tmp_path, [("Password: ", False)], [("Password: ", False)]) as (target, heard):
        failure = await outcome(target)
    assert failure is not None
    assert failure.reason is Reason.AUTH
    assert "refused alice" in failure.message
    assert heard == [[PASSWORD]]


async def test_without_a_password_the_question_is_told_where_nothing_else_is_asked_for(tmp_path: Path) -> None:
    async with asking(tmp_path, [("Token: ", False)]) as (target, heard):
        failure = await outcome(replace(target, secret=None))
    assert failure is not None
    assert "“Token:”" in failure.message
    assert heard == []


async def test_without_a_password_no_question_is_provoked_where_keys_were_refused(tmp_path: Path) -> None:
    async with asking(tmp_path, [("Token: ", False)], keys_too=True) as (target, _):
        failure = await outcome(replace(target, secret=None))
    assert failure is not None
    assert "Token" not in failure.message
    assert "refused alice" in failure.message


async def test_a_real_server_that_takes_the_key_and_wants_more_is_told_apart(start_sshd: StartSshd) -> None:
    server = start_sshd(
        "UsePAM yes", "KbdInteractiveAuthentication yes", "AuthenticationMethods publickey,keyboard-interactive"
    )
    failure = await outcome(target_of(server))
    assert failure is not None
    assert failure.reason is Reason.AUTH
    assert "Password:" in failure.message
    assert "no password is stored" in failure.message
