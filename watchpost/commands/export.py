"""`watchpost export`: stored readings as CSV, Parquet or OpenMetrics text."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from storage.care.progress import Step
from storage.connection import Connection
from storage.database import Database
from storage.errors import InvalidInputError
from storage.host import Host
from storage.hosts import find_host, list_hosts
from storage.rollup import Interval
from storage.transfer.csv_export import write_selection_as_csv
from storage.transfer.openmetrics_export import write_openmetrics
from storage.transfer.parquet_export import write_parquet
from storage.transfer.selection import Selection, select
from storage.transfer.series_stream import OnProgress
from storage.utc import now_ms
from watchpost.configuration import Configuration
from watchpost.console import errors, is_interactive, output, print_json
from watchpost.database_access import existing_database
from watchpost.export_choice import ExportForm, chosen_form, chosen_hosts, chosen_interval, chosen_metrics
from watchpost.export_target import STANDARD_OUTPUT, abandon_standard_output, open_target, open_text_target
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import shown_zone
from watchpost.metric_list import metric_table, metrics_as_json
from watchpost.progress_bar import progress_bar
from watchpost.time_range import parse_range


def command(  # noqa: PLR0913 - one for each option
    *,
    metric: Annotated[
        list[str] | None, typer.Option(help="Which metric, or a pattern such as 'disk_*'; several times.")
    ] = None,
    all_metrics: Annotated[bool, typer.Option("--all-metrics", help="All metrics, computed ones as well.")] = False,
    stored: Annotated[
        bool, typer.Option("--stored", help="All counters and gauges as they were read: what can be imported again.")
    ] = False,
    host: Annotated[list[str] | None, typer.Option(help="Which host; several times. Without it, all.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="Only hosts of this group; several times.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only hosts with this tag; several times.")] = None,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="-90s, -1h, -7d, or ISO 8601.")] = "-1h",
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="As --from; the moment itself is left out.")] = "now",
    interval: Annotated[
        Interval | None,
        typer.Option(
            help="Readings as they are, or their mean, min and max; auto goes by the range.", show_default=False
        ),
    ] = None,
    form: Annotated[
        ExportForm | None,
        typer.Option("--format", help="How they are written; else as the file's ending says, or CSV."),
    ] = None,
    target: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="A file, or - for standard output.")] = (
        STANDARD_OUTPUT
    ),
    force: Annotated[bool, typer.Option("--force", help="Do not ask before a file is overwritten.")] = False,
    list_metrics: Annotated[bool, typer.Option("--list-metrics", help="List the metrics that there are.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Writes stored readings of any metrics and hosts as CSV, Parquet or OpenMetrics text.

    Times without a zone are in the configured time zone; those in the file are UTC. Cells of a CSV never start a
    formula. CSV and OpenMetrics text of readings (--interval raw) can be imported again, bit for bit.
    """
    if list_metrics:
        print_json(metrics_as_json()) if as_json else output().print(metric_table())
        return
    chosen_as = chosen_form(form, target)
    _check_not_for_eyes(chosen_as, target)
    names = chosen_metrics(metric or [], all_metrics=all_metrics, stored=stored)
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        hosts, span = _asked_for(opened, host or [], (start, end), chosen)
        hosts = chosen_hosts(hosts, group or [], tag or [])
        with opened.reading() as connection:
            how_fine = chosen_interval(interval, chosen_as, stored=stored)
            selection = select(connection, hosts, names, span, how_fine)
        if not force:
            _ask_before_overwriting(target)
        try:
            with opened.reading() as connection, _progress(target) as on_progress:
                rows = _write(chosen_as, target, connection, selection, on_progress)
        except BrokenPipeError:
            abandon_standard_output()
            raise typer.Exit from None
    word = "sample" if chosen_as is ExportForm.OPENMETRICS else "row"
    errors().print(f"{rows} {word}{'' if rows == 1 else 's'}")


def stdout_is_terminal() -> bool:
    """Whether what goes to standard output is seen by a person."""
    return sys.stdout.isatty()


def _write(
    form: ExportForm, target: str, connection: Connection, selection: Selection, on_progress: OnProgress | None
) -> int:
    if form is ExportForm.PARQUET:
        with open_target(target) as out:
            return write_parquet(out, connection, selection, on_progress)
    write = write_openmetrics if form is ExportForm.OPENMETRICS else write_selection_as_csv
    with open_text_target(target) as text:
        return write(text, connection, selection, on_progress)


def _check_not_for_eyes(form: ExportForm, target: str) -> None:
    if form is ExportForm.PARQUET and target == STANDARD_OUTPUT and stdout_is_terminal():
        raise InvalidInputError("Parquet is not for a terminal.", hint="Name a file: --output readings.parquet")


def _asked_for(
    database: Database, names: Sequence[str], times: tuple[str, str], chosen: Configuration
) -> tuple[list[Host], tuple[int, int]]:
    """Hosts and range. Raises InvalidInputError and NotFoundError."""
    with database.reading() as connection:
        zone = shown_zone(chosen, connection)
        hosts = [find_host(connection, name) for name in dict.fromkeys(names)] or list_hosts(connection)
    return hosts, parse_range(*times, now_ms=now_ms(), time_zone=zone)


def _ask_before_overwriting(target: str) -> None:
    if target != STANDARD_OUTPUT and Path(target).is_file() and is_interactive():
        typer.confirm(f"{target} is there already. Overwrite it?", abort=True, err=True)


@contextmanager
def _progress(target: str) -> Iterator[OnProgress | None]:
    """A bar on standard error, where a person sees it and it does not get between the rows."""
    if target == STANDARD_OUTPUT and stdout_is_terminal():
        yield None
        return
    with progress_bar() as on_step:
        yield lambda done, total: on_step(Step("Exporting", done, total))
