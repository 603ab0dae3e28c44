"""`watchpost annotate`: note what happened, so that charts and comparisons can show it."""

from datetime import tzinfo
from typing import Annotated

import typer
from rich.text import Text

from storage.annotation import NewAnnotation
from storage.annotations import add_annotation, host_names
from storage.errors import InvalidInputError
from storage.utc import now_ms
from watchpost.annotation_text import about_text, annotation_as_json, when_text
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import shown_zone
from watchpost.login_name import login_name
from watchpost.time_range import parse_moment, parse_range


def command(  # noqa: PLR0913 - one for each option
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What happened, such as “deploy 1.2”.")],
    *,
    host: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="About this host; may be given several times.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(metavar="GROUP", help="About this group; may be given several times.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="When: -90s, -1h, or ISO 8601. Without it, now.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Of a span: when it began, as --at.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Of a span: when it was over; without it, now.")
    ] = None,
    author: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who notes it; without it, whoever is logged in.")
    ] = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Note what happened: a deployment, a maintenance. Without --host and --group it is about everything.

    “watchpost annotations compare ID” then says what changed.
    """
    chosen = configuration(database)
    now = now_ms()
    with existing_database(chosen.database_url) as opened:
        with opened.reading() as connection:
            zone = shown_zone(chosen, connection)
        start_ts, end_ts = _times((at, start, end), now, zone)
        new = NewAnnotation(
            text=text,
            start_ts=start_ts,
            end_ts=end_ts,
            hosts=tuple(host or ()),
            groups=tuple(group or ()),
            author=login_name() if author is None else author,
        )
        with opened.writing() as connection:
            added = add_annotation(connection, new, now)
            names = host_names(connection, added.host_ids)
    if as_json:
        print_json({"annotation": annotation_as_json(added, names)})
        return
    output().print(Text(f"Annotation {added.id} about {about_text(added, names)}, {when_text(added, zone)}."))


def _times(said: tuple[str | None, str | None, str | None], now: int, zone: tzinfo | None) -> tuple[int, int]:
    """Start and end from --at, --from and --to; the same for a moment."""
    at, start, end = said
    if start is None:
        if end is not None:
            raise InvalidInputError("--to is the end of a span.", hint="Give its start with --from as well.")
        moment = parse_moment(at or "now", now_ms=now, time_zone=zone)
        return moment, moment
    if at is not None:
        raise InvalidInputError("It is about a moment or about a span.", hint="Give --at, or --from and --to.")
    return parse_range(start, end or "now", now_ms=now, time_zone=zone)
