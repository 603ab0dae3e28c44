import threading

import pytest

from storage.errors import KeyringUnavailableError
from storage.secret_keeper import Credential, CredentialKind, KeyringChoice, NewCredential, SecretKeeper


class InMemory:
    """A store whose every reading is counted, and which fails when two threads are in it."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.readings = 0
        self._gate = threading.Lock()

    def check(self) -> None:
        """Always fine."""

    def read(self, name: str) -> str | None:
        assert self._gate.acquire(blocking=False), "two readings at once"
        self.readings += 1
        secret = self.secrets.get(name)
        self._gate.release()
        return secret

    def write(self, name: str, secret: str) -> None:
        self.secrets[name] = secret

    def delete(self, name: str) -> None:
        self.secrets.pop(name, None)


def credential(updated_at: int = 1) -> Credential:
    return Credential(7, "office", CredentialKind.PASSWORD, updated_at)


@pytest.fixture
def store() -> InMemory:
    return InMemory()


@pytest.fixture
def keeper(store: InMemory) -> SecretKeeper:
    return SecretKeeper(KeyringChoice.SYSTEM, store)


def test_many_hosts_that_share_a_credential_read_it_once(keeper: SecretKeeper, store: InMemory) -> None:
    keeper.keep(7, "hunter2", 1)
    threads = [threading.Thread(target=keeper.secret, args=(credential(),)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (keeper.secret(credential()), store.readings) == ("hunter2", 1)


def test_a_change_by_another_process_is_noticed_by_its_time(keeper: SecretKeeper, store: InMemory) -> None:
    keeper.keep(7, "old", 1)
    assert keeper.secret(credential(1)) == "old"
    store.secrets["7"] = "2\nnew"
    assert keeper.secret(credential(2)) == "new"


def test_a_change_or_removal_of_our_own_is_noticed_at_once(keeper: SecretKeeper) -> None:
    keeper.keep(7, "old", 1)
    assert keeper.secret(credential()) == "old"
    keeper.keep(7, "new", 1)
    assert keeper.secret(credential()) == "new"
    keeper.forget(7)
    with pytest.raises(KeyringUnavailableError, match="“office” is not in the keyring") as caught:
        keeper.secret(credential())
    assert "watchpost credentials rotate office" in caught.value.hint


def test_no_representation_shows_a_secret(keeper: SecretKeeper) -> None:
    keeper.keep(7, "hunter2", 1)
    keeper.secret(credential())
    new = NewCredential("office", CredentialKind.PASSWORD, "hunter2")
    assert "hunter2" not in f"{keeper!r} {new!r} {credential()!r}"
