"""Names of secrets, and the keeper that hands them out; where they lie is a store's business.

An entry of a credential is its `updated_at`, a line break and the secret, so that an old one is not taken for the one
that hosts want now. Secrets have no line breaks; entries without one are from before there were versions.
"""

import shlex
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from storage.errors import KeyringUnavailableError

SERVICE = "watchpost"
"""Under which all entries stand in a keyring."""


class KeyringChoice(StrEnum):
    """Where secrets are kept."""

    SYSTEM = "system"
    ENCRYPTED_FILE = "encrypted-file"


class CredentialKind(StrEnum):
    """What a secret is for."""

    PASSWORD = "password"  # noqa: S105 - a kind, not a secret
    """Logs in."""
    PASSPHRASE = "passphrase"  # noqa: S105 - a kind, not a secret
    """Opens a private key."""
    RECEIVER = "receiver"
    """Reaches a receiver of alerts: its URL, or the password of its mail server."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret's name. The id is drawn at random: databases that share a keyring must not share its entries."""

    id: int
    name: str
    kind: CredentialKind
    updated_at: int
    """UTC milliseconds of the last change of its secret."""


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What a person says about a secret."""

    name: str
    kind: CredentialKind
    secret: str = field(repr=False)


class SecretMissingError(KeyringUnavailableError):
    """The keyring works, but has not the secret, or not the one that holds now."""


class SecretStore(Protocol):
    """Keeps secrets by name. Each call may block; what goes wrong is a KeyringUnavailableError."""

    def check(self) -> None:
        """Proves that secrets could be read now."""

    def read(self, name: str) -> str | None:
        """The secret, or None."""

    def write(self, name: str, secret: str) -> None:
        """Keeps it, in place of an older one."""

    def delete(self, name: str) -> None:
        """Forgets it; that there is none is no error."""


class SecretKeeper:
    """Secrets of credentials, from the one place that was chosen. For any thread; calls may block.

    A secret that was read stays in memory, since the encrypted file takes 0.4 s of CPU for each reading and many hosts
    share a credential.
    """

    def __init__(self, choice: KeyringChoice, store: SecretStore) -> None:
        self.choice = choice
        self._store = store
        self._known: dict[int, tuple[int, str]] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"SecretKeeper({self.choice.value})"

    def check(self) -> None:
        """Proves that secrets could be read now. Raises KeyringUnavailableError."""
        with self._lock:
            self._store.check()

    def secret(self, credential: Credential) -> str:
        """The secret.

        Raises:
            SecretMissingError: it is not in the keyring, or only one from before it was changed.
            KeyringUnavailableError: there is no keyring, or it is locked.
        """
        with self._lock:
            known = self._known.get(credential.id)
            if known and known[0] == credential.updated_at:
                return known[1]
            kept = _parsed(self._store.read(str(credential.id)))
            if kept is None:
                raise SecretMissingError(
                    f"The secret of the credential “{credential.name}” is not in the keyring of this user.",
                    hint=_enter(credential.name),
                )
            version, secret = kept
            # Later is fine: whoever changes a secret keeps it first and writes the time of it afterwards.
            if version is not None and version < credential.updated_at:
                raise SecretMissingError(
                    f"The secret of the credential “{credential.name}” was changed, and the keyring of this user has "
                    "the old one.",
                    hint=_enter(credential.name),
                )
            self._known[credential.id] = (credential.updated_at, secret)
            return secret

    def version(self, credential_id: int) -> int | None:
        """Of when the secret is that is kept, in UTC milliseconds; None without any, or when that is not known.

        Raises:
            KeyringUnavailableError: there is no keyring, or it is locked.
        """
        with self._lock:
            kept = _parsed(self._store.read(str(credential_id)))
            return kept[0] if kept else None

    def keep(self, credential_id: int, secret: str, updated_at: int) -> None:
        """Keeps the secret as of a time, in place of an older one. Raises KeyringUnavailableError."""
        with self._lock:
            self._known.pop(credential_id, None)
            self._store.write(str(credential_id), f"{updated_at}\n{secret}")

    def forget(self, credential_id: int) -> None:
        """Forgets a secret; that there is none is no error. Raises KeyringUnavailableError."""
        with self._lock:
            self._known.pop(credential_id, None)
            self._store.delete(str(credential_id))

    def note(self, name: str) -> str | None:
        """What was noted under a name that is no credential's, or None. Raises KeyringUnavailableError."""
        with self._lock:
            return self._store.read(name)

    def write_note(self, name: str, text: str) -> None:
        """Notes something, as well guarded as a secret. Raises KeyringUnavailableError."""
        with self._lock:
            self._store.write(name, text)

    def forget_note(self, name: str) -> None:
        """Forgets a note; that there is none is no error. Raises KeyringUnavailableError."""
        with self._lock:
            self._store.delete(name)


def _parsed(entry: str | None) -> tuple[int | None, str] | None:
    """Version and secret."""
    if entry is None:
        return None
    version, line_break, secret = entry.partition("\n")
    if line_break and version.isdecimal():
        return int(version), secret
    return None, entry


def _enter(name: str) -> str:
    quoted = shlex.quote(name)
    return (
        f"Enter it here: watchpost credentials rotate {quoted}. Or have it sent here by whoever has it: "
        f"watchpost credentials send {quoted}"
    )
