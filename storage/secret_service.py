"""The Secret Service of a Linux desktop: whether it is there, and whether it is open. Nothing here reads a secret."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import secretstorage
from jeepney import DBusErrorResponse
from jeepney.io.blocking import DBusConnection
from secretstorage.exceptions import ItemNotFoundException, SecretServiceNotAvailableException, SecretStorageException

from storage.errors import KeyringUnavailableError

NO_SESSION: tuple[type[Exception], ...] = (SecretServiceNotAvailableException, OSError, ValueError)
SERVICE_ERRORS: tuple[type[Exception], ...] = (SecretStorageException, DBusErrorResponse, OSError)
_UNLOCK = "Unlock it (log in to the desktop, or open “Passwords and Keys”) and try again."


def open_default_collection(*, prompt_s: float | None, ways_out: str) -> None:
    """Makes sure that the default collection is there and unlocked.

    The keyring library would pop up a dialogue by itself, and wait for it without end; a poller in the background
    must do neither.

    Args:
        prompt_s: how long the desktop may ask its user to unlock it; None when it must not ask.
        ways_out: the hint for every failure.

    Raises:
        KeyringUnavailableError: no D-Bus session, no Secret Service on it, or it stays locked.
    """
    try:
        bus = secretstorage.dbus_init()
    except NO_SESSION as error:
        raise KeyringUnavailableError(
            "There is no keyring here: this login has no working D-Bus session.", hint=ways_out
        ) from error
    with closing(bus), _telling_apart(ways_out):
        if not secretstorage.check_service_availability(bus):
            raise KeyringUnavailableError(
                "There is no keyring here: no Secret Service runs in this D-Bus session.", hint=ways_out
            )
        if _is_locked(bus, prompt_s):
            raise KeyringUnavailableError("The keyring is locked.", hint=f"{_UNLOCK} {ways_out}")


@contextmanager
def _telling_apart(ways_out: str) -> Iterator[None]:
    """What the service may answer to any call, as our own error. Its texts quote no secret."""
    try:
        yield
    except TimeoutError as error:
        raise KeyringUnavailableError("The keyring is locked.", hint=f"{_UNLOCK} {ways_out}") from error
    except SERVICE_ERRORS as error:
        raise KeyringUnavailableError(f"The keyring does not answer: {error}", hint=ways_out) from error


def _is_locked(bus: DBusConnection, prompt_s: float | None) -> bool:
    try:
        collection = secretstorage.Collection(bus)
    except ItemNotFoundException:
        # There is none yet; making one asks for a passphrase.
        return prompt_s is None
    if collection.is_locked() and prompt_s is not None:
        collection.unlock(timeout=prompt_s)
    return collection.is_locked()
