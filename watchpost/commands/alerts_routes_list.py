"""`watchpost alerts routes list`: who is told of what, in the order in which it is looked at."""

from rich.text import Text

from storage.alerting.route_rows import list_routes
from storage.printable import printable
from watchpost.alert_text import TEXT_LIMIT
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.route_text import route_as_json, route_cells


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """List routes in their order."""
    with existing_database(configuration(database).database_url) as opened, opened.reading() as connection:
        found = list_routes(connection)
    if as_json:
        print_json({"routes": [route_as_json(each) for each in found]})
        return
    if not found:
        errors().print(Text("There is no route: everybody is told of everything. Type: watchpost alerts routes add"))
        return
    lines = table("", "NAME", "ABOUT", "FROM", "WHEN", "TO", "NEXT", "")
    for each in found:
        lines.add_row(*(Text(printable(cell, TEXT_LIMIT)) for cell in (str(each.position), *route_cells(each))))
    output().print(lines)
