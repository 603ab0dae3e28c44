"""Which keys and which password are offered."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from poller.failure import SessionError
from poller.ssh.answer import SshConfiguration
from poller.ssh.keys import Offer, choose_offer
from poller.ssh.settings import SshTarget, default_key_files
from storage.reason import Reason
from tests.real_sshd import make_key, read_public_key

PASSPHRASE = "open sesame"


def offer_of(
    identity_file: Path | None,
    configured: Sequence[Path] = (),
    secret: str | None = None,
    **more: Any,  # noqa: ANN401 - any field of it
) -> Offer:
    target = SshTarget("db", identity_file=identity_file, secret=secret)
    return choose_offer(target, SshConfiguration(host="db", username="me", identity_files=tuple(configured), **more))


def blob(path: Path) -> bytes:
    return asyncssh.read_public_key(f"{path}.pub").public_data


def offered(offer: Offer) -> list[bytes]:
    keys = [key[0] if isinstance(key, tuple) else key for key in offer.keys]
    return [key.public_data for key in keys]


def refusal(identity_file: Path, secret: str | None = None) -> SessionError:
    with pytest.raises(SessionError) as caught:
        offer_of(identity_file, (), secret)
    assert caught.value.reason is Reason.CREDENTIAL
    assert str(identity_file) in caught.value.message
    return caught.value


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return make_key(tmp_path / "plain")


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    return make_key(tmp_path / "locked", passphrase=PASSPHRASE)


def test_the_key_that_was_asked_for_is_the_only_one(plain: Path, home: Path) -> None:
    make_key(home / ".ssh/id_ed25519")
    offer = offer_of(plain, (), "a password")
    assert offered(offer) == [blob(plain)]
    assert offer.agent_keys == [blob(plain)]
    assert offer.password == "a password"


def test_a_passphrase_opens_the_key_and_never_goes_to_the_host(locked: Path) -> None:
    offer = offer_of(locked, (), PASSPHRASE)
    assert offered(offer) == [blob(locked)]
    assert offer.password is None


def test_a_secret_shows_in_no_text(plain: Path) -> None:
    assert "a password" not in repr(offer_of(plain, (), "a password"))


def test_a_locked_key_without_a_passphrase_is_left_to_the_agent(locked: Path) -> None:
    offer = offer_of(locked, (), None)
    assert offer.keys == []
    assert offer.agent_keys == [blob(locked)]
    assert offer.locked == locked


def test_a_locked_key_that_no_agent_could_be_asked_for_needs_its_passphrase(tmp_path: Path) -> None:
    # The old PEM form hides the public half, too.
    path = tmp_path / "old"
    form = ("-t", "rsa", "-b", "2048", "-m", "PEM")
    subprocess.run(("ssh-keygen", "-q", *form, "-N", PASSPHRASE, "-f", path), check=True)
    assert offered(offer_of(path, (), PASSPHRASE)) == [blob(path)]
    Path(f"{path}.pub").unlink()
    assert "ssh-add" in refusal(path).hint


def test_a_wrong_passphrase_is_told(locked: Path) -> None:
    assert "does not open" in refusal(locked, "wrong").message


def test_a_missing_key_file_is_told(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "nowhere").message


def test_a_folder_is_no_key_file(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path).message


@pytest.mark.parametrize("content", [b"", b"hello", os.urandom(500)])
def test_a_file_that_is_no_key_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "notes"
    file.write_bytes(content)
    assert "cannot be used as a key" in refusal(file).message


def test_the_keys_of_the_configuration_are_offered_and_unusable_ones_passed_over(
    plain: Path, locked: Path, tmp_path: Path
) -> None:
    offer = offer_of(None, (tmp_path / "nowhere", locked, plain), "a password")
    assert offered(offer) == [blob(plain)]
    assert offer.password == "a password"
    assert offer.agent_keys is None


def test_a_passphrase_for_a_key_of_the_configuration_is_no_password(plain: Path, locked: Path) -> None:
    offer = offer_of(None, (locked, plain), PASSPHRASE)
    assert offered(offer) == [blob(locked), blob(plain)]
    assert offer.password is None


def test_the_agent_is_held_to_the_named_keys_where_the_configuration_says_so(locked: Path, tmp_path: Path) -> None:
    assert offer_of(None, (locked,), None, identities_only=True).agent_keys == [blob(locked)]
    nothing_known = offer_of(None, (tmp_path / "nowhere",), None, identities_only=True).agent_keys
    assert nothing_known is not None
    assert blob(locked) not in nothing_known
    assert nothing_known


def test_without_anything_said_the_default_keys_are_offered(home: Path) -> None:
    make_key(home / ".ssh/id_ed25519")
    make_key(home / ".ssh/id_rsa", "rsa")
    offer = offer_of(None, default_key_files())
    assert offered(offer) == [blob(home / ".ssh/id_ed25519"), blob(home / ".ssh/id_rsa")]


def test_a_key_goes_with_its_certificate(plain: Path, tmp_path: Path) -> None:
    authority = make_key(tmp_path / "authority")
    subprocess.run(("ssh-keygen", "-q", "-s", authority, "-I", "me", "-n", "root", f"{plain}.pub"), check=True)
    (key,) = offer_of(plain, (), None).keys
    assert isinstance(key, tuple)
    assert key[1] == f"{plain}-cert.pub"


def test_a_key_file_that_was_replaced_is_read_anew(plain: Path) -> None:
    before = offered(offer_of(plain, (), None))
    plain.unlink()
    Path(f"{plain}.pub").unlink()
    make_key(plain)
    assert offered(offer_of(plain, (), None)) == [blob(plain)] != before
    assert read_public_key(plain)
