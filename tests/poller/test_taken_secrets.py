"""Which secrets came by envelope."""

import pytest

from poller.taken_secrets import TakenSecrets
from storage.database import Database
from storage.secret_keeper import KeyringChoice, SecretKeeper
from tests.in_memory import InMemory


@pytest.fixture
def store() -> InMemory:
    return InMemory()


@pytest.fixture
def keeper(store: InMemory) -> SecretKeeper:
    keeper = SecretKeeper(KeyringChoice.SYSTEM, store)
    for credential_id in (1, 2, 3):
        keeper.keep(credential_id, "x", 1)
    return keeper


def test_those_that_came_and_whose_credential_is_gone_are_forgotten_and_no_others(
    database: Database, keeper: SecretKeeper, store: InMemory
) -> None:
    TakenSecrets(database, keeper).add([1, 2])
    again = TakenSecrets(database, keeper)
    again.forget_all_but({2})
    assert {"2", "3"} <= store.secrets.keys()
    assert "1" not in store.secrets
    again.forget_all_but({2})
    again.forget_all_but(set())
    assert "2" not in store.secrets
    assert "3" in store.secrets


def test_secrets_of_another_database_are_left_alone(
    sqlite_database: Database, postgresql_database: Database, keeper: SecretKeeper, store: InMemory
) -> None:
    TakenSecrets(sqlite_database, keeper).add([1])
    TakenSecrets(postgresql_database, keeper).add([2])
    TakenSecrets(postgresql_database, keeper).forget_all_but(set())
    assert "1" in store.secrets
    assert "2" not in store.secrets


def test_nothing_is_written_for_nothing(database: Database, keeper: SecretKeeper, store: InMemory) -> None:
    taken = TakenSecrets(database, keeper)
    taken.add([])
    taken.forget_all_but(set())
    assert store.secrets.keys() == {"1", "2", "3"}


def test_a_damaged_note_forgets_nothing(database: Database, keeper: SecretKeeper, store: InMemory) -> None:
    TakenSecrets(database, keeper).add([1])
    (note,) = store.secrets.keys() - {"1", "2", "3"}
    store.secrets[note] = "[damaged"
    TakenSecrets(database, keeper).forget_all_but(set())
    assert "1" in store.secrets
