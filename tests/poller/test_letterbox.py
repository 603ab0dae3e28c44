"""A poller that takes secrets which others have sealed for it, with real keyring files and both kinds of database."""

from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from poller.letterbox import AGAIN_S, Letterbox
from storage.credentials import add_credential, list_credentials, remove_credential, replace_secret, secret_of
from storage.database import Database
from storage.envelopes import Letter, Recipient, envelopes_on_their_way, recipients, seal
from storage.errors import KeyringUnavailableError
from storage.keyring_identity import read_identity
from storage.keyrings import open_keeper
from storage.pollers import register_poller
from storage.schema import credentials, envelopes, pollers
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential, SecretKeeper, SecretMissingError
from storage.sending import send_secret
from tests.in_memory import InMemory

OFFICE = NewCredential("office", CredentialKind.PASSWORD, "hunter2-Zr9")
NOW = 1_700_000_000_000


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


class FailingStore(InMemory):
    """A keyring that can be locked."""

    is_locked = False

    def read(self, name: str) -> str | None:
        if self.is_locked:
            raise KeyringUnavailableError("It is locked.")
        return super().read(name)

    def write(self, name: str, secret: str) -> None:
        if self.is_locked:
            raise KeyringUnavailableError("It is locked.")
        super().write(name, secret)


class Desk:
    """A poller called mon with a keyring of its own, and somebody with another one."""

    def __init__(self, database: Database, pollers_keeper: SecretKeeper | None = None) -> None:
        self.database = database
        self.now_s = 0.0
        self.taken: list[set[str]] = []
        self.own = SecretKeeper(KeyringChoice.SYSTEM, InMemory())
        self.pollers = pollers_keeper or SecretKeeper(KeyringChoice.SYSTEM, InMemory())
        with database.writing() as connection:
            register_poller(connection, poller_id="1", machine="db1", pid=1, version="1", now_ms=NOW, name="mon")
        self.box = self.letterbox()

    def letterbox(self, keeper: SecretKeeper | None = None) -> Letterbox:
        def taken(names: Collection[str]) -> None:
            self.taken.append(set(names))

        return Letterbox(self.database, keeper or self.pollers, lambda: "1", taken, lambda: self.now_s)

    def mon(self) -> list[Recipient]:
        with self.database.reading() as connection:
            return recipients(connection, None)

    def add(self, *, to: list[Recipient] | None = None) -> None:
        add_credential(self.database, OFFICE, now_ms=NOW, keeper=self.own, to=self.mon() if to is None else to)

    def rotate(self, secret: str, *, to: list[Recipient] | None = None) -> None:
        replace_secret(
            self.database, "office", secret, now_ms=NOW, keeper=self.own, to=self.mon() if to is None else to
        )

    def secret(self) -> str:
        with self.database.reading() as connection:
            return secret_of(connection, "office", self.pollers)

    def waiting(self) -> int:
        with self.database.reading() as connection:
            return len(envelopes_on_their_way(connection))

    def swap(self, make: Callable[[Letter, Recipient], bytes]) -> None:
        """Puts something else into the envelope, as whoever may write the database can."""
        with self.database.writing() as connection:
            credential = list_credentials(connection)[0]
            letter = Letter(credential.id, "1", credential.updated_at, "forged")
            (mon,) = recipients(connection, None)
            connection.execute(update(envelopes).values(sealed=make(letter, mon)))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def test_a_poller_publishes_its_key_and_takes_what_is_sealed_for_it(database: Database, tmp_path: Path) -> None:
    def file_keeper() -> SecretKeeper:
        file = tmp_path / "poller" / "secrets"
        return open_keeper(KeyringChoice.ENCRYPTED_FILE, file=file, passphrase=lambda _: "open sesame")

    desk = Desk(database, file_keeper())
    with capture_logs() as logs:
        await desk.box.step()
        (mon,) = desk.mon()
        desk.add()
        await desk.box.step()
    identity = read_identity(file_keeper())
    assert identity is not None
    assert (mon.public_key, mon.keyring_id) == (identity.public_key, identity.keyring_id)
    assert desk.secret() == OFFICE.secret
    assert (desk.waiting(), desk.taken) == (0, [{"office"}])
    assert [entry["key"] for entry in logs if entry["event"] == "secrets_key"] == [mon.fingerprint]
    assert OFFICE.secret not in str(logs)
    assert OFFICE.secret.encode() not in (tmp_path / "poller" / "secrets").read_bytes()


async def test_the_plain_secret_is_never_in_the_database(sqlite_database: Database, tmp_path: Path) -> None:
    desk = Desk(sqlite_database)
    await desk.box.step()
    desk.add()
    files = list(tmp_path.rglob("watchpost.db*"))  # noqa: ASYNC240 - nothing else runs here
    assert files
    for path in files:
        assert OFFICE.secret.encode() not in path.read_bytes()
    await desk.box.step()
    assert desk.secret() == OFFICE.secret


async def test_nothing_is_told_twice_and_nothing_is_written_while_nothing_comes(desk: Desk) -> None:
    await desk.box.step()
    desk.add()
    await desk.box.step()
    with capture_logs() as logs:
        for _ in range(3):
            desk.now_s += AGAIN_S
            await desk.box.step()
    assert (logs, desk.taken) == ([], [{"office"}])


async def test_what_it_lacks_is_said_until_it_is_sent(desk: Desk) -> None:
    await desk.box.step()
    desk.add(to=[])
    await desk.box.step()
    (mon,) = desk.mon()
    assert mon.lacking == ("office",)
    send_secret(desk.database, "office", OFFICE.secret, [mon], NOW)
    await desk.box.step()
    assert desk.mon()[0].lacking == ()
    assert desk.secret() == OFFICE.secret


async def test_a_secret_that_somebody_typed_into_its_keyring_is_found_and_logins_are_tried_again(desk: Desk) -> None:
    await desk.box.step()
    desk.add(to=[])
    await desk.box.step()
    with desk.database.reading() as connection:
        (office,) = list_credentials(connection)
    desk.pollers.keep(office.id, OFFICE.secret, office.updated_at)
    desk.now_s += AGAIN_S
    await desk.box.step()
    assert (desk.mon()[0].lacking, desk.taken) == ((), [{"office"}])


async def test_after_a_rotation_that_did_not_reach_it_the_old_secret_is_not_used(desk: Desk) -> None:
    await desk.box.step()
    desk.add()
    await desk.box.step()
    desk.rotate("new", to=[])
    with pytest.raises(SecretMissingError, match="was changed"):
        desk.secret()
    await desk.box.step()
    assert desk.mon()[0].lacking == ("office",)


async def test_a_rotation_reaches_it(desk: Desk) -> None:
    await desk.box.step()
    desk.add()
    await desk.box.step()
    desk.rotate("new")
    await desk.box.step()
    assert desk.secret() == "new"
    assert desk.mon()[0].lacking == ()


async def test_an_envelope_that_is_put_back_later_is_thrown_away(desk: Desk) -> None:
    await desk.box.step()
    desk.add()
    with desk.database.reading() as connection:
        old = dict(connection.execute(select(envelopes)).one()._mapping)
    await desk.box.step()
    desk.rotate("new")
    await desk.box.step()
    with desk.database.writing() as connection:
        connection.execute(envelopes.insert().values(old))
    with capture_logs() as logs:
        await desk.box.step()
    assert [entry["event"] for entry in logs] == ["envelope_outdated"]
    assert (desk.secret(), desk.waiting()) == ("new", 0)


async def test_not_even_with_the_time_of_the_change_set_back(desk: Desk) -> None:
    await desk.box.step()
    desk.add()
    with desk.database.reading() as connection:
        old = dict(connection.execute(select(envelopes)).one()._mapping)
        before = list_credentials(connection)[0].updated_at
    await desk.box.step()
    desk.rotate("new")
    await desk.box.step()
    with desk.database.writing() as connection:
        connection.execute(update(credentials).values(updated_at=before))
        connection.execute(envelopes.insert().values(old))
    with capture_logs() as logs:
        await desk.box.step()
    assert [entry["event"] for entry in logs] == ["envelope_outdated"]
    assert desk.secret() == "new"


@pytest.mark.parametrize(
    ("make", "event"),
    [
        pytest.param(lambda letter, mon: b"junk" * 50, "envelope_unreadable", id="junk"),
        pytest.param(lambda letter, mon: b"x" * 40_000, "envelope_unreadable", id="huge"),
        pytest.param(
            lambda letter, mon: seal(Letter(letter.credential_id + 1, "1", letter.updated_at, "x"), mon.public_key),
            "envelope_misdirected",
            id="of another credential",
        ),
        pytest.param(
            lambda letter, mon: seal(Letter(letter.credential_id, "2", letter.updated_at, "x"), mon.public_key),
            "envelope_misdirected",
            id="for another poller",
        ),
        pytest.param(
            lambda letter, mon: seal(Letter(letter.credential_id, "1", letter.updated_at + 1, "x"), mon.public_key),
            "envelope_outdated",
            id="of another version",
        ),
    ],
)
async def test_what_is_not_right_is_told_once_and_thrown_away(
    desk: Desk, make: Callable[[Letter, Recipient], bytes], event: str
) -> None:
    await desk.box.step()
    desk.add()
    desk.swap(make)
    with capture_logs() as logs:
        await desk.box.step()
        await desk.box.step()
    assert [(entry["event"], entry["credential"]) for entry in logs] == [(event, "office")]
    assert (desk.waiting(), desk.taken) == (0, [])
    assert desk.mon()[0].lacking == ("office",)


async def test_while_the_keyring_is_locked_envelopes_wait_and_it_is_told_once(database: Database) -> None:
    store = FailingStore()
    desk = Desk(database, SecretKeeper(KeyringChoice.SYSTEM, store))
    await desk.box.step()
    desk.add()
    store.is_locked = True
    with capture_logs() as logs:
        for _ in range(3):
            await desk.box.step()
            desk.now_s += AGAIN_S
    assert [entry["event"] for entry in logs] == ["secrets_not_taken"]
    assert desk.waiting() == 1
    assert desk.mon()[0].lacking == ("office",)
    store.is_locked = False
    await desk.box.step()
    assert (desk.waiting(), desk.secret(), desk.mon()[0].lacking) == (0, OFFICE.secret, ())


async def test_a_keyring_that_stumbles_brings_no_secret_that_was_not_there_before(database: Database) -> None:
    store = FailingStore()
    keeper = SecretKeeper(KeyringChoice.SYSTEM, store)
    desk = Desk(database, keeper)
    await desk.box.step()
    desk.add()
    await desk.box.step()
    desk.taken.clear()
    store.is_locked = True
    # Another credential has all of them looked at; the keeper remembers no secret that it has not handed out.
    keeper._known.clear()
    add_credential(database, NewCredential("lab", CredentialKind.PASSWORD, "x"), now_ms=NOW, keeper=desk.own)
    await desk.box.step()
    assert set(desk.mon()[0].lacking) == {"office", "lab"}
    store.is_locked = False
    desk.now_s += AGAIN_S
    await desk.box.step()
    assert desk.mon()[0].lacking == ("lab",)
    assert desk.taken == []


async def test_a_poller_without_a_keyring_takes_no_secrets_and_says_what_it_lacks(database: Database) -> None:
    store = FailingStore()
    store.is_locked = True
    desk = Desk(database, SecretKeeper(KeyringChoice.SYSTEM, store))
    desk.add(to=[])
    await desk.box.step()
    assert desk.mon() == []
    with database.reading() as connection:
        assert connection.scalar(select(pollers.c.lacking)) == ["office"]


async def test_a_keyring_that_is_locked_when_it_starts_again_has_not_lost_its_key(database: Database) -> None:
    store = FailingStore()
    desk = Desk(database, SecretKeeper(KeyringChoice.SYSTEM, store))
    await desk.box.step()
    before = desk.mon()
    store.is_locked = True
    await desk.letterbox().step()
    assert [each.public_key for each in desk.mon()] == [each.public_key for each in before]


async def test_a_secret_that_came_is_forgotten_with_its_credential_even_after_a_restart(desk: Desk) -> None:
    store = InMemory()
    desk.pollers = SecretKeeper(KeyringChoice.SYSTEM, store)
    desk.box = desk.letterbox()
    await desk.box.step()
    desk.add()
    await desk.box.step()
    with desk.database.reading() as connection:
        (office,) = list_credentials(connection)
    assert str(office.id) in store.secrets
    remove_credential(desk.database, "office", keeper=desk.own)
    await desk.letterbox().step()
    assert str(office.id) not in store.secrets


async def test_a_secret_that_did_not_come_by_envelope_is_left_alone(desk: Desk) -> None:
    store = InMemory()
    keeper = SecretKeeper(KeyringChoice.SYSTEM, store)
    keeper.keep(4711, "of another database", 1)
    await desk.letterbox(keeper).step()
    desk.add()
    remove_credential(desk.database, "office", keeper=desk.own)
    await desk.letterbox(keeper).step()
    assert "4711" in store.secrets


async def test_two_pollers_that_share_a_keyring_publish_the_same_key(desk: Desk) -> None:
    with desk.database.writing() as connection:
        register_poller(connection, poller_id="2", machine="db2", pid=1, version="1", now_ms=NOW, name="mon2")
    other = Letterbox(desk.database, desk.pollers, lambda: "2", lambda _: None)
    await desk.box.step()
    await other.step()
    one, two = desk.mon()
    assert (one.public_key, one.keyring_id) == (two.public_key, two.keyring_id)


async def test_a_poller_that_is_not_registered_yet_does_nothing(database: Database) -> None:
    store = InMemory()
    box = Letterbox(database, SecretKeeper(KeyringChoice.SYSTEM, store), lambda: "unknown", lambda _: None)
    await box.step()
    assert store.secrets == {}
