"""`watchpost credentials add`: store a secret under a name."""

from typing import Annotated

import typer
from rich.text import Text

from storage.credentials import add_credential
from storage.errors import InvalidInputError
from storage.secret_keeper import CredentialKind, NewCredential
from storage.utc import now_ms
from watchpost.console import output
from watchpost.database_access import database_to_change
from watchpost.invocation import DatabaseOption, configuration
from watchpost.secret_input import FromFileOption, secret_from
from watchpost.secret_keeping import persons_keeper
from watchpost.secret_sending import ConfirmOption, addressees, tell_whereabouts


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it; hosts refer to it by this name.")],
    *,
    kind: Annotated[
        CredentialKind, typer.Option("--kind", help="A password to log in with, or the passphrase of a key.")
    ] = CredentialKind.PASSWORD,
    from_file: FromFileOption = None,
    confirm: ConfirmOption = None,
    database: DatabaseOption = None,
) -> None:
    """Store a password or passphrase under a name, for any number of hosts.

    It is asked for without being shown, or read from standard input where that is a pipe; never from the command
    line, which others can see. It lies in the keyring, not in the database. Pollers that have another keyring, as
    those of another user or machine, are sent it sealed, so that only they can open it.
    """
    if kind is CredentialKind.RECEIVER:
        raise InvalidInputError(
            "What a receiver of alerts is reached with is stored together with the receiver.",
            hint="Type: watchpost alerts receivers add NAME",
        )
    chosen = configuration(database)
    with database_to_change(chosen.database_url) as opened:
        new = NewCredential(name, kind, secret_from(name, kind, from_file))
        found = addressees(chosen, opened, persons_keeper(chosen, opened), confirm)
        add_credential(opened, new, now_ms=now_ms(), keeper=found.kept_by(), to=found.confirmed)
    output().print(Text(f"“{name}” is stored as a {kind.value}. Use it: watchpost hosts edit HOST --credential {name}"))
    tell_whereabouts(name, found)
