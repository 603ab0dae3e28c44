"""`watchpost annotations compare`: what changed around what was noted."""

from typing import Annotated

import typer

from fleet.around import spans_around
from storage.annotation import Annotation
from storage.annotations import find_annotation, host_names
from storage.connection import Connection
from storage.errors import NotFoundError
from storage.host import Host
from storage.hosts import find_host, list_hosts
from storage.utc import now_ms
from watchpost.annotation_id import IdArgument
from watchpost.annotation_text import about_text, annotation_as_json
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
from watchpost.local_time import shown_zone


def command(  # noqa: PLR0913 - one for each option
    annotation_id: IdArgument,
    *,
    span: SpanOption = "1h",
    metric: MetricOption = None,
    host: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="This host, in place of those it is about; may be given several times."),
    ] = None,
    by_host: ByHostOption = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Say what changed around what was noted: mean, 95th percentile and largest value of each metric.

    The time before its start is compared with the time after its end, over all hosts that it is about.
    """
    span_ms = span_ms_of(span)
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened, opened.reading() as connection:
        zone = shown_zone(chosen, connection)
        noted = find_annotation(connection, annotation_id)
        names = host_names(connection, noted.host_ids)
        around = spans_around(noted.start_ts, noted.end_ts, span_ms=span_ms, now_ms=now_ms())
        done = compare(
            connection,
            title=f"Annotation {noted.id}, “{noted.text}”, about {about_text(noted, names)}",
            around=around,
            span_ms=span_ms,
            hosts=_hosts(connection, noted, host or []),
            metrics=metric,
        )
    if as_json:
        print_comparison_json(done, by_host=by_host, more={"annotation": annotation_as_json(noted, names)})
    else:
        print_comparison(done, zone, by_host=by_host)


def _hosts(connection: Connection, noted: Annotation, named: list[str]) -> list[Host]:
    if named:
        return [find_host(connection, name) for name in dict.fromkeys(named)]
    found = [host for host in list_hosts(connection) if noted.is_about(host.id, host.group)]
    if not found:
        raise NotFoundError(
            f"No host that annotation {noted.id} is about is there any more.", hint="Name others with --host."
        )
    return found
