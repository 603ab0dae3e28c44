"""Secrets on their way to a poller with another keyring."""

from dataclasses import replace

import pytest
from nacl.bindings import sodium_pad
from nacl.public import PrivateKey, SealedBox
from sqlalchemy import insert, update

from storage.credentials import add_credential, remove_credential
from storage.database import Database
from storage.envelopes import (
    SEALED_LIMIT,
    TAKEN_AT_ONCE,
    EnvelopeError,
    Letter,
    Recipient,
    envelopes_on_their_way,
    fingerprint,
    pending_envelopes,
    put_envelopes,
    recipients,
    remove_envelopes,
    seal,
    unseal,
)
from storage.pollers import register_poller
from storage.schema import envelopes, pollers
from storage.secret_keeper import Credential, CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from tests.in_memory import InMemory

KEY = PrivateKey(bytes(range(32)))
OTHER = PrivateKey(bytes(range(1, 33)))
SECRET = "hunter2-Zr9çø密"
LETTER = Letter(7, "mon", 1_000, SECRET)
NOW = 1_700_000_000_000


def recipient(poller_id: str = "mon", key: PrivateKey = KEY) -> Recipient:
    return Recipient(poller_id, poller_id, "db1", "watchpost", bytes(key.public_key), "ring", (), NOW)


def register(database: Database, poller_id: str, key: bytes | None, *, heard_of: int = NOW, **more: object) -> None:
    with database.writing() as connection:
        register_poller(
            connection, poller_id=poller_id, machine="db1", pid=1, version="1", now_ms=heard_of, user="watchpost"
        )
        values = {"public_key": key, "name": poller_id, **more}
        connection.execute(update(pollers).where(pollers.c.id == poller_id).values(values))


@pytest.fixture
def office(database: Database) -> Credential:
    keeper = SecretKeeper(KeyringChoice.SYSTEM, InMemory())
    return add_credential(database, NewCredential("office", CredentialKind.PASSWORD, SECRET), now_ms=NOW, keeper=keeper)


# Sealing


def test_only_the_owner_of_the_key_opens_an_envelope() -> None:
    sealed = seal(LETTER, bytes(KEY.public_key))
    assert unseal(sealed, bytes(KEY)) == LETTER
    assert SECRET.encode() not in sealed
    with pytest.raises(EnvelopeError):
        unseal(sealed, bytes(OTHER))


def test_two_envelopes_of_the_same_letter_have_nothing_in_common() -> None:
    one, other = (seal(LETTER, bytes(KEY.public_key)) for _ in range(2))
    assert one[:32] != other[:32]
    assert one[32:] != other[32:]


def test_the_size_of_an_envelope_does_not_tell_the_length_of_a_password() -> None:
    sizes = {len(seal(replace(LETTER, secret="x" * length), bytes(KEY.public_key))) for length in range(1, 200)}
    assert len(sizes) == 1


def test_the_longest_secret_fits() -> None:
    longest = replace(LETTER, secret="密" * 4096)
    sealed = seal(longest, bytes(KEY.public_key))
    assert len(sealed) <= SEALED_LIMIT
    assert unseal(sealed, bytes(KEY)) == longest


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda sealed: b"", id="empty"),
        pytest.param(lambda sealed: sealed[:40], id="cut"),
        pytest.param(lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]), id="one bit"),
        pytest.param(lambda sealed: sealed + b"x" * SEALED_LIMIT, id="huge"),
        pytest.param(lambda sealed: b"\0" * 600, id="zeros"),
    ],
)
def test_a_damaged_envelope_is_an_error_that_quotes_nothing(spoil: object) -> None:
    sealed = seal(LETTER, bytes(KEY.public_key))
    with pytest.raises(EnvelopeError) as caught:
        unseal(spoil(sealed), bytes(KEY))  # type: ignore[operator]
    assert "hunter2" not in f"{caught.value}{caught.value.__cause__}"


def test_what_is_sealed_but_is_no_letter_is_an_error() -> None:
    contents = (b"", b"hunter2", b'{"secret": "hunter2"}', b'{"credential_id": "x"}')
    for content in (*contents, *(sodium_pad(each, 512) for each in contents)):
        with pytest.raises(EnvelopeError) as caught:
            unseal(SealedBox(KEY.public_key).encrypt(content), bytes(KEY))
        assert "hunter2" not in f"{caught.value}{caught.value.__cause__}"


def test_no_representation_shows_a_secret() -> None:
    assert "hunter2" not in repr(LETTER)


def test_a_fingerprint_can_be_read_out_and_differs_by_key() -> None:
    shown = fingerprint(bytes(KEY.public_key))
    assert [len(part) for part in shown.split("-")] == [4] * 5
    assert shown == fingerprint(bytes(KEY.public_key))
    assert shown != fingerprint(bytes(OTHER.public_key))


# In the database


def test_an_envelope_waits_for_its_poller_alone_and_is_gone_when_it_was_taken(
    database: Database, office: Credential
) -> None:
    register(database, "mon", bytes(KEY.public_key))
    register(database, "other", bytes(OTHER.public_key))
    with database.writing() as connection:
        put_envelopes(connection, office, SECRET, [recipient(), recipient("other", OTHER)], NOW)
    with database.writing() as connection:
        (envelope,) = pending_envelopes(connection, "mon")
        assert unseal(envelope.sealed, bytes(KEY)) == Letter(office.id, "mon", NOW, SECRET)
        assert envelope.credential_name == "office"
        assert SECRET not in repr(envelope)
        remove_envelopes(connection, [envelope.id])
        assert envelopes_on_their_way(connection) == {(office.id, "other")}


def test_a_later_envelope_takes_the_place_of_an_earlier_one(database: Database, office: Credential) -> None:
    register(database, "mon", bytes(KEY.public_key))
    with database.writing() as connection:
        for secret in ("one", "two"):
            put_envelopes(connection, office, secret, [recipient()], NOW)
        (envelope,) = pending_envelopes(connection, "mon")
    assert unseal(envelope.sealed, bytes(KEY)).secret == "two"


def test_an_envelope_that_is_too_large_to_be_one_of_ours_is_not_loaded(database: Database, office: Credential) -> None:
    with database.writing() as connection:
        values = {"credential_id": office.id, "poller_id": "mon", "sealed": b"x" * (SEALED_LIMIT + 1), "created_at": 1}
        connection.execute(insert(envelopes).values(values))
        (envelope,) = pending_envelopes(connection, "mon")
    assert envelope.sealed == b""


def test_no_more_than_a_hundred_are_taken_at_once(database: Database) -> None:
    keeper = SecretKeeper(KeyringChoice.SYSTEM, InMemory())
    for number in range(TAKEN_AT_ONCE + 1):
        new = NewCredential(f"c{number}", CredentialKind.PASSWORD, "x")
        add_credential(database, new, now_ms=NOW, keeper=keeper, to=[recipient()])
    with database.reading() as connection:
        assert len(pending_envelopes(connection, "mon")) == TAKEN_AT_ONCE


def test_envelopes_for_pollers_that_are_no_longer_registered_are_removed(
    database: Database, office: Credential
) -> None:
    with database.writing() as connection:
        put_envelopes(connection, office, SECRET, [recipient("gone")], NOW)
        remove_envelopes(connection, [])
        assert envelopes_on_their_way(connection) == set()


def test_with_the_credential_its_envelopes_go(database: Database, office: Credential) -> None:
    with database.writing() as connection:
        put_envelopes(connection, office, SECRET, [recipient()], NOW)
    remove_credential(database, "office", keeper=SecretKeeper(KeyringChoice.SYSTEM, InMemory()))
    with database.reading() as connection:
        assert envelopes_on_their_way(connection) == set()


# Who gets one


def test_pollers_without_a_key_or_with_the_same_keyring_get_none(database: Database) -> None:
    register(database, "a", None)
    register(database, "b", bytes(KEY.public_key), keyring_id="mine")
    register(database, "c", bytes(KEY.public_key), keyring_id="another", lacking=["office"])
    register(database, "d", bytes(OTHER.public_key))
    register(database, "e", b"short")
    with database.reading() as connection:
        found = recipients(connection, "mine")
        assert [each.name for each in found] == ["c", "d"]
        assert (found[0].lacking, found[0].user, found[0].machine) == (("office",), "watchpost", "db1")
        assert [each.name for each in recipients(connection, None)] == ["b", "c", "d"]


def test_of_a_name_only_the_newest_poller_counts(database: Database) -> None:
    register(database, "old", bytes(OTHER.public_key), heard_of=NOW - 60_000, name="mon")
    register(database, "new", bytes(KEY.public_key), name="mon")
    with database.reading() as connection:
        assert [each.poller_id for each in recipients(connection, None)] == ["new"]


@pytest.mark.parametrize("lacking", ["office", {"office": 1}, [1, None, "office"]], ids=["text", "map", "mixed"])
def test_whatever_a_poller_says_it_lacks_does_no_harm(database: Database, lacking: object) -> None:
    register(database, "mon", bytes(KEY.public_key), lacking=lacking)
    with database.reading() as connection:
        assert set(recipients(connection, None)[0].lacking) <= {"office"}
