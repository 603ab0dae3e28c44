"""What a poller says of its keyring in its own row: the key that secrets are sealed to, and which ones it lacks."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from storage.envelopes import names
from storage.schema import pollers


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """One poller's keyring.

    Attributes:
        public_key: 32 bytes; None where it takes no secrets.
        keyring_id: the same for all who share the keyring.
        lacking: names of the credentials whose secret is not in it, or only an old one.
    """

    public_key: bytes | None
    keyring_id: str | None
    lacking: tuple[str, ...]


def published_key(connection: Connection, poller_id: str) -> PublishedKey | None:
    """What stands in its row; None when there is no such row."""
    columns = (pollers.c.public_key, pollers.c.keyring_id, pollers.c.lacking)
    row = connection.execute(select(*columns).where(pollers.c.id == poller_id)).one_or_none()
    return PublishedKey(row.public_key, row.keyring_id, names(row.lacking)) if row else None


def publish_key(connection: Connection, poller_id: str, key: PublishedKey) -> None:
    """Writes it into the row."""
    values = {"public_key": key.public_key, "keyring_id": key.keyring_id, "lacking": list(key.lacking)}
    connection.execute(update(pollers).where(pollers.c.id == poller_id).values(values))
