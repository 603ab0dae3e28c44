"""`watchpost alerts routes remove`: forget a route."""

from typing import Annotated

import typer
from rich.text import Text

from storage.alerting.route_rows import find_route, list_routes, remove_route
from storage.errors import InvalidInputError
from storage.printable import printable
from watchpost.console import errors, is_interactive, output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, YesOption, configuration

_LAST = "That was the last one: from now on everybody is told of everything."


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which one.")],
    *,
    yes: YesOption = False,
    database: DatabaseOption = None,
) -> None:
    """Forget a route. What was told by it is still told to be over."""
    with existing_database(configuration(database).database_url) as opened:
        with opened.reading() as connection:
            found = find_route(connection, name)
        if not yes:
            if not is_interactive():
                raise InvalidInputError("Nobody is here to confirm the removal.", hint="Add --yes.")
            typer.confirm(f"Forget the route “{printable(found.name)}”?", abort=True, err=True)
        with opened.writing() as connection:
            gone = remove_route(connection, name)
            is_last = not list_routes(connection)
    output().print(Text(f"The route “{printable(gone.name)}” is forgotten."))
    if is_last:
        errors().print(Text(_LAST))
