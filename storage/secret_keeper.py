"""Names of secrets, and the keeper that hands them out; where they lie is a store's business."""

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from storage.errors import KeyringUnavailableError


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
            KeyringUnavailableError: there is no keyring, it is locked, or the secret is not in it.
        """
        with self._lock:
            known = self._known.get(credential.id)
            if known and known[0] == credential.updated_at:
                return known[1]
            secret = self._store.read(str(credential.id))
            if secret is None:
                raise KeyringUnavailableError(
                    f"The secret of the credential “{credential.name}” is not in the keyring of this user.",
                    hint=f"Enter it again: watchpost credentials add {credential.name} --replace",
                )
            self._known[credential.id] = (credential.updated_at, secret)
            return secret

    def keep(self, credential_id: int, secret: str) -> None:
        """Keeps a secret, in place of an older one. Raises KeyringUnavailableError."""
        with self._lock:
            self._known.pop(credential_id, None)
            self._store.write(str(credential_id), secret)

    def forget(self, credential_id: int) -> None:
        """Forgets a secret; that there is none is no error. Raises KeyringUnavailableError."""
        with self._lock:
            self._known.pop(credential_id, None)
            self._store.delete(str(credential_id))
