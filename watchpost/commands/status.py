"""`watchpost status`: how hosts are, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from alerts.thresholds import from_environment
from storage.database import Database, has_database, open_database
from storage.utc import now_ms
from watchpost.console import output, print_json
from watchpost.database_access import database_to_change
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.secret_keeping import persons_keeper
from watchpost.status_json import exit_code, status_as_json
from watchpost.status_reading import Question, read_status
from watchpost.status_store import store_reports
from watchpost.status_text import status_text


def command(  # noqa: PLR0913 - one for each option
    host: Annotated[
        str | None,
        typer.Argument(
            metavar="HOST",
            help="A registered host, localhost, or [USER@]ADDRESS[:PORT] whose key is trusted; without it, all hosts.",
            show_default=False,
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit as monitoring plugins do: 0 ok, 1 warning, 2 critical, 3 unknown.")
    ] = False,
    store: Annotated[bool, typer.Option("--store", help="Write readings and findings to the database.")] = False,
    sample: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0.2, max=60, help="Over which rates are taken when a host is read now."),
    ] = 1.0,
    database: DatabaseOption = None,
) -> None:
    """Reports how hosts are, once, for people, cron and monitoring.

    A host that a poller watches is reported from the database; any other is read on the spot, which takes a second or
    two. CPU_THRESHOLD, MEMORY_THRESHOLD and DISK_THRESHOLD in the environment or in .env set the warning limits.
    """
    chosen = configuration(database)
    thresholds = from_environment(chosen.environment)
    question = Question(name=host, thresholds=thresholds, sample_s=sample, now_ms=now_ms())
    with _database(chosen.database_url, needed=store) as opened:
        reports = read_status(question, opened, lambda there: persons_keeper(chosen, there))
        if store and opened is not None:
            store_reports(opened, reports, now_ms())
    if as_json:
        print_json(status_as_json(reports))
    else:
        output().print(status_text(reports, thresholds, now_ms()))
    raise typer.Exit(exit_code(reports, check=check))


@contextmanager
def _database(url: str, *, needed: bool) -> Iterator[Database | None]:
    """The database; None where there is none and none is needed."""
    if needed:
        with database_to_change(url) as database:
            yield database
        return
    if not has_database(url):
        yield None
        return
    opened = open_database(url)
    try:
        yield opened
    finally:
        opened.close()
