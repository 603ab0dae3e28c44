"""`watchpost alerts silence remove`: tell people again."""

from typing import Annotated

import typer
from rich.text import Text

from storage.alerting.silence_rows import end_silence
from storage.printable import printable
from storage.utc import now_ms
from watchpost.alert_text import TEXT_LIMIT
from watchpost.console import output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration
from watchpost.silence_text import about_text


def command(
    silence: Annotated[
        int, typer.Argument(metavar="ID", help="Which one; “watchpost alerts silence list” tells.", min=1)
    ],
    *,
    database: DatabaseOption = None,
) -> None:
    """End a silence now. What fires under it is told of within seconds."""
    with existing_database(configuration(database).database_url) as opened, opened.writing() as connection:
        was = end_silence(connection, silence, now_ms())
    output().print(Text(printable(f"Silence {was.id} about {about_text(was.matchers)} is over.", TEXT_LIMIT)))
