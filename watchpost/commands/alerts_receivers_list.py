"""`watchpost alerts receivers list`: who is told of alerts; never with what they are reached."""

from rich.text import Text

from storage.alerting.receiver_rows import list_receivers, receiver_credential, routes_to
from storage.alerting.route_rows import list_routes
from storage.printable import printable
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.receiver_text import receiver_as_json, whom_text

_TEXT_LIMIT = 2000


def command(*, as_json: JsonOption = False, database: DatabaseOption = None) -> None:
    """List who is told of alerts, and by which routes. URLs and passwords are not shown."""
    with existing_database(configuration(database).database_url) as opened, opened.reading() as connection:
        found = [
            (each, receiver_credential(connection, each), routes_to(connection, each.name))
            for each in list_receivers(connection)
        ]
        # Without any route everybody is told of everything; with the first one, only who stands in one is.
        of_none = "none: told of nothing" if list_routes(connection) else "every alert"
    if as_json:
        print_json(
            {
                "receivers": [
                    receiver_as_json(receiver, None if credential is None else credential.name, routes)
                    for receiver, credential, routes in found
                ]
            }
        )
        return
    if not found:
        errors().print(Text("Nobody is told of alerts yet. Type: watchpost alerts receivers add NAME --by email"))
        return
    lines = table("NAME", "BY", "WHO", "ROUTES", "")
    for receiver, _credential, routes in found:
        state = "" if receiver.enabled else "off"
        cells = (receiver.name, receiver.kind.value, whom_text(receiver), ", ".join(routes) or of_none, state)
        lines.add_row(*(Text(printable(cell, _TEXT_LIMIT)) for cell in cells))
    output().print(lines)
