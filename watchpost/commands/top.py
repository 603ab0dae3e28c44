"""`watchpost top`: all hosts, live; or once, as a table or JSON."""

import sys
from typing import Annotated

import typer

from alerts.thresholds import Thresholds, from_environment
from fleet.order import SortKey, sort_fleet
from fleet.state import read_fleet_state
from storage.utc import now_ms
from watchpost.console import errors, output, print_json
from watchpost.database_access import existing_database
from watchpost.fleet_summary import fleet_summary
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.reading_json import reading_as_json

_NOTE = "This only shows what a poller reads: “watchpost run”, or “watchpost” without a command."
_EMPTY = "No hosts yet. Register one with “watchpost hosts add NAME [USER@]ADDRESS”."


def command(
    *,
    once: Annotated[bool, typer.Option("--once", help="Print one table and end.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Shows all registered hosts, live, as a poller reads them.

    Where the output is no terminal, or with --once or --json, it prints what there is now and ends.
    """
    chosen = configuration(database)
    thresholds = from_environment(chosen.environment)
    if once or as_json or not sys.stdout.isatty() or not sys.stdin.isatty():
        _print_once(chosen.database_url, thresholds, as_json=as_json)
        return
    # Textual takes 0.3 s to import.
    from watchpost.terminal.app import run  # noqa: PLC0415

    raise typer.Exit(run(chosen.database_url, thresholds=thresholds, time_zone=chosen.time_zone, note=_NOTE))


def _print_once(url: str, thresholds: Thresholds, *, as_json: bool) -> None:
    now = now_ms()
    with existing_database(url) as opened, opened.reading() as connection:
        state = read_fleet_state(connection, now)
    readings = sort_fleet(state.readings(state.moment(now, thresholds)), SortKey.SEVERITY)
    if as_json:
        print_json({"hosts": [reading_as_json(reading) for reading in readings]})
    elif readings:
        output().print(fleet_summary(readings, thresholds, now))
    else:
        errors().print(_EMPTY)
