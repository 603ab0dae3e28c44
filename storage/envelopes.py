"""Secrets on their way to a poller that has another keyring: sealed to its public key, as rows that it takes away.

What is sealed says which credential, which poller and which version it is for, so that an envelope is worth nothing in
another place or at a later time. It does not say who sealed it: whoever may write the database may send one.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, func, select

from storage.errors import WatchpostError
from storage.schema import credentials, envelopes, pollers
from storage.secret_keeper import Credential

SEALED_LIMIT = 32_768
"""Bytes; a secret of 4096 characters takes 16 KiB at the most."""
TAKEN_AT_ONCE = 100
_BLOCK = 512
"""Contents are filled up to a multiple of it: the size of an envelope would else tell the length of a password."""


class EnvelopeError(WatchpostError):
    """An envelope that is not for whoever opened it, or is damaged."""

    kind = "envelope_unreadable"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is in an envelope.

    Attributes:
        credential_id: whose secret it is.
        poller_id: whom it is for.
        updated_at: UTC milliseconds; of which change of the credential the secret is.
        secret: the secret.
    """

    credential_id: int
    poller_id: str
    updated_at: int
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A registered poller that takes secrets.

    Attributes:
        poller_id: its id.
        name: its name; unique in a database.
        machine: where it runs.
        user: as whom.
        public_key: 32 bytes.
        keyring_id: of its keyring.
        lacking: names of the credentials whose secret it does not have.
        heartbeat_at: UTC milliseconds, by its own clock; when it was last heard of.
    """

    poller_id: str
    name: str
    machine: str
    user: str
    public_key: bytes
    keyring_id: str | None
    lacking: tuple[str, ...]
    heartbeat_at: int

    @property
    def fingerprint(self) -> str:
        """For people to compare."""
        return fingerprint(self.public_key)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A row of the table; `sealed` is empty where it is too large to be one of ours."""

    id: int
    credential_id: int
    credential_name: str
    sealed: bytes = field(repr=False)


def fingerprint(public_key: bytes) -> str:
    """100 bits of a public key's hash as 20 letters and digits: short enough to read out, too long to be imitated."""
    letters = base64.b32encode(hashlib.sha256(public_key).digest()).decode().lower()[:20]
    return "-".join(letters[start : start + 4] for start in range(0, 20, 4))


def seal(letter: Letter, public_key: bytes) -> bytes:
    """An envelope that only the owner of the key can open, and whose size does not tell what is in it."""
    from nacl.bindings import sodium_pad  # noqa: PLC0415 - 20 ms to load
    from nacl.public import PublicKey, SealedBox  # noqa: PLC0415

    return SealedBox(PublicKey(public_key)).encrypt(sodium_pad(msgspec.json.encode(letter), _BLOCK))


def unseal(sealed: bytes, private_key: bytes) -> Letter:
    """Opens an envelope.

    Raises:
        EnvelopeError: it is for another key, or is damaged; the text does not quote it.
    """
    from nacl.bindings import sodium_unpad  # noqa: PLC0415
    from nacl.exceptions import CryptoError  # noqa: PLC0415
    from nacl.public import PrivateKey, SealedBox  # noqa: PLC0415

    if len(sealed) > SEALED_LIMIT:
        raise EnvelopeError(f"The envelope is larger than {SEALED_LIMIT} bytes.")
    try:
        content = sodium_unpad(SealedBox(PrivateKey(private_key)).decrypt(sealed), _BLOCK)
        return msgspec.json.decode(content, type=Letter)
    except (CryptoError, TypeError, ValueError):
        # Without its cause: the text of a decoder may quote what it was given.
        raise EnvelopeError("The envelope does not open with this poller's key, or is damaged.") from None


def recipients(connection: Connection, own_keyring_id: str | None) -> list[Recipient]:
    """Registered pollers with a keyring that is not one's own, by name. Of a name only the newest counts."""
    newest: dict[str, Recipient] = {}
    rows = connection.execute(select(pollers).where(pollers.c.public_key.is_not(None)).order_by(pollers.c.heartbeat_at))
    for row in rows:
        if len(row.public_key) != 32 or (own_keyring_id is not None and row.keyring_id == own_keyring_id):
            continue
        newest[row.name or row.id] = Recipient(
            poller_id=row.id,
            name=row.name or row.id,
            machine=row.machine,
            user=row.user,
            public_key=row.public_key,
            keyring_id=row.keyring_id,
            lacking=names(row.lacking),
            heartbeat_at=row.heartbeat_at,
        )
    return [newest[name] for name in sorted(newest)]


def names(lacking: object) -> tuple[str, ...]:
    """The names in `pollers.lacking`, whatever stands there."""
    return tuple(name for name in lacking if isinstance(name, str)) if isinstance(lacking, list) else ()


def put_envelopes(
    connection: Connection, credential: Credential, secret: str, to: Iterable[Recipient], now_ms: int
) -> None:
    """Seals a secret for each of them; what was on its way to them before is replaced."""
    for recipient in to:
        letter = Letter(credential.id, recipient.poller_id, credential.updated_at, secret)
        same = (envelopes.c.credential_id == credential.id) & (envelopes.c.poller_id == recipient.poller_id)
        connection.execute(envelopes.delete().where(same))
        connection.execute(
            envelopes.insert().values(
                credential_id=credential.id,
                poller_id=recipient.poller_id,
                sealed=seal(letter, recipient.public_key),
                created_at=now_ms,
            )
        )


def pending_envelopes(connection: Connection, poller_id: str) -> list[Envelope]:
    """What waits for a poller, the oldest first; a hundred at a time."""
    is_ours = func.length(envelopes.c.sealed) <= SEALED_LIMIT
    query = (
        select(envelopes.c.id, envelopes.c.credential_id, credentials.c.name, is_ours.label("is_ours"))
        .join(credentials, credentials.c.id == envelopes.c.credential_id)
        .where(envelopes.c.poller_id == poller_id)
        .order_by(envelopes.c.id)
        .limit(TAKEN_AT_ONCE)
    )
    found = []
    for row in connection.execute(query).all():
        # One too large is not even loaded.
        sealed = connection.scalar(select(envelopes.c.sealed).where(envelopes.c.id == row.id)) if row.is_ours else b""
        found.append(Envelope(row.id, row.credential_id, row.name, sealed or b""))
    return found


def envelopes_on_their_way(connection: Connection) -> set[tuple[int, str]]:
    """Credential and poller of all that have not been taken yet."""
    rows = connection.execute(select(envelopes.c.credential_id, envelopes.c.poller_id))
    return {(row.credential_id, row.poller_id) for row in rows}


def remove_envelopes(connection: Connection, ids: Iterable[int]) -> None:
    """Deletes what was taken or cannot be opened, and what is for pollers that are no longer registered."""
    connection.execute(envelopes.delete().where(envelopes.c.id.in_(list(ids))))
    connection.execute(envelopes.delete().where(envelopes.c.poller_id.not_in(select(pollers.c.id))))
