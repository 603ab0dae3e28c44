"""Where the passphrase of the encrypted file comes from: a file, systemd's credentials folder, or a person."""

from collections.abc import Callable, Mapping
from pathlib import Path

from storage.errors import KeyringUnavailableError

FILE_VARIABLE = "WATCHPOST_KEYRING_PASSPHRASE_FILE"
SYSTEMD_VARIABLE = "CREDENTIALS_DIRECTORY"
SYSTEMD_NAME = "watchpost-keyring"
LIMIT_BYTES = 4096

AskPassphrase = Callable[[bool], str]
"""Gives the passphrase; True when it is a new one, so that a person is asked twice."""


def passphrase_file(environment: Mapping[str, str]) -> Path | None:
    """The file that the environment names for the passphrase, whether or not it is there."""
    if named := environment.get(FILE_VARIABLE):
        return Path(named).expanduser()
    if folder := environment.get(SYSTEMD_VARIABLE):
        credential = Path(folder) / SYSTEMD_NAME
        return credential if credential.exists() else None
    return None


def passphrase_source(environment: Mapping[str, str], ask: AskPassphrase | None) -> AskPassphrase:
    """Reads the file that the environment names, else asks.

    Args:
        environment: with `WATCHPOST_KEYRING_PASSPHRASE_FILE` or systemd's `CREDENTIALS_DIRECTORY`.
        ask: asks a person; None where there is nobody to ask.

    Returns:
        A function that raises KeyringUnavailableError when there is no passphrase to be had.
    """

    def source(new: bool) -> str:
        if path := passphrase_file(environment):
            return _read(path)
        if ask is None:
            raise KeyringUnavailableError(
                "The encrypted file with the secrets needs its passphrase, and nobody is here to type it.",
                hint=f"Put it into a file that only this user can read and name that in {FILE_VARIABLE}, "
                f"or hand it over with systemd (LoadCredential={SYSTEMD_NAME}:PATH).",
            )
        return _checked(ask(new), "The passphrase is empty.")

    return source


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT_BYTES + 1)
    except OSError as error:
        raise KeyringUnavailableError(
            f"The passphrase file {path} cannot be read: {error.strerror}.",
            hint=f"Check {FILE_VARIABLE} and the owner and mode of that file.",
        ) from error
    if len(content) > LIMIT_BYTES:
        raise KeyringUnavailableError(
            f"The passphrase file {path} is larger than {LIMIT_BYTES} bytes.",
            hint="It has to hold the passphrase and nothing else.",
        )
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise KeyringUnavailableError(
            f"The passphrase file {path} is not text in UTF-8.", hint="It has to hold the passphrase and nothing else."
        ) from None  # the error quotes the bytes
    return _checked(text.rstrip("\r\n"), f"The passphrase file {path} is empty.")


def _checked(passphrase: str, complaint: str) -> str:
    if not passphrase.strip():
        raise KeyringUnavailableError(complaint, hint="An empty passphrase protects nothing; choose a real one.")
    return passphrase
