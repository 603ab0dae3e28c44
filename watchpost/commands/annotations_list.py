"""`watchpost annotations list`: what was noted."""

from typing import Annotated

import typer
from rich.text import Text

from storage.annotation import LAST_TS, Annotation
from storage.annotations import annotations_of_host, find_group, host_names, list_annotations
from storage.connection import Connection
from storage.hosts import find_host, list_hosts
from storage.printable import printable
from storage.utc import now_ms
from watchpost.annotation_text import about_text, annotation_as_json, when_text
from watchpost.console import errors, output, print_json, table
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import shown_zone
from watchpost.time_range import parse_moment, parse_range

_NOTHING = 'Nothing was noted in that time. Type: watchpost annotate "deploy 1.2"'


def command(  # noqa: PLR0913 - one for each option
    *,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="-90s, -1h, -7d, or ISO 8601.")] = "-4w",
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="As --from. Without it, also what is to come.")
    ] = None,
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Only what is about this host.")] = None,
    group: Annotated[str | None, typer.Option(metavar="GROUP", help="Only what is about hosts of this group.")] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """List what was noted, in order of time; with --host or --group what is about these, everything included."""
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        zone = shown_zone(chosen, connection)
        if end is None:
            span = parse_moment(start, now_ms=now_ms(), time_zone=zone), LAST_TS + 1
        else:
            span = parse_range(start, end, now_ms=now_ms(), time_zone=zone)
        listing = _read(connection, span, host, group)
        names = host_names(connection, {host_id for each in listing for host_id in each.host_ids})
    if as_json:
        print_json({"annotations": [annotation_as_json(each, names) for each in listing]})
        return
    if not listing:
        errors().print(Text(_NOTHING))
        return
    lines = table("ID", "WHEN", "ABOUT", "WHAT", "BY")
    for each in listing:
        cells = (str(each.id), when_text(each, zone), about_text(each, names), each.text, each.author)
        lines.add_row(*(Text(printable(cell, 4000)) for cell in cells))
    output().print(lines)


def _read(connection: Connection, span: tuple[int, int], host: str | None, group: str | None) -> list[Annotation]:
    start, end = span
    if host is not None:
        found = annotations_of_host(connection, find_host(connection, host), start=start, end=end)
    else:
        found = list_annotations(connection, start=start, end=end)
    if group is None:
        return found
    of_group = find_group(connection, group)
    ids = {each.id for each in list_hosts(connection) if each.group == of_group}
    return [
        each for each in found if each.about_everything or of_group in each.groups or ids.intersection(each.host_ids)
    ]
