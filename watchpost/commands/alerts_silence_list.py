"""`watchpost alerts silence list`: what nobody is told of for now."""

from typing import Annotated

import typer
from rich.text import Text

from storage.alerting.silence_rows import list_silences
from storage.printable import printable
from storage.utc import now_ms
from watchpost.alert_text import TEXT_LIMIT
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import moment_text, shown_zone
from watchpost.silence_text import about_text, silence_as_json


def command(
    *,
    ended: Annotated[bool, typer.Option("--ended", help="Those that are over as well.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """List silences that hold now or will."""
    chosen = configuration(database)
    now = now_ms()
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        zone = shown_zone(chosen, connection)
        found = list_silences(connection, ended_after=0 if ended else now)
    if as_json:
        print_json({"silences": [silence_as_json(each) for each in found]})
        return
    if not found:
        errors().print(Text("Nothing is silenced. Type: watchpost alerts silence add --host HOST --for 2h"))
        return
    lines = table("ID", "FROM", "TO", "ABOUT", "WHY", "BY")
    for each in found:
        times = (moment_text(each.starts_at, zone), moment_text(each.ends_at, zone))
        cells = (str(each.id), *times, about_text(each.matchers), each.comment, each.author)
        lines.add_row(*(Text(printable(cell, TEXT_LIMIT)) for cell in cells))
    output().print(lines)
