from dataclasses import replace

import pytest

from poller.failure import SessionError
from poller.ssh.host_key_trust import WrongFingerprintError
from storage.host_keys import HostKey, KeySource, fingerprint_of
from storage.reason import Reason
from tests.real_sshd import make_key, read_public_key
from watchpost.host_trust import Vouching, decide


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[HostKey, HostKey]:
    folder = tmp_path_factory.mktemp("keys")
    made = []
    for name in ("new", "old"):
        public_key = read_public_key(make_key(folder / name))
        made.append(HostKey("web", 22, "ssh-ed25519", public_key, fingerprint_of(public_key)))
    return made[0], made[1]


def test_a_key_that_is_trusted_needs_nobody(keys: tuple[HostKey, HostKey]) -> None:
    key, _ = keys
    assert decide("web", key, [replace(key, address="other")], Vouching()) is None


@pytest.mark.parametrize(
    ("vouching", "source"),
    [
        (Vouching(accept_new=True), KeySource.ACCEPT_NEW),
        (Vouching(accept_any=True), KeySource.PERSON),
        (Vouching(ask=lambda key, trusted: not trusted), KeySource.PERSON),
    ],
)
def test_a_first_key_is_trusted_on_somebodys_word(
    keys: tuple[HostKey, HostKey], vouching: Vouching, source: KeySource
) -> None:
    assert decide("web", keys[0], [], vouching) is source


@pytest.mark.parametrize("vouching", [Vouching(), Vouching(ask=lambda key, trusted: False)])
def test_a_first_key_without_a_word_for_it_is_refused(keys: tuple[HostKey, HostKey], vouching: Vouching) -> None:
    with pytest.raises(SessionError) as caught:
        decide("my web", keys[0], [], vouching)
    assert caught.value.reason is Reason.HOST_KEY_UNKNOWN
    assert f"watchpost hosts trust 'my web' --fingerprint {keys[0].fingerprint}" in caught.value.hint


@pytest.mark.parametrize(
    "vouching", [Vouching(), Vouching(accept_new=True), Vouching(ask=lambda key, trusted: not trusted)]
)
def test_a_changed_key_is_never_accepted_as_new(keys: tuple[HostKey, HostKey], vouching: Vouching) -> None:
    new, old = keys
    with pytest.raises(SessionError) as caught:
        decide("web", new, [old], vouching)
    assert caught.value.reason is Reason.HOST_KEY_CHANGED
    assert old.fingerprint in caught.value.message
    assert new.fingerprint in caught.value.message
    assert caught.value.host_key == new


def test_a_changed_key_is_trusted_by_its_fingerprint_or_by_a_person(keys: tuple[HostKey, HostKey]) -> None:
    new, old = keys
    assert decide("web", new, [old], Vouching(fingerprint=new.fingerprint)) is KeySource.PERSON
    assert decide("web", new, [old], Vouching(ask=lambda key, trusted: trusted == [old])) is KeySource.PERSON


def test_a_wrong_fingerprint_is_refused_whatever_else_was_said(keys: tuple[HostKey, HostKey]) -> None:
    new, old = keys
    with pytest.raises(WrongFingerprintError, match="not SHA256"):
        decide("web", new, [new], Vouching(fingerprint=old.fingerprint, accept_any=True))
