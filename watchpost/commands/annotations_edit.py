"""`watchpost annotations edit`: say it otherwise, or when it was."""

from typing import Annotated

import typer
from rich.text import Text

from storage.annotations import edit_annotation, host_names
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.utc import now_ms
from watchpost.annotation_id import IdArgument
from watchpost.annotation_text import about_text, annotation_as_json, when_text
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import shown_zone
from watchpost.time_range import parse_moment


def command(  # noqa: PLR0913 - one for each option
    annotation_id: IdArgument,
    *,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="What happened.")] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="When it began: -90s, -1h, or ISO 8601.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="When it was over, such as now.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Change the text or the times of what was noted. Of a moment, --from moves it and --to makes a span of it."""
    if text is None and start is None and end is None:
        raise InvalidInputError("There is nothing to change.", hint="Give --text, --from or --to.")
    chosen = configuration(database)
    now = now_ms()
    with existing_database(chosen.database_url) as opened, opened.writing() as connection:
        zone = shown_zone(chosen, connection)
        times = [None if said is None else parse_moment(said, now_ms=now, time_zone=zone) for said in (start, end)]
        edited = edit_annotation(connection, annotation_id, text=text, start_ts=times[0], end_ts=times[1])
        names = host_names(connection, edited.host_ids)
    if as_json:
        print_json({"annotation": annotation_as_json(edited, names)})
        return
    what = f"“{printable(edited.text, 1000)}” about {about_text(edited, names)}, {when_text(edited, zone)}"
    output().print(Text(f"Annotation {edited.id}: {what}."))
