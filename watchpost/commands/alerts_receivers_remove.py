"""`watchpost alerts receivers remove`: no longer tell somebody."""

from typing import Annotated

import typer
from rich.text import Text

from storage.alerting.receiver_rows import remove_receiver
from watchpost.console import output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration
from watchpost.secret_keeping import persons_keeper


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which receiver.")],
    *,
    database: DatabaseOption = None,
) -> None:
    """Forget a receiver and take its secret out of the keyring. Refused while routes lead to it."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        gone = remove_receiver(opened, name, keeper=persons_keeper(chosen, opened))
    output().print(Text(f"“{gone.name}” is told nothing any more."))
