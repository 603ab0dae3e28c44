"""`watchpost alerts heartbeat`: have an outside watcher told every minute that readings are stored."""

import asyncio
from typing import Annotated

import typer
from rich.text import Text

from poller.notifying.heartbeat import CREDENTIAL, ask
from storage.credentials import add_credential, list_credentials, remove_credential, replace_secret
from storage.errors import InvalidInputError
from storage.secret_keeper import CredentialKind, NewCredential
from storage.utc import now_ms
from watchpost.console import errors, output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration
from watchpost.secret_input import FromFileOption, secret_from
from watchpost.secret_keeping import persons_keeper
from watchpost.secret_sending import ConfirmOption, addressees, tell_whereabouts


def command(
    *,
    set_url: Annotated[bool, typer.Option("--set", help="Ask for the URL and keep it.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Ask nobody any more.")] = False,
    from_file: FromFileOption = None,
    confirm: ConfirmOption = None,
    database: DatabaseOption = None,
) -> None:
    """Have a URL asked every minute, so that somebody outside notices when Watchpost itself is gone.

    It is asked for as long as readings are stored, by one poller for all. Such a URL is had from a service like
    healthchecks.io, or from a machine of one's own; as it tells who may say that we live, it lies in the keyring.
    """
    if set_url and remove:
        raise InvalidInputError("Set it or remove it.", hint="Give --set or --remove.")
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            known = next((each for each in list_credentials(connection) if each.name == CREDENTIAL), None)
        if known is not None and known.kind is not CredentialKind.RECEIVER:
            raise InvalidInputError(
                f"The name “{CREDENTIAL}” is taken by a {known.kind.value}.", hint="Give that credential another name."
            )
        if remove:
            remove_credential(opened, CREDENTIAL, keeper=persons_keeper(chosen, opened))
            output().print(Text("Nobody outside is told any more."))
            return
        if not set_url and from_file is None:
            _show(is_set=known is not None)
            return
        url = secret_from(CREDENTIAL, CredentialKind.RECEIVER, from_file).strip()
        # Before it is kept: one that does not answer would be found out by nobody.
        asyncio.run(ask(url))
        found = addressees(chosen, opened, persons_keeper(chosen, opened), confirm)
        if known is None:
            new = NewCredential(CREDENTIAL, CredentialKind.RECEIVER, url)
            add_credential(opened, new, now_ms=now_ms(), keeper=found.kept_by(), to=found.confirmed)
        else:
            replace_secret(opened, CREDENTIAL, url, now_ms=now_ms(), keeper=found.kept_by(), to=found.confirmed)
    output().print(Text("The watcher has answered, and is told every minute from now on."))
    tell_whereabouts(CREDENTIAL, found)


def _show(*, is_set: bool) -> None:
    if is_set:
        output().print(Text("An outside watcher is told every minute, as long as readings are stored."))
    else:
        errors().print(Text("Nobody outside is told. Type: watchpost alerts heartbeat --set"))
