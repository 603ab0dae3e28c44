"""`watchpost credentials backend`: where secrets are kept; shown, or chosen knowingly."""

import shlex
from typing import Annotated

import typer
from rich.text import Text

from storage.credentials import list_credentials, move_secrets
from storage.database import Database
from storage.errors import InvalidInputError, KeyringUnavailableError
from storage.poller_lock import poller_is_running
from storage.secret_keeper import Credential, KeyringChoice
from storage.settings import write_setting
from watchpost.configuration import Configuration
from watchpost.console import is_interactive, output, print_json
from watchpost.database_access import database_to_change, existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.secret_keeping import SECRETS_FILE, ask_passphrase, chosen_backend, keeper_for, persons_keeper

_PLACE = {
    KeyringChoice.SYSTEM: "the keyring of this login",
    KeyringChoice.ENCRYPTED_FILE: "an encrypted file",
}


def command(
    choice: Annotated[KeyringChoice | None, typer.Argument(help="Where to keep them from now on.")] = None,
    *,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Show where secrets are kept, or choose it; those that are stored move along.

    The encrypted file is for machines without a keyring. Whoever starts the poller has to give its passphrase: typed
    at a terminal, in the file that WATCHPOST_KEYRING_PASSPHRASE_FILE names, or as systemd credential
    “watchpost-keyring”.
    """
    chosen = configuration(database)
    if choice is None:
        with existing_database(chosen.database_url) as opened:
            _show(chosen, opened, as_json=as_json)
        return
    if chosen.keyring and chosen.keyring is not choice:
        raise InvalidInputError(
            f"WATCHPOST_KEYRING says {chosen.keyring.value}, and the environment wins.",
            hint="Change it there, or unset it first.",
        )
    with database_to_change(chosen.database_url) as opened:
        lost = _choose(chosen, opened, choice)
        running = poller_is_running(opened.url)
    if as_json:
        print_json({"backend": choice.value, "enter_again": [credential.name for credential in lost]})
        return
    _tell(choice, lost, running=running)


def _show(chosen: Configuration, database: Database, *, as_json: bool) -> None:
    choice = chosen_backend(chosen, database)
    try:
        persons_keeper(chosen, database).check()
        problem = None
    except KeyringUnavailableError as error:
        problem = error
    if as_json:
        print_json({"backend": choice.value, "usable": problem is None, "problem": problem and problem.message})
        return
    place = f"{_PLACE[choice]} ({choice.value})"
    if choice is KeyringChoice.ENCRYPTED_FILE:
        place += f": {chosen.folders.data / SECRETS_FILE}"
    output().print(Text(f"Secrets are kept in {place}."))
    if problem:
        raise problem


def _choose(chosen: Configuration, database: Database, choice: KeyringChoice) -> list[Credential]:
    """Moves the secrets and writes the choice down; returns those that could not be read where they were."""
    lost: list[Credential] = []
    before = chosen_backend(chosen, database)
    ask = ask_passphrase if is_interactive() else None
    target = keeper_for(chosen, choice, ask=ask, may_prompt=is_interactive())
    if choice is not before:
        with database.reading() as connection:
            stored = list_credentials(connection)
        source = keeper_for(chosen, before, ask=ask, may_prompt=is_interactive())
        lost = move_secrets(stored, source, target) if stored else lost
    target.check()
    with database.writing() as connection:
        write_setting(connection, "keyring_backend", choice.value)
    return lost


def _tell(choice: KeyringChoice, lost: list[Credential], *, running: bool) -> None:
    console = output()
    console.print(Text(f"Secrets are kept in {_PLACE[choice]} from now on."))
    if choice is KeyringChoice.ENCRYPTED_FILE:
        console.print(Text("A poller that nobody starts at a terminal needs WATCHPOST_KEYRING_PASSPHRASE_FILE."))
    for credential in lost:
        name = shlex.quote(credential.name)
        console.print(Text(f"Could not be moved, enter it again: watchpost credentials rotate {name}"))
    if running:
        console.print(Text("A poller is running; restart it, so that it looks there, too."))
