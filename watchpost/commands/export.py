"""`watchpost export`: stored readings as CSV."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from storage.csv_export import OnProgress, write_csv
from storage.database import Database
from storage.errors import InvalidInputError
from storage.host import Host
from storage.hosts import find_host, list_hosts
from storage.queries import find_metric
from storage.rollup import Interval
from storage.utc import now_ms
from watchpost.configuration import Configuration
from watchpost.console import errors, is_interactive, output, print_json
from watchpost.database_access import existing_database
from watchpost.export_target import STANDARD_OUTPUT, abandon_standard_output, open_target
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.local_time import shown_zone
from watchpost.metric_list import metric_table, metrics_as_json
from watchpost.time_range import parse_range


class Format(StrEnum):
    """How the readings are written."""

    CSV = "csv"


def command(  # noqa: PLR0913 - one for each option
    *,
    metric: Annotated[list[str] | None, typer.Option(help="Which metric; may be given several times.")] = None,
    host: Annotated[
        list[str] | None, typer.Option(help="Which host; may be given several times. Without it, all.")
    ] = None,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="-90s, -1h, -7d, or ISO 8601.")] = "-1h",
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="As --from; the moment itself is left out.")] = "now",
    interval: Annotated[Interval, typer.Option(help="Readings as they are, or their mean, min and max.")] = (
        Interval.AUTO
    ),
    _form: Annotated[Format, typer.Option("--format", help="How they are written.")] = Format.CSV,
    target: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="A file, or - for standard output.")] = (
        STANDARD_OUTPUT
    ),
    force: Annotated[bool, typer.Option("--force", help="Do not ask before a file is overwritten.")] = False,
    list_metrics: Annotated[bool, typer.Option("--list-metrics", help="List the metrics that there are.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Writes stored readings of any metrics and hosts as CSV.

    Times without a zone are in the configured time zone; those in the file are UTC. Cells never start a formula.
    """
    if list_metrics:
        print_json(metrics_as_json()) if as_json else output().print(metric_table())
        return
    names = _checked_metrics(metric or [])
    chosen = configuration(database)
    with existing_database(chosen.database_url) as opened:
        hosts, span = _asked_for(opened, host or [], (start, end), chosen)
        if not force:
            _ask_before_overwriting(target)
        try:
            with open_target(target) as out, opened.reading() as connection, _progress(target) as on_progress:
                rows = write_csv(
                    out,
                    connection,
                    hosts=hosts,
                    metrics=names,
                    start=span[0],
                    end=span[1],
                    interval=interval,
                    on_progress=on_progress,
                )
        except BrokenPipeError:
            abandon_standard_output()
            raise typer.Exit from None
    errors().print(f"{rows} row{'' if rows == 1 else 's'}")


def _checked_metrics(names: Sequence[str]) -> list[str]:
    if not names:
        raise InvalidInputError(
            "Which metric?", hint="For example --metric cpu_usage_percent; --list-metrics shows all of them."
        )
    return [find_metric(name).name for name in names]


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
    console = errors()
    if not console.is_terminal or (target == STANDARD_OUTPUT and sys.stdout.isatty()):
        yield None
        return
    columns = (TextColumn("Exporting"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("export", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
