"""`watchpost alerts routes move`: have a route looked at earlier or later."""

from typing import Annotated

import typer
from rich.text import Text

from storage.alerting.route_rows import move_route
from storage.printable import printable
from watchpost.console import output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which one.")],
    place: Annotated[int, typer.Argument(metavar="PLACE", help="Where to, 1 being the first.", min=1)],
    *,
    database: DatabaseOption = None,
) -> None:
    """Have a route looked at earlier or later than others."""
    with existing_database(configuration(database).database_url) as opened, opened.writing() as connection:
        moved = move_route(connection, name, place)
    output().print(Text(f"Route “{printable(moved.name)}” has place {moved.position} now."))
