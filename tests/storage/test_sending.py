"""Who gets a secret."""

from pathlib import Path

import pytest
from sqlalchemy import update

from storage.credentials import add_credential
from storage.database import Database
from storage.envelopes import envelopes_on_their_way
from storage.errors import KeyringUnavailableError, NotFoundError
from storage.keyring_identity import make_identity
from storage.keyrings import open_keeper
from storage.known_pollers import KeyStanding, KnownPollers
from storage.poller_keys import PublishedKey, publish_key
from storage.pollers import register_poller
from storage.schema import pollers
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from storage.sending import find_addressees, send_secret
from tests.in_memory import InMemory

OFFICE = NewCredential("office", CredentialKind.PASSWORD, "hunter2")


class Broken(InMemory):
    """A login without a keyring."""

    def read(self, name: str) -> str | None:
        raise KeyringUnavailableError("There is no keyring here.")

    def write(self, name: str, secret: str) -> None:
        raise KeyringUnavailableError("There is no keyring here.")


def keeper(store: InMemory | None = None) -> SecretKeeper:
    return SecretKeeper(KeyringChoice.SYSTEM, store or InMemory())


def register(database: Database, name: str, of: SecretKeeper, lacking: tuple[str, ...] = ()) -> None:
    """A poller with the keyring of that keeper."""
    identity = make_identity(of)
    with database.writing() as connection:
        register_poller(connection, poller_id=name, machine="db1", pid=1, version="1", now_ms=1, name=name)
        publish_key(connection, name, PublishedKey(identity.public_key, identity.keyring_id, lacking))


@pytest.fixture
def known(tmp_path: Path) -> KnownPollers:
    return KnownPollers(tmp_path / "known_pollers.json")


def test_where_no_poller_takes_envelopes_the_keyring_is_not_even_asked(database: Database, known: KnownPollers) -> None:
    broken = keeper(Broken())
    found = find_addressees(database, broken, known)
    assert (found.others, found.problem) == ((), None)
    with pytest.raises(KeyringUnavailableError, match="no keyring here"):
        add_credential(database, OFFICE, now_ms=1, keeper=found.kept_by(), to=found.confirmed)


def test_a_poller_with_the_same_keyring_is_left_out_and_another_has_to_be_confirmed(
    database: Database, known: KnownPollers
) -> None:
    own, other = keeper(), keeper()
    register(database, "mine", own)
    register(database, "theirs", other)
    found = find_addressees(database, own, known)
    assert [(each.recipient.name, each.standing) for each in found.others] == [("theirs", KeyStanding.NEW)]
    assert found.confirmed == []
    known.confirm(found.unconfirmed[0].recipient, found.database_id)
    again = find_addressees(database, own, known)
    assert [each.name for each in again.confirmed] == ["theirs"]
    assert again.unconfirmed == []
    assert again.kept_by() is own


def test_a_poller_whose_key_was_changed_is_told_as_that(database: Database, known: KnownPollers) -> None:
    own = keeper()
    register(database, "theirs", keeper())
    found = find_addressees(database, own, known)
    known.confirm(found.unconfirmed[0].recipient, found.database_id)
    with database.writing() as connection:
        connection.execute(update(pollers).values(public_key=b"\1" * 32))
    (changed,) = find_addressees(database, own, known).unconfirmed
    assert changed.standing is KeyStanding.CHANGED


def test_without_a_keyring_here_a_confirmed_poller_gets_the_secret_all_the_same(
    database: Database, known: KnownPollers
) -> None:
    broken = keeper(Broken())
    register(database, "theirs", keeper())
    found = find_addressees(database, broken, known)
    with pytest.raises(KeyringUnavailableError):
        found.kept_by()
    known.confirm(found.unconfirmed[0].recipient, found.database_id)
    found = find_addressees(database, broken, known)
    assert found.problem is not None
    assert found.kept_by() is None
    office = add_credential(database, OFFICE, now_ms=1, keeper=found.kept_by(), to=found.confirmed)
    with database.reading() as connection:
        assert envelopes_on_their_way(connection) == {(office.id, "theirs")}


def test_a_wrong_passphrase_of_the_encrypted_file_is_no_reason_to_only_send(
    database: Database, known: KnownPollers, tmp_path: Path
) -> None:
    file = tmp_path / "secrets"
    open_keeper(KeyringChoice.ENCRYPTED_FILE, file=file, passphrase=lambda _: "right").keep(1, "x", 1)
    register(database, "theirs", keeper())
    wrong = open_keeper(KeyringChoice.ENCRYPTED_FILE, file=file, passphrase=lambda _: "wrong")
    with pytest.raises(KeyringUnavailableError, match="does not open"):
        find_addressees(database, wrong, known)


def test_what_is_sent_again_is_the_same_version(database: Database, known: KnownPollers) -> None:
    own = keeper()
    register(database, "theirs", keeper(), lacking=("office",))
    office = add_credential(database, OFFICE, now_ms=7, keeper=own)
    to = [each.recipient for each in find_addressees(database, own, known).others]
    assert send_secret(database, "office", "hunter2", to, 9) == office
    with database.reading() as connection:
        assert envelopes_on_their_way(connection) == {(office.id, "theirs")}
    with pytest.raises(NotFoundError):
        send_secret(database, "gone", "x", to, 9)
