"""`watchpost alerts receivers show`: all that is known of a receiver, but for its secret."""

from typing import Annotated

import msgspec
import typer
from rich.text import Text

from alerts.receivers.options import options_of
from storage.alerting.receiver_rows import find_receiver, receiver_credential, routes_to
from storage.errors import InvalidInputError
from storage.printable import printable
from watchpost.console import output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import moment_text, shown_zone
from watchpost.receiver_text import receiver_as_json

_TEXT_LIMIT = 2000


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which receiver.")],
    *,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Show a receiver with all of its options, those that nobody has set included. Its secret is not shown."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        receiver = find_receiver(connection, name)
        credential = receiver_credential(connection, receiver)
        routes = routes_to(connection, name)
        zone = shown_zone(chosen, connection)
    if as_json:
        print_json(receiver_as_json(receiver, None if credential is None else credential.name, routes))
        return
    lines = table("", "")
    lines.show_header = False
    facts = [
        ("name", receiver.name),
        ("by", receiver.kind.value),
        ("enabled", "yes" if receiver.enabled else "no"),
        ("secret", f"the credential “{credential.name}”" if credential else "none"),
        ("routes", ", ".join(routes) or "none: it is told nothing"),
        ("changed", moment_text(receiver.updated_at, zone)),
    ]
    try:
        used = msgspec.to_builtins(options_of(receiver.kind, receiver.options))
        facts += [(f"option {key}", _value_text(value)) for key, value in used.items()]
    except InvalidInputError as error:
        facts.append(("cannot be used", error.message))
    for label, value in facts:
        lines.add_row(Text(label), Text(printable(value, _TEXT_LIMIT)))
    output().print(lines)


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
