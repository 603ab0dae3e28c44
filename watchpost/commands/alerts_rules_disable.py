"""`watchpost alerts rules disable`: switch rules off."""

from typing import Annotated

import typer

from watchpost.invocation import DatabaseOption, configuration
from watchpost.rule_switch import switch_rules


def command(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Which rules.")],
    *,
    database: DatabaseOption = None,
) -> None:
    """No longer look at rules; their alerts that fire are resolved. “alerts rules enable” undoes it."""
    switch_rules(configuration(database).database_url, names, on=False)
