"""The line of authorized_keys. That sshd takes it and what it forbids is in test_start_over_ssh.py."""

from pathlib import Path

import pytest

from poller.probe_start.forced_command import authorized_key_line
from poller.probe_start.start import START_COMMAND
from storage.errors import InvalidInputError
from tests.real_sshd import make_key


@pytest.fixture(scope="module")
def public_key(tmp_path_factory: pytest.TempPathFactory) -> str:
    return Path(f"{make_key(tmp_path_factory.mktemp('key') / 'id')}.pub").read_text().strip()


def test_it_holds_the_key_to_the_start_command_of_every_version(public_key: str) -> None:
    options, _, rest = authorized_key_line(f"{public_key} me@here\n").partition(" ssh-ed25519 ")
    assert options.startswith("restrict,command=")
    assert options.removeprefix('restrict,command="').removesuffix('"').replace('\\"', '"') == START_COMMAND
    assert rest.endswith(" me@here")


def test_a_key_without_a_comment_gets_one(public_key: str) -> None:
    assert authorized_key_line(public_key).endswith(" watchpost")


def test_comments_and_empty_lines_around_the_key_are_passed_over(public_key: str) -> None:
    assert authorized_key_line(f"# mine\n\n{public_key}\n\n") == authorized_key_line(public_key)


@pytest.mark.parametrize(
    "text",
    ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-ed25519 !!!", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "a b c"],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no public key"):
        authorized_key_line(text)


def test_a_key_that_says_it_is_another_kind_is_refused(public_key: str) -> None:
    with pytest.raises(InvalidInputError):
        authorized_key_line(public_key.replace("ssh-ed25519", "ssh-rsa", 1))


def test_two_keys_are_one_too_many(public_key: str) -> None:
    with pytest.raises(InvalidInputError):
        authorized_key_line(f"{public_key}\n{public_key}\n")


def test_a_comment_brings_no_second_line_and_no_control_characters(public_key: str) -> None:
    line = authorized_key_line(f"{public_key} nice\x1b[31m\x0bcomment")
    assert line.isprintable()
