"""`watchpost db info`: what the database holds, and how large it will become."""

from typing import Annotated

import typer
from rich.text import Text

from storage.care.survey import survey
from storage.utc import now_ms
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import shown_zone
from watchpost.progress_bar import progress_bar
from watchpost.survey_text import LISTED_HOSTS, facts_table, hosts_table, parts_table, survey_json


def command(
    *,
    hosts: Annotated[bool, typer.Option("--hosts", help="List every host, not only the largest.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Say where the database is, what it holds, what each kind of data and each host takes, and what it will take."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            zone = shown_zone(chosen, connection)
        with progress_bar("rows") as on_step:
            found = survey(opened, now_ms=now_ms(), on_step=on_step)
    if as_json:
        print_json(survey_json(found, every_host=hosts))
        return
    out = output()
    out.print(facts_table(found))
    out.print()
    out.print(parts_table(found, zone))
    if found.hosts:
        out.print()
        out.print(hosts_table(found, zone, every=hosts))
    if not hosts and len(found.hosts) > LISTED_HOSTS:
        out.print(Text(f"and {len(found.hosts) - LISTED_HOSTS} more: --hosts lists all of them"))
