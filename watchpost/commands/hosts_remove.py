"""`watchpost hosts remove`: take a host off the list."""

import shlex
from typing import Annotated

import typer
from rich.text import Text

from storage.errors import InvalidInputError
from storage.hosts import find_host, remove_host
from storage.utc import now_ms
from watchpost.console import is_interactive, output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, YesOption, configuration


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which host.")],
    *,
    yes: YesOption = False,
    database: DatabaseOption = None,
) -> None:
    """Take a host off the list. What was recorded of it stays for a day, and until then it can be restored."""
    with existing_database(configuration(database).database_url) as opened:
        with opened.reading() as connection:
            host = find_host(connection, name)
        if not yes:
            _confirm(host.name)
        with opened.writing() as connection:
            remove_host(connection, name, now_ms())
    output().print(Text(f"Removed {host.name}. For a day this undoes it: {_undo(host.name)}"))


def _undo(name: str) -> str:
    return f"watchpost hosts restore {shlex.quote(name)}"


def _confirm(name: str) -> None:
    if not is_interactive():
        raise InvalidInputError("Nobody is here to confirm the removal.", hint="Add --yes.")
    typer.confirm(f"Remove {name}?", abort=True, err=True)
