"""Named credentials: the name and kind lie in the database, the secret in the keyring of whoever polls."""

import secrets
import shlex
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, Row, select

from storage.database import Database
from storage.envelopes import Recipient, put_envelopes
from storage.errors import (
    AlreadyExistsError,
    InvalidInputError,
    KeyringUnavailableError,
    NotFoundError,
    WatchpostError,
)
from storage.keyring_identity import IDENTITY_NOTE
from storage.schema import credentials, hosts, receivers
from storage.secret_keeper import SERVICE, Credential, CredentialKind, NewCredential, SecretKeeper

NAME_LIMIT = 255
SECRET_LIMIT = 4096


def add_credential(
    database: Database,
    new: NewCredential,
    *,
    now_ms: int,
    keeper: SecretKeeper | None,
    to: Iterable[Recipient] = (),
) -> Credential:
    """Names a secret, keeps it and sends it.

    The keyring is asked outside any transaction: it may wait for a person, and the recorder for nobody.

    Args:
        database: where the name goes.
        new: name, kind and secret.
        now_ms: UTC milliseconds.
        keeper: of one's own keyring; None where there is none, and the secret is only sent.
        to: pollers with other keyrings; each gets a sealed envelope.

    Raises:
        InvalidInputError: the name or the secret cannot be used.
        AlreadyExistsError: the name is taken.
        KeyringUnavailableError: the secret cannot be kept; nothing was added.
    """
    _check_name(new.name)
    _check_secret(new.secret)
    with database.reading() as connection:
        _refuse_taken(connection, new.name)
    credential = Credential(secrets.randbits(53), new.name, new.kind, now_ms)
    if keeper:
        keeper.keep(credential.id, new.secret, credential.updated_at)
    try:
        with database.writing() as connection:
            _refuse_taken(connection, new.name)
            connection.execute(
                credentials.insert().values(
                    id=credential.id, name=new.name, kind=new.kind.value, created_at=now_ms, updated_at=now_ms
                )
            )
            put_envelopes(connection, credential, new.secret, to, now_ms)
    except WatchpostError:
        if keeper:
            keeper.forget(credential.id)
        raise
    return credential


def replace_secret(  # noqa: PLR0913 - as `add_credential`
    database: Database,
    name: str,
    secret: str,
    *,
    now_ms: int,
    keeper: SecretKeeper | None,
    to: Iterable[Recipient] = (),
) -> Credential:
    """Gives a credential another secret; every host that uses it gets the new one.

    A keyring that is not reached, here or at a poller, keeps the old one, which then counts as missing.

    Raises:
        InvalidInputError: the secret cannot be used.
        NotFoundError: there is no such credential.
        KeyringUnavailableError: the secret cannot be kept; the old one stays.
    """
    _check_secret(secret)
    with database.reading() as connection:
        old = find_credential(connection, name)
    # Strictly later even when the clock was set back: that it differs is how pollers notice.
    changed = replace(old, updated_at=max(now_ms, old.updated_at + 1))
    if keeper:
        keeper.keep(changed.id, secret, changed.updated_at)
    with database.writing() as connection:
        values = {"updated_at": changed.updated_at}
        connection.execute(credentials.update().where(credentials.c.id == changed.id).values(values))
        put_envelopes(connection, changed, secret, to, now_ms)
    return changed


def remove_credential(database: Database, name: str, *, keeper: SecretKeeper) -> None:
    """Forgets a credential and its secret.

    Raises:
        NotFoundError: there is no such credential.
        InvalidInputError: hosts or receivers use it; the message names them.
        KeyringUnavailableError: the credential is gone, but its secret could not be taken out of the keyring.
    """
    with database.writing() as connection:
        credential = find_credential(connection, name)
        if users := hosts_using(connection, credential):
            raise InvalidInputError(
                f"The credential “{name}” is in use by {', '.join(users[:10])}"
                f"{f' and {len(users) - 10} more' if len(users) > 10 else ''}.",
                hint="Give them another one first: watchpost hosts edit HOST --credential OTHER (or --credential '').",
            )
        if users := receivers_using(connection, credential):
            raise InvalidInputError(
                f"The credential “{name}” is what the receiver “{users[0]}” is reached with.",
                hint=f"It goes when the receiver does: watchpost alerts receivers remove {shlex.quote(users[0])}",
            )
        # What is left are hosts that were removed and can still be restored; they come back without it.
        connection.execute(hosts.update().where(hosts.c.credential_id == credential.id).values(credential_id=None))
        connection.execute(credentials.delete().where(credentials.c.id == credential.id))
    try:
        keeper.forget(credential.id)
    except KeyringUnavailableError as error:
        raise KeyringUnavailableError(
            f"“{name}” is removed, but its secret is still in the keyring: {error.message}",
            hint=f"When the keyring works again, delete its entry “{SERVICE}”, user {credential.id}.",
        ) from error


def move_secrets(moved: list[Credential], source: SecretKeeper, target: SecretKeeper) -> list[Credential]:
    """Copies secrets to another place, then forgets them in the old one.

    Returns:
        Those whose secret could not be read where it was; they have to be entered anew.

    Raises:
        KeyringUnavailableError: the new place cannot be written; the old one still has everything.
    """
    target.check()
    lost: list[Credential] = []
    for credential in moved:
        try:
            secret = source.secret(credential)
        except KeyringUnavailableError:
            lost.append(credential)
        else:
            target.keep(credential.id, secret, credential.updated_at)
    _move_identity(source, target)
    for credential in moved:
        if credential not in lost:
            source.forget(credential.id)
    return lost


def _move_identity(source: SecretKeeper, target: SecretKeeper) -> None:
    """Envelopes that were sealed for the old place open in the new one, and nobody has to confirm a new key."""
    try:
        note = source.note(IDENTITY_NOTE)
    except KeyringUnavailableError:
        return
    if note is not None and target.note(IDENTITY_NOTE) is None:
        target.write_note(IDENTITY_NOTE, note)
        source.forget_note(IDENTITY_NOTE)


def list_credentials(connection: Connection) -> list[Credential]:
    """All of them, by name."""
    rows = connection.execute(select(credentials).order_by(credentials.c.name))
    return [_credential(row) for row in rows]


def find_credential(connection: Connection, name: str) -> Credential:
    """The one of that name. Raises NotFoundError, whose hint names those that there are."""
    row = connection.execute(select(credentials).where(credentials.c.name == name)).first()
    if row is None:
        names = [known.name for known in list_credentials(connection)]
        raise NotFoundError(
            f"There is no credential “{name}”.",
            hint=f"There are: {', '.join(names[:20])}." if names else f"Add it: watchpost credentials add {name}",
        )
    return _credential(row)


def hosts_using(connection: Connection, credential: Credential) -> list[str]:
    """Names of the hosts that are not removed and use it."""
    query = select(hosts.c.name).where(hosts.c.credential_id == credential.id, hosts.c.removed_at.is_(None))
    return list(connection.scalars(query.order_by(hosts.c.name)))


def receivers_using(connection: Connection, credential: Credential) -> list[str]:
    """Names of the receivers of alerts that are reached with it."""
    query = select(receivers.c.name).where(receivers.c.credential_id == credential.id).order_by(receivers.c.name)
    return list(connection.scalars(query))


def secret_of(connection: Connection, name: str, keeper: SecretKeeper) -> str:
    """The secret of the credential of that name.

    Raises:
        NotFoundError: there is no such credential.
        KeyringUnavailableError: there is no keyring, it is locked, or the secret is not in it.
    """
    return keeper.secret(find_credential(connection, name))


def credentials_mark(connection: Connection) -> object:
    """Differs whenever a credential was added, removed or given another secret."""
    query = select(credentials.c.id, credentials.c.updated_at).order_by(credentials.c.id)
    return tuple(tuple(row) for row in connection.execute(query))


def _check_name(name: str) -> None:
    if not name or len(name) > NAME_LIMIT or not name.isprintable() or name != name.strip():
        raise InvalidInputError(
            f"A credential's name has 1 to {NAME_LIMIT} printable characters and no space at either end.",
            hint="For example: office-admin",
        )


def _check_secret(secret: str) -> None:
    """Refuses what no keyring or server would take. The texts must not quote the secret."""
    if not secret:
        raise InvalidInputError("The secret is empty.", hint="Nothing was stored.")
    if len(secret) > SECRET_LIMIT:
        raise InvalidInputError(f"The secret is longer than {SECRET_LIMIT} characters.", hint="Is it the right file?")
    if not secret.isprintable():
        raise InvalidInputError(
            "The secret has a line break or another unprintable character in it.", hint="Is it the right file?"
        )


def _refuse_taken(connection: Connection, name: str) -> None:
    if connection.execute(select(credentials.c.id).where(credentials.c.name == name)).first():
        raise AlreadyExistsError(
            f"There is a credential “{name}” already.",
            hint=f"To give it another secret: watchpost credentials rotate {name}",
        )


def _credential(row: Row[tuple[object, ...]]) -> Credential:
    return Credential(row.id, row.name, CredentialKind(row.kind), row.updated_at)
