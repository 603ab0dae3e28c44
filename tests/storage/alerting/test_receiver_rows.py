"""Receivers in the database; with what they are reached, in a real keyring."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from storage.alerting.receiver import NewReceiver, Receiver, ReceiverKind
from storage.alerting.receiver_rows import (
    Keeping,
    add_receiver,
    edit_receiver,
    find_receiver,
    list_receivers,
    receiver_credential,
    remove_receiver,
    routes_to,
)
from storage.credentials import add_credential, list_credentials, remove_credential
from storage.database import Database
from storage.errors import AlreadyExistsError, InvalidInputError, KeyringUnavailableError, NotFoundError
from storage.host import NewHost
from storage.hosts import add_host
from storage.keyrings import open_keeper
from storage.schema import alert_routes
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from tests.no_secrets import NoSecrets

NOW = 1_700_000_000_000
SECRET = "https://hooks.example/s3cret-t0ken"
HOOK = NewReceiver(name="hook", kind=ReceiverKind.WEBHOOK, options={"language": "ko"})


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> SecretKeeper:
    file = tmp_path_factory.mktemp("keyring") / "secrets"
    return open_keeper(KeyringChoice.ENCRYPTED_FILE, file=file, passphrase=lambda _: "open sesame")


def added(database: Database, keeper: SecretKeeper, new: NewReceiver = HOOK) -> Receiver:
    return add_receiver(database, new, Keeping(keeper, secret=SECRET), now_ms=NOW)


def secret_of(database: Database, keeper: SecretKeeper, name: str) -> str:
    with database.reading() as connection:
        credential = receiver_credential(connection, find_receiver(connection, name))
    assert credential is not None
    return keeper.secret(credential)


def add_route(database: Database, name: str, body: Mapping[str, object]) -> None:
    with database.writing() as connection:
        connection.execute(alert_routes.insert().values(name=name, body=body, position=1))


def test_what_was_added_is_found_and_its_secret_lies_in_the_keyring(database: Database, keeper: SecretKeeper) -> None:
    with capture_logs() as logs:
        receiver = added(database, keeper)
    with database.reading() as connection:
        assert find_receiver(connection, "hook") == receiver == list_receivers(connection)[0]
        (credential,) = list_credentials(connection)
    assert (receiver.kind, receiver.options, receiver.enabled) == (ReceiverKind.WEBHOOK, {"language": "ko"}, True)
    assert credential.kind is CredentialKind.RECEIVER
    assert secret_of(database, keeper, "hook") == SECRET
    assert "s3cret" not in f"{receiver} {credential} {logs} {Keeping(keeper, secret=SECRET)}"


def test_the_secret_is_not_in_the_database(sqlite_database: Database, keeper: SecretKeeper) -> None:
    added(sqlite_database, keeper)
    path = Path(sqlite_database.url.removeprefix("sqlite:///"))
    for file in path.parent.glob(f"{path.name}*"):
        assert b"s3cret" not in file.read_bytes()


def test_one_without_a_secret_needs_no_keyring(database: Database) -> None:
    new = NewReceiver(name="desk", kind=ReceiverKind.DESKTOP)
    assert add_receiver(database, new, Keeping(), now_ms=NOW).credential_id is None


@pytest.mark.parametrize("name", ["", " x", "a,b", "-x", "x" * 65, "a\nb"])
def test_a_name_that_lists_could_not_show_is_refused(database: Database, keeper: SecretKeeper, name: str) -> None:
    with pytest.raises(InvalidInputError, match="name of a receiver"):
        added(database, keeper, NewReceiver(name=name, kind=ReceiverKind.WEBHOOK))
    with database.reading() as connection:
        assert list_credentials(connection) == []


def test_a_name_is_there_once(database: Database, keeper: SecretKeeper) -> None:
    added(database, keeper)
    with pytest.raises(AlreadyExistsError):
        added(database, keeper)
    with database.reading() as connection:
        assert len(list_credentials(connection)) == 1


def test_a_keyring_that_fails_adds_nothing(database: Database) -> None:
    with pytest.raises(KeyringUnavailableError):
        added(database, SecretKeeper(KeyringChoice.SYSTEM, NoSecrets()))
    with database.reading() as connection:
        assert list_receivers(connection) == []
        assert list_credentials(connection) == []


def test_a_credential_that_a_person_has_called_so_is_left_alone(database: Database, keeper: SecretKeeper) -> None:
    mine = NewCredential("receiver hook", CredentialKind.PASSWORD, "mine")
    theirs = add_credential(database, mine, now_ms=NOW, keeper=keeper)
    added(database, keeper)
    assert keeper.secret(theirs) == "mine"
    assert secret_of(database, keeper, "hook") == SECRET


def test_an_edit_keeps_the_secret_unless_another_is_given(database: Database, keeper: SecretKeeper) -> None:
    before = added(database, keeper)
    changed = NewReceiver(name="hook", kind=ReceiverKind.WEBHOOK, options={"burst": 3}, enabled=False)
    after = edit_receiver(database, "hook", changed, Keeping(), now_ms=NOW)
    assert (after.options, after.enabled) == ({"burst": 3}, False)
    assert after.updated_at > before.updated_at
    assert secret_of(database, keeper, "hook") == SECRET
    edit_receiver(database, "hook", changed, Keeping(keeper, secret="https://other.example/"), now_ms=NOW)
    assert secret_of(database, keeper, "hook") == "https://other.example/"


def test_one_without_a_secret_can_be_given_one(database: Database, keeper: SecretKeeper) -> None:
    new = NewReceiver(name="mail", kind=ReceiverKind.EMAIL)
    add_receiver(database, new, Keeping(), now_ms=NOW)
    edit_receiver(database, "mail", new, Keeping(keeper, secret="password"), now_ms=NOW)
    assert secret_of(database, keeper, "mail") == "password"


def test_it_stays_of_its_kind(database: Database, keeper: SecretKeeper) -> None:
    added(database, keeper)
    with pytest.raises(InvalidInputError, match="cannot be changed"):
        edit_receiver(database, "hook", NewReceiver(name="hook", kind=ReceiverKind.EMAIL), Keeping(), now_ms=NOW)


def test_routes_follow_it_to_another_name(database: Database, keeper: SecretKeeper) -> None:
    added(database, keeper)
    body = {"receivers": ["hook", "ops"], "escalation": [{"after_s": 60, "receivers": ["hook"]}], "name": "hook"}
    add_route(database, "all", body)
    edit_receiver(database, "hook", NewReceiver(name="new", kind=ReceiverKind.WEBHOOK), Keeping(), now_ms=NOW)
    assert secret_of(database, keeper, "new") == SECRET
    with database.reading() as connection:
        assert routes_to(connection, "new") == ["all"]
        assert routes_to(connection, "hook") == []
        kept = connection.execute(alert_routes.select()).one().body
    assert kept == {
        "receivers": ["new", "ops"],
        "escalation": [{"after_s": 60, "receivers": ["new"]}],
        "name": "hook",
    }


def test_a_name_that_is_taken_cannot_be_had(database: Database, keeper: SecretKeeper) -> None:
    added(database, keeper)
    add_receiver(database, NewReceiver(name="desk", kind=ReceiverKind.DESKTOP), Keeping(), now_ms=NOW)
    with pytest.raises(AlreadyExistsError):
        edit_receiver(database, "desk", NewReceiver(name="hook", kind=ReceiverKind.DESKTOP), Keeping(), now_ms=NOW)


def test_what_is_removed_takes_its_secret_along(database: Database, keeper: SecretKeeper) -> None:
    receiver = added(database, keeper)
    assert remove_receiver(database, "hook", keeper=keeper) == receiver
    with database.reading() as connection:
        assert list_receivers(connection) == []
        assert list_credentials(connection) == []
    assert receiver.credential_id is not None
    assert keeper.version(receiver.credential_id) is None


def test_one_that_routes_lead_to_stays(database: Database, keeper: SecretKeeper) -> None:
    added(database, keeper)
    add_route(database, "nights", {"escalation": [{"receivers": ["hook"]}]})
    with pytest.raises(InvalidInputError, match="nights"):
        remove_receiver(database, "hook", keeper=keeper)
    assert secret_of(database, keeper, "hook") == SECRET


def test_one_that_is_not_there_is_told_with_those_that_are(database: Database, keeper: SecretKeeper) -> None:
    with database.reading() as connection, pytest.raises(NotFoundError) as caught:
        find_receiver(connection, "hook")
    assert "watchpost alerts receivers add" in caught.value.hint
    added(database, keeper)
    with database.reading() as connection, pytest.raises(NotFoundError) as caught:
        find_receiver(connection, "hok")
    assert caught.value.hint == "Did you mean “hook”?"


def test_its_credential_goes_with_it_and_not_before_and_logs_nobody_in(
    database: Database, keeper: SecretKeeper
) -> None:
    added(database, keeper)
    with pytest.raises(InvalidInputError, match="the receiver “hook”"):
        remove_credential(database, "receiver hook", keeper=keeper)
    with database.writing() as connection, pytest.raises(NotFoundError):
        add_host(connection, NewHost(name="db1", address="db1", credential="receiver hook"), NOW)
