"""`watchpost checks interval`: how often checks are made."""

from typing import Annotated

import typer
from rich.text import Text

from storage.settings import read_setting, write_setting
from watchpost.console import output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, configuration


def command(
    seconds: Annotated[
        float | None, typer.Argument(metavar="[SECONDS]", help="From 5 to 86400.", show_default=False)
    ] = None,
    *,
    database: DatabaseOption = None,
) -> None:
    """Show how often checks are made, or set it, for all of them; a running poller follows within 2 s."""
    with existing_database(configuration(database).database_url) as opened:
        if seconds is not None:
            with opened.writing() as connection:
                write_setting(connection, "checks_interval_s", seconds)
        with opened.reading() as connection:
            pace_s = read_setting(connection, "checks_interval_s")
    output().print(Text(f"Checks are made every {pace_s:g} s."))
