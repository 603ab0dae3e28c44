"""Named credentials: the name and kind lie in the database, the secret in the keyring of whoever polls."""

import contextlib
import importlib
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Row, select

from storage.database import Database
from storage.deadline import within
from storage.encrypted_file import EncryptedFile
from storage.errors import (
    AlreadyExistsError,
    InvalidInputError,
    KeyringUnavailableError,
    NotFoundError,
    WatchpostError,
)
from storage.keyring_passphrase import AskPassphrase
from storage.schema import credentials, hosts
from storage.secret_keeper import Credential, CredentialKind, KeyringChoice, NewCredential, SecretKeeper

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

__all__ = [
    "Credential",
    "CredentialKind",
    "KeyringChoice",
    "NewCredential",
    "SecretKeeper",
    "add_credential",
    "credentials_mark",
    "find_credential",
    "hosts_using",
    "list_credentials",
    "move_secrets",
    "open_keeper",
    "remove_credential",
    "replace_secret",
    "secret_of",
]

SERVICE = "watchpost"
NAME_LIMIT = 255
SECRET_LIMIT = 4096
ANSWER_TIMEOUT_S = 20.0
PROMPT_TIMEOUT_S = 120.0
"""How long a person has to type the passphrase into the desktop's own dialogue."""

Answer = TypeVar("Answer")

WAYS_OUT = (
    "Secrets need a keyring: start one (gnome-keyring, KWallet), or choose the encrypted file knowingly with "
    "“watchpost credentials backend encrypted-file” (or WATCHPOST_KEYRING=encrypted-file)."
)


class SystemKeyring:
    """The keyring of the platform, chosen by name: keyring's own chain may pick a plain-text file that prompts."""

    def __init__(self, *, may_prompt: bool, deadline_s: float = ANSWER_TIMEOUT_S) -> None:
        self._may_prompt = may_prompt
        self._deadline_s = deadline_s + (PROMPT_TIMEOUT_S if may_prompt else 0)
        self._backend: KeyringBackend | None = None

    def check(self) -> None:
        """Proves that secrets could be read now. Raises KeyringUnavailableError."""
        self._ask(self._opened)

    def read(self, name: str) -> str | None:
        """The secret, or None. Raises KeyringUnavailableError."""
        return self._ask(lambda: self._opened().get_password(SERVICE, name))

    def write(self, name: str, secret: str) -> None:
        """Keeps the secret, in place of an older one. Raises KeyringUnavailableError."""
        self._ask(lambda: self._opened().set_password(SERVICE, name, secret))

    def delete(self, name: str) -> None:
        """Forgets the secret; that there is none is no error. Raises KeyringUnavailableError."""
        with contextlib.suppress(_errors().PasswordDeleteError):
            self._ask(lambda: self._opened().delete_password(SERVICE, name))

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        """Neither D-Bus nor its services have deadlines of their own: one that hangs would hang us."""
        try:
            return within(self._deadline_s, question)
        except _errors().PasswordDeleteError:
            raise
        except TimeoutError as error:
            raise KeyringUnavailableError(
                f"The keyring has not answered for {self._deadline_s:.0f} s.",
                hint=f"Restart it, or log in to the desktop anew. {WAYS_OUT}",
            ) from error
        except _backend_errors() as error:
            raise KeyringUnavailableError(f"The keyring refused: {error}", hint=WAYS_OUT) from error

    def _opened(self) -> "KeyringBackend":
        """The backend, proven anew each time: a desktop locks its keyring when it likes."""
        if sys.platform == "darwin":
            return self._loaded("keyring.backends.macOS", "Keyring")
        if sys.platform == "win32":
            return self._loaded("keyring.backends.Windows", "WinVaultKeyring")
        secret_service = importlib.import_module("storage.secret_service")
        try:
            secret_service.open_default_collection(
                prompt_s=PROMPT_TIMEOUT_S if self._may_prompt else None, ways_out=WAYS_OUT
            )
        except KeyringUnavailableError:
            wallet = importlib.import_module("keyring.backends.kwallet").DBusKeyring
            if not wallet.viable:
                raise
            return self._loaded("keyring.backends.kwallet", "DBusKeyring")
        return self._loaded("keyring.backends.SecretService", "Keyring")

    def _loaded(self, module: str, name: str) -> "KeyringBackend":
        backend_class: type[KeyringBackend] = getattr(importlib.import_module(module), name)
        if not isinstance(self._backend, backend_class):
            self._backend = backend_class()
        return self._backend


def open_keeper(
    choice: KeyringChoice, *, file: Path, passphrase: AskPassphrase, may_prompt: bool = False
) -> SecretKeeper:
    """A keeper for the place that was chosen; nothing is opened before a secret is asked for.

    Args:
        choice: where secrets are.
        file: of the encrypted file.
        passphrase: gives the passphrase of the encrypted file.
        may_prompt: whether the desktop may ask its user to unlock the keyring.
    """
    if choice is KeyringChoice.SYSTEM:
        return SecretKeeper(choice, SystemKeyring(may_prompt=may_prompt))
    return SecretKeeper(choice, EncryptedFile(file, SERVICE, passphrase, _crypt_file))


def add_credential(database: Database, new: NewCredential, *, now_ms: int, keeper: SecretKeeper) -> Credential:
    """Names a secret and keeps it.

    The keyring is asked outside any transaction: it may wait for a person, and the recorder for nobody.

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
    keeper.keep(credential.id, new.secret)
    try:
        with database.writing() as connection:
            _refuse_taken(connection, new.name)
            connection.execute(
                credentials.insert().values(
                    id=credential.id, name=new.name, kind=new.kind.value, created_at=now_ms, updated_at=now_ms
                )
            )
    except WatchpostError:
        keeper.forget(credential.id)
        raise
    return credential


def replace_secret(database: Database, name: str, secret: str, *, now_ms: int, keeper: SecretKeeper) -> Credential:
    """Gives a credential another secret; every host that uses it gets the new one.

    Raises:
        InvalidInputError: the secret cannot be used.
        NotFoundError: there is no such credential.
        KeyringUnavailableError: the secret cannot be kept; the old one stays.
    """
    _check_secret(secret)
    with database.reading() as connection:
        old = find_credential(connection, name)
    keeper.keep(old.id, secret)
    # Strictly later even when the clock was set back: that it differs is how pollers notice.
    updated_at = max(now_ms, old.updated_at + 1)
    with database.writing() as connection:
        connection.execute(credentials.update().where(credentials.c.id == old.id).values(updated_at=updated_at))
    return Credential(old.id, old.name, old.kind, updated_at)


def remove_credential(database: Database, name: str, *, keeper: SecretKeeper) -> None:
    """Forgets a credential and its secret.

    Raises:
        NotFoundError: there is no such credential.
        InvalidInputError: hosts use it; the message names them.
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
            target.keep(credential.id, secret)
    for credential in moved:
        if credential not in lost:
            source.forget(credential.id)
    return lost


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
            hint=f"To give it another secret: watchpost credentials add {name} --replace",
        )


def _credential(row: Row[tuple[object, ...]]) -> Credential:
    return Credential(row.id, row.name, CredentialKind(row.kind), row.updated_at)


def _errors() -> Any:  # noqa: ANN401 - a module
    """Of keyring, which is loaded when a secret is first asked for: it takes 60 ms that a window cannot spare."""
    return importlib.import_module("keyring.errors")


def _crypt_file() -> Any:  # noqa: ANN401 - it has no types
    return importlib.import_module("keyrings.cryptfile.cryptfile").CryptFileKeyring()


def _backend_errors() -> tuple[type[Exception], ...]:
    if sys.platform in {"darwin", "win32"}:
        return (_errors().KeyringError, OSError)
    # D-Bus's own errors pass through keyring as they are, and their module is only there on Linux.
    return (_errors().KeyringError, *importlib.import_module("storage.secret_service").SERVICE_ERRORS)
