"""`watchpost hosts restore`: undo a removal."""

from typing import Annotated

import typer
from rich.text import Text

from storage.hosts import restore_host
from watchpost.console import output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which host.")],
    *,
    database: DatabaseOption = None,
) -> None:
    """Bring a removed host back, with its settings and its history."""
    with existing_database(configuration(database).database_url) as opened, opened.writing() as connection:
        host = restore_host(connection, name)
    output().print(Text(f"{host.name} is back."))
