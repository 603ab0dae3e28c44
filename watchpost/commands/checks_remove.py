"""`watchpost checks remove`: no longer ask something."""

from typing import Annotated

import typer
from rich.text import Text

from storage.checks import Scope, remove_check, scope_text
from storage.errors import InvalidInputError
from storage.printable import printable
from watchpost.check_scope import GroupOption, HostOption
from watchpost.console import is_interactive, output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, YesOption, configuration


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which check.")],
    *,
    host: HostOption = None,
    group: GroupOption = None,
    yes: YesOption = False,
    database: DatabaseOption = None,
) -> None:
    """No longer ask something. What it has measured stays as long as other readings do.

    Without --host and --group it is the check for every host.
    """
    scope = Scope(host, group)
    with existing_database(configuration(database).database_url) as opened:
        if not yes:
            _confirm(printable(f"“{name}” for {scope_text(scope)}", 1000))
        with opened.writing() as connection:
            placed = remove_check(connection, name, scope)
    whom = printable(scope_text(placed.scope))
    output().print(Text(f"“{printable(placed.check.name)}” is no longer asked of {whom}."))


def _confirm(what: str) -> None:
    if not is_interactive():
        raise InvalidInputError("Nobody is here to confirm the removal.", hint="Add --yes.")
    typer.confirm(f"Remove {what}?", abort=True, err=True)
