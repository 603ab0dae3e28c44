"""Who a keyring is."""

from pathlib import Path

import pytest
from nacl.public import PrivateKey

from storage.errors import KeyringUnavailableError
from storage.keyring_identity import IDENTITY_NOTE, make_identity, read_identity
from storage.keyrings import open_keeper
from storage.secret_keeper import KeyringChoice, SecretKeeper
from tests.in_memory import InMemory
from tests.real_secret_service import dbus_session, keyring_daemon


def test_it_is_made_once_and_the_same_for_all_who_share_the_keyring(tmp_path: Path) -> None:
    keepers = [
        open_keeper(KeyringChoice.ENCRYPTED_FILE, file=tmp_path / "secrets", passphrase=lambda _: "open sesame")
        for _ in range(2)
    ]
    assert read_identity(keepers[0]) is None
    made = make_identity(keepers[0])
    assert make_identity(keepers[1]) == read_identity(keepers[1]) == made
    assert bytes(PrivateKey(made.private_key).public_key) == made.public_key


def test_it_lies_in_a_real_secret_service_like_any_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def keeper() -> SecretKeeper:
        return open_keeper(KeyringChoice.SYSTEM, file=tmp_path / "none", passphrase=lambda _: "never asked")

    with dbus_session(tmp_path / "bus") as environment, keyring_daemon(environment):
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
            monkeypatch.setenv(name, environment[name])
        made = make_identity(keeper())
        assert make_identity(keeper()) == made
        keeper().forget_note(IDENTITY_NOTE)
        assert read_identity(keeper()) is None


def test_two_keyrings_have_nothing_in_common() -> None:
    one, other = (make_identity(SecretKeeper(KeyringChoice.SYSTEM, InMemory())) for _ in range(2))
    assert one.keyring_id != other.keyring_id
    assert one.public_key != other.public_key


def test_of_two_that_make_it_at_once_the_later_holds_for_both() -> None:
    store = InMemory()

    class Slower(InMemory):
        def write(self, name: str, secret: str) -> None:
            store.write(name, secret)
            self.after = make_identity(SecretKeeper(KeyringChoice.SYSTEM, store))

        def read(self, name: str) -> str | None:
            return store.read(name)

    slower = Slower()
    assert make_identity(SecretKeeper(KeyringChoice.SYSTEM, slower)) == slower.after


@pytest.mark.parametrize(
    "note", ["", "{}", "[1]", '{"keyring_id": "x", "private_key": "AAAA"}', '{"keyring_id": "x", "private_key": "?"}']
)
def test_a_damaged_one_is_told_and_not_replaced_by_itself(note: str) -> None:
    store = InMemory()
    store.secrets[IDENTITY_NOTE] = note
    with pytest.raises(KeyringUnavailableError, match="damaged") as caught:
        make_identity(SecretKeeper(KeyringChoice.SYSTEM, store))
    assert IDENTITY_NOTE in caught.value.hint
    assert store.secrets[IDENTITY_NOTE] == note


def test_no_representation_shows_the_private_key() -> None:
    made = make_identity(SecretKeeper(KeyringChoice.SYSTEM, InMemory()))
    assert repr(made) == f"KeyringIdentity(keyring_id='{made.keyring_id}')"
