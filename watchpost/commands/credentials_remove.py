"""`watchpost credentials remove`: forget a credential and its secret."""

from typing import Annotated

import typer
from rich.text import Text

from storage.credentials import remove_credential
from watchpost.console import output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration
from watchpost.secret_keeping import persons_keeper


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which credential.")],
    *,
    database: DatabaseOption = None,
) -> None:
    """Forget a credential and take its secret out of the keyring. Refused while hosts use it.

    Pollers that were sent the secret forget it by themselves.
    """
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        remove_credential(opened, name, keeper=persons_keeper(chosen, opened))
    output().print(Text(f"“{name}” is forgotten, and its secret is out of the keyring."))
