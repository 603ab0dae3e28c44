"""The keyring of the platform and the encrypted file: where secrets lie. Nothing else imports `keyring`."""

import contextlib
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from storage.deadline import within
from storage.encrypted_file import EncryptedFile
from storage.errors import KeyringUnavailableError
from storage.keyring_passphrase import AskPassphrase
from storage.secret_keeper import SERVICE, KeyringChoice, SecretKeeper

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

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
