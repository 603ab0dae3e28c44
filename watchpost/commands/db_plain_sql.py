"""`watchpost db plain-sql`: whether `system_metrics` gets a row a minute and a host, and for how long they are kept."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from poller.minute_rows import AUTO_LIMIT, is_on
from storage.connection import Connection
from storage.database import Database
from storage.errors import InvalidInputError
from storage.hosts import list_hosts
from storage.plain_sql import describe_metrics
from storage.quantities import duration, whole
from storage.settings import RETENTION_MAXIMUM_S, RETENTION_MINIMUM_S, read_setting, write_setting
from storage.utc import iso_utc, now_ms
from watchpost.console import is_interactive, output, print_json
from watchpost.database_access import existing_database
from watchpost.duration import parse_duration
from watchpost.invocation import DatabaseOption, JsonOption, YesOption, configuration


class Choice(StrEnum):
    """Whether rows are written."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class _State:
    """What is set, and what there is.

    Attributes:
        choice: auto, on or off.
        on: what that means just now.
        keep_s: seconds for which rows are kept.
        rows: how many there are.
        oldest: timestamp of the oldest row.
        newest: timestamp of the newest row.
    """

    choice: str
    on: bool
    keep_s: float
    rows: int
    oldest: str | None
    newest: str | None


def command(
    choice: Annotated[
        Choice | None, typer.Argument(metavar="[auto|on|off]", help="What to do from now on.", show_default=False)
    ] = None,
    *,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="SPAN", help="How long rows are kept, such as 30d.")
    ] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Show or set whether the table system_metrics gets a row a minute and a host, for scripts with plain SQL.

    auto means on up to 200 hosts. A running poller follows within a minute. docs/plain-sql.md says what is in it.
    """
    with existing_database(configuration(database).database_url) as opened:
        if choice is not None or keep is not None:
            kept_s = keep and parse_duration(keep, shortest_s=RETENTION_MINIMUM_S, longest_s=RETENTION_MAXIMUM_S)
            if kept_s and not yes:
                _ask_before_less(opened, kept_s)
            with opened.writing() as connection:
                if choice is not None:
                    write_setting(connection, "system_metrics", choice.value)
                if kept_s:
                    write_setting(connection, "retention_system_metrics_s", kept_s)
        with opened.reading() as connection:
            state = _read(connection)
    if as_json:
        print_json(
            {
                "system_metrics": state.choice,
                "on": state.on,
                "retention_s": state.keep_s,
                "rows": state.rows,
                "oldest": state.oldest,
                "newest": state.newest,
            }
        )
        return
    for line in _lines(state):
        output().print(Text(line))


def _ask_before_less(database: Database, kept_s: float) -> None:
    """Before rows that are there are deleted."""
    with database.reading() as connection:
        before_s = read_setting(connection, "retention_system_metrics_s")
        _, oldest, _ = describe_metrics(connection)
    cutoff = iso_utc(now_ms() - int(kept_s * 1000))
    if kept_s >= before_s or oldest is None or oldest >= cutoff:
        return
    said = f"This deletes the rows of system_metrics before {cutoff}"
    if not is_interactive():
        raise InvalidInputError(f"{said}.", hint="Add --yes if that is meant.")
    typer.confirm(f"{said}. Go on?", abort=True, err=True)


def _read(connection: Connection) -> _State:
    choice = read_setting(connection, "system_metrics")
    keep_s = read_setting(connection, "retention_system_metrics_s")
    return _State(choice, is_on(choice, list_hosts(connection)), keep_s, *describe_metrics(connection))


def _lines(state: _State) -> list[str]:
    meaning = "a row a minute and a host" if state.on else "no rows are written"
    limit = f"; auto is on up to {AUTO_LIMIT} hosts" if state.choice == "auto" else ""
    lines = [
        f"system_metrics is set to {state.choice}: {meaning}{limit}.",
        f"Rows are kept for {duration(state.keep_s)}; there are {whole(state.rows)}.",
    ]
    if state.rows:
        lines.append(f"The oldest is of {state.oldest}, the newest of {state.newest}.")
    return lines
