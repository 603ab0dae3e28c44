"""`watchpost compare`: what changed around a moment or a span that nobody has noted."""

from typing import Annotated

import typer

from fleet.around import spans_around
from storage.annotations import find_group
from storage.connection import Connection
from storage.errors import InvalidInputError, NotFoundError
from storage.host import Host
from storage.hosts import find_host, list_hosts
from storage.utc import iso_utc, now_ms
from watchpost.comparing import (
    ByHostOption,
    MetricOption,
    SpanOption,
    compare,
    print_comparison,
    print_comparison_json,
    span_ms_of,
)
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import moment_text, shown_zone
from watchpost.time_range import parse_moment, parse_range


def command(  # noqa: PLR0913 - one for each option
    *,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="When: -90s, -1h, or ISO 8601.")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="TIME", help="Of a span: when it began.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Of a span: when it was over.")] = None,
    span: SpanOption = "1h",
    metric: MetricOption = None,
    host: Annotated[list[str] | None, typer.Option(metavar="HOST", help="This host; may be given several times.")] = (
        None
    ),
    group: Annotated[str | None, typer.Option(metavar="GROUP", help="The hosts of this group.")] = None,
    by_host: ByHostOption = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Say what changed around a moment, or around a span: the time before it against the time after it.

    As “watchpost annotations compare”, for what nobody has noted. Without --host and --group over all hosts.
    """
    span_ms = span_ms_of(span)
    chosen = configuration(database)
    now = now_ms()
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        zone = shown_zone(chosen, connection)
        if at is not None and start is None and end is None:
            first = last = parse_moment(at, now_ms=now, time_zone=zone)
        elif at is None and start is not None and end is not None:
            first, last = parse_range(start, end, now_ms=now, time_zone=zone)
        else:
            raise InvalidInputError("Around what?", hint="Give --at, or --from and --to.")
        when = moment_text(first, zone) if first == last else f"{moment_text(first, zone)} to {moment_text(last, zone)}"
        done = compare(
            connection,
            title=f"Around {when}",
            around=spans_around(first, last, span_ms=span_ms, now_ms=now),
            span_ms=span_ms,
            hosts=_hosts(connection, host or [], group),
            metrics=metric,
        )
    if as_json:
        print_comparison_json(done, by_host=by_host, more={"from": iso_utc(first), "to": iso_utc(last)})
    else:
        print_comparison(done, zone, by_host=by_host)


def _hosts(connection: Connection, named: list[str], group: str | None) -> list[Host]:
    if named and group is not None:
        raise InvalidInputError("Either hosts or a group.", hint="Give --host or --group.")
    if named:
        return [find_host(connection, name) for name in dict.fromkeys(named)]
    found = list_hosts(connection)
    if group is not None:
        of_group = find_group(connection, group)
        return [host for host in found if host.group == of_group]
    if not found:
        raise NotFoundError("There are no hosts yet.", hint="“watchpost hosts add NAME ADDRESS” registers one.")
    return found
