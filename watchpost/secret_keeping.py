"""Which keeper of secrets this run uses, and how a person is asked for them."""

import getpass
import sys

from storage.credentials import list_credentials
from storage.database import Database
from storage.errors import InvalidInputError
from storage.keyring_passphrase import AskPassphrase, passphrase_file, passphrase_source
from storage.keyrings import open_keeper
from storage.secret_keeper import KeyringChoice, SecretKeeper
from storage.settings import read_setting
from watchpost.configuration import Configuration, keyring_choice
from watchpost.console import is_interactive

SECRETS_FILE = "secrets.cfg"
_LINE_LIMIT = 8192


def chosen_backend(configuration: Configuration, database: Database) -> KeyringChoice:
    """The environment's choice, else that of the database, else the system's keyring. Never another by itself."""
    if configuration.keyring:
        return configuration.keyring
    with database.reading() as connection:
        setting = read_setting(connection, "keyring_backend")
    return keyring_choice(setting or "", "The setting keyring_backend") or KeyringChoice.SYSTEM


def keeper_for(
    configuration: Configuration, choice: KeyringChoice, *, ask: AskPassphrase | None = None, may_prompt: bool = False
) -> SecretKeeper:
    """The keeper of that choice.

    Args:
        configuration: names the file and where its passphrase is.
        choice: which place.
        ask: asks a person for the passphrase of the encrypted file; None where nobody is to be asked.
        may_prompt: whether the desktop may ask its user to unlock the keyring.
    """
    return open_keeper(
        choice,
        file=configuration.folders.data / SECRETS_FILE,
        passphrase=passphrase_source(configuration.environment, ask),
        may_prompt=may_prompt,
    )


def persons_keeper(configuration: Configuration, database: Database) -> SecretKeeper:
    """The keeper for a command that a person has typed: they are asked where that is needed and possible."""
    ask = ask_passphrase if is_interactive() else None
    choice = chosen_backend(configuration, database)
    return keeper_for(configuration, choice, ask=ask, may_prompt=is_interactive())


def ask_passphrase(new: bool) -> str:
    """Asks for the passphrase of the encrypted file; a new one twice."""
    if new:
        sys.stderr.write("The encrypted file gets a passphrase. Without it, the secrets in it are lost.\n")
    return ask_secret("Passphrase of the encrypted file", twice=new)


def ask_secret(what: str, *, twice: bool) -> str:
    """Reads a secret from the terminal without showing it. Raises InvalidInputError when the two differ."""
    secret = getpass.getpass(f"{what}: ", sys.stderr)
    if twice and getpass.getpass(f"{what}, again: ", sys.stderr) != secret:
        raise InvalidInputError("The two are not the same.", hint="Nothing was stored; try again.")
    return secret


def read_secret(what: str) -> str:
    """A secret from the terminal, or the first line of standard input where that is a pipe."""
    if is_interactive():
        return ask_secret(what, twice=True)
    return without_line_break(sys.stdin.buffer.readline(_LINE_LIMIT))


def without_line_break(content: bytes) -> str:
    """A secret as it came out of a file or pipe. Raises InvalidInputError, which does not quote it."""
    try:
        return content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise InvalidInputError("The secret is not text in UTF-8.", hint="Is it the right file?") from None


def typed_passphrase(configuration: Configuration, database: Database) -> str | None:
    """Asks for the passphrase that a poller will need, where only a person can give it; None where nobody has to.

    A poller in the background asks nobody, so this comes before it starts.

    Raises:
        KeyringUnavailableError: it does not open the file.
    """
    if chosen_backend(configuration, database) is not KeyringChoice.ENCRYPTED_FILE:
        return None
    with database.reading() as connection:
        needed = bool(list_credentials(connection))
    if not needed or passphrase_file(configuration.environment) or not is_interactive():
        return None
    passphrase = ask_passphrase(new=False)
    keeper_for(configuration, KeyringChoice.ENCRYPTED_FILE, ask=lambda _: passphrase).check()
    return passphrase
