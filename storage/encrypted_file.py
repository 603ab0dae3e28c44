"""The encrypted file for secrets, where there is no keyring: AES-GCM under a key that Argon2 makes of a passphrase.

The cipher and the format are those of `keyrings.cryptfile`; here is what it leaves out: the file is replaced as a
whole, never half written, is readable by its owner alone, and a damaged one is not taken for a new one.
"""

import configparser
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from storage.errors import KeyringUnavailableError
from storage.keyring_passphrase import AskPassphrase

LIMIT_BYTES = 16 * 1024 * 1024
LOCK_TIMEOUT_S = 10.0
_SETTINGS_SECTION = "keyring_2Dsetting"
_SETTINGS = frozenset({"password_20reference", "scheme", "version"})
_SCHEME = "[Argon2] AES128.GCM"


class Ring(Protocol):
    """What is used of `keyrings.cryptfile`. A wrong key or a damaged entry is a ValueError there."""

    file_path: str
    keyring_key: str

    def get_password(self, service: str, username: str) -> str | None:
        """Takes 0.4 s of two cores and 64 MB: Argon2 is meant to be slow."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Writes the file anew."""

    def delete_password(self, service: str, username: str) -> None:
        """Raises keyring's PasswordDeleteError when there is none."""


class EncryptedFile:
    """Secrets by name in one file. Not for several threads at once: each reading takes 64 MB."""

    def __init__(self, path: Path, service: str, passphrase: AskPassphrase, make_ring: Callable[[], Ring]) -> None:
        self._path = path
        self._service = service
        self._passphrase = passphrase
        self._make_ring = make_ring
        self._ring: Ring | None = None

    def check(self) -> None:
        """Proves that the passphrase opens the file, when there is one. Raises KeyringUnavailableError."""
        if self._path.exists():
            self._opened(self._path)

    def read(self, name: str) -> str | None:
        """The secret, or None when the file has none of that name. Raises KeyringUnavailableError."""
        if not self._path.exists():
            return None
        ring = self._opened(self._path)
        try:
            return ring.get_password(self._service, name)
        except (ValueError, KeyError) as error:
            self._ring = None
            raise self._damaged() from error

    def write(self, name: str, secret: str) -> None:
        """Keeps the secret, in place of an older one. The first one makes the file."""
        with self._replacing() as ring:
            ring.set_password(self._service, name, secret)

    def delete(self, name: str) -> None:
        """Forgets the secret; that there is none is no error."""
        if self.read(name) is None:
            return
        with self._replacing() as ring:
            ring.delete_password(self._service, name)

    @contextmanager
    def _replacing(self) -> Iterator[Ring]:
        """A ring on a copy of the file, which takes the file's place when all went well."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(f"{self._path}.lock", timeout=LOCK_TIMEOUT_S, mode=0o600), self._draft() as draft:
                ring = self._opened(draft)
                ring.file_path = str(draft)
                yield ring
                _sync(draft)
                draft.replace(self._path)
                ring.file_path = str(self._path)
        except Timeout as error:
            raise KeyringUnavailableError(
                f"Another program has been writing to {self._path} for long.", hint="Try again in a moment."
            ) from error
        except OSError as error:
            self._ring = None
            raise KeyringUnavailableError(
                f"The encrypted file {self._path} cannot be written: {error.strerror}.",
                hint="Check its folder: owner, mode and free space.",
            ) from error

    @contextmanager
    def _draft(self) -> Iterator[Path]:
        handle, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        os.close(handle)
        draft = Path(name)
        try:
            if self._path.exists():
                draft.write_bytes(self._path.read_bytes())
            yield draft
        finally:
            draft.unlink(missing_ok=True)

    def _opened(self, path: Path) -> Ring:
        """A ring whose passphrase is proven to be right; asks for it once."""
        if self._ring is None:
            self._check_structure()
            passphrase = self._passphrase(not self._path.exists())
            ring = self._make_ring()
            ring.file_path = str(path)
            try:
                ring.keyring_key = passphrase
            except (ValueError, KeyError):
                raise KeyringUnavailableError(
                    f"The passphrase does not open the encrypted file {self._path}.",
                    hint="Try again; if it is lost, move the file away and enter the secrets anew "
                    "(watchpost credentials rotate NAME).",
                ) from None
            self._ring = ring
        return self._ring

    def _check_structure(self) -> None:
        """A file without the marks of the library would be taken for a new one, and any passphrase accepted."""
        if not self._path.exists():
            return
        parser = configparser.RawConfigParser()
        try:
            with self._path.open("rb") as file:
                parser.read_string(file.read(LIMIT_BYTES).decode())
        except OSError as error:
            raise KeyringUnavailableError(
                f"The encrypted file {self._path} cannot be read: {error.strerror}.",
                hint="Check its owner and mode.",
            ) from error
        except (configparser.Error, UnicodeDecodeError) as error:
            raise self._damaged() from error
        if not parser.has_section(_SETTINGS_SECTION) or not set(parser.options(_SETTINGS_SECTION)) >= _SETTINGS:
            raise self._damaged()
        if parser.get(_SETTINGS_SECTION, "scheme") != _SCHEME:
            raise self._damaged()

    def _damaged(self) -> KeyringUnavailableError:
        return KeyringUnavailableError(
            f"The encrypted file {self._path} is damaged.",
            hint="Restore it from a backup, or move it away and enter the secrets anew "
            "(watchpost credentials rotate NAME).",
        )


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
