"""The key that links in messages are signed with: a credential, so that every poller that sends messages has it."""

import secrets

from sqlalchemy import Connection

from storage.alerting.receiver_rows import Keeping
from storage.credentials import add_credential, list_credentials
from storage.database import Database
from storage.secret_keeper import Credential, CredentialKind, NewCredential

NAME = "links in alerts"
_KEY_BYTES = 32


def make_link_key(database: Database, keeping: Keeping, *, now_ms: int) -> Credential:
    """Draws the key and keeps it; the secret in `keeping` is not looked at.

    Raises:
        AlreadyExistsError: there is one.
        KeyringUnavailableError: it cannot be kept; nothing was added.
    """
    new = NewCredential(NAME, CredentialKind.RECEIVER, secrets.token_hex(_KEY_BYTES))
    return add_credential(database, new, now_ms=now_ms, keeper=keeping.keeper, to=keeping.to)


def link_credential(connection: Connection) -> Credential | None:
    """The credential; None where there is no key, and messages have no links."""
    kind = CredentialKind.RECEIVER
    return next((each for each in list_credentials(connection) if (each.name, each.kind) == (NAME, kind)), None)


def link_key(secret: str) -> bytes:
    """The key from the secret of the credential. Raises ValueError where a person has put something else there."""
    key = bytes.fromhex(secret)
    if len(key) < _KEY_BYTES:
        raise ValueError(f"a key of links has {_KEY_BYTES} bytes")
    return key
