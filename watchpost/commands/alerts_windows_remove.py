"""`watchpost alerts windows remove`: tell people at all times again."""

from typing import Annotated

import typer
from rich.text import Text

from storage.alerting.window_rows import remove_window
from storage.printable import printable
from watchpost.console import output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which one.")], *, database: DatabaseOption = None
) -> None:
    """Forget a maintenance window. What fires under it is told of within seconds."""
    with existing_database(configuration(database).database_url) as opened, opened.writing() as connection:
        was = remove_window(connection, name)
    output().print(Text(f"The maintenance window “{printable(was.name)}” is forgotten."))
