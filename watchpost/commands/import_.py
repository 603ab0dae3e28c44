"""`watchpost import`: readings of a file into the database."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Annotated, cast

import typer

from storage.care.progress import OnStep, Step
from storage.errors import InvalidInputError
from storage.transfer.file_reading import TextForm
from storage.transfer.measurement_import import ImportWish, import_measurements
from storage.utc import now_ms
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
from watchpost.import_report import report_as_json, report_table, report_texts
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.progress_bar import progress_bar

_STANDARD_INPUT = "-"
_SOME_REFUSED = 3


def command(  # noqa: PLR0913 - one for each option
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where from; - is standard input.")],
    *,
    host: Annotated[
        list[str] | None,
        typer.Option(
            help="Into which host; several times. Without it, all that the file names, which have to be registered.",
            show_default=False,
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="NAME", help="Whose readings, where the file calls the host otherwise."),
    ] = None,
    form: Annotated[
        TextForm | None, typer.Option("--format", help="What the file is; else as its first line says.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be added.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Brings readings that `watchpost export` wrote, or OpenMetrics text of the same metrics, into the database.

    What is there already stays as it is, so it can be done again, also after it was cut short. Exit code 3: it worked,
    but some lines were refused.
    """
    chosen = configuration(database)
    wish = ImportWish(now_ms=now_ms(), form=form, into=host or (), of=of, dry_run=dry_run)
    with existing_database(chosen.database_url) as opened, _open(file) as stream, progress_bar() as on_step:
        report = import_measurements(
            opened,
            stream,
            wish,
            on_bytes=_reading(on_step, file),
            on_samples=lambda done, total: on_step(Step("Writing", done, total)),
        )
    if as_json:
        print_json({"dry_run": dry_run, **report_as_json(report)})
    else:
        if report.hosts:
            output().print(report_table(report))
        for text in report_texts(report, dry_run=dry_run):
            output().print(text)
    if report.refusals.found:
        raise typer.Exit(_SOME_REFUSED)


@contextmanager
def _open(file: str) -> Iterator[BufferedReader]:
    if file == _STANDARD_INPUT:
        yield cast("BufferedReader", sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as stream:
            yield stream
    except OSError as error:
        raise InvalidInputError(
            f"{file} cannot be read: {error.strerror or error}.", hint="Check its name, and that you may read it."
        ) from error


class _Reading:
    """Tells how much of the file has been read."""

    def __init__(self, on_step: OnStep, total: int) -> None:
        self._on_step = on_step
        self._total = total
        self._done = 0

    def __call__(self, count: int) -> None:
        self._done += count
        self._on_step(Step("Reading", self._done, self._total))


def _reading(on_step: OnStep, file: str) -> _Reading:
    size = Path(file).stat().st_size if file != _STANDARD_INPUT and Path(file).is_file() else 0
    return _Reading(on_step, size)
