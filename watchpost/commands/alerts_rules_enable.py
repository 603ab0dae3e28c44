"""`watchpost alerts rules enable`: switch rules on."""

from typing import Annotated

import typer

from watchpost.invocation import DatabaseOption, configuration
from watchpost.rule_switch import switch_rules


def command(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Which rules.")],
    *,
    database: DatabaseOption = None,
) -> None:
    """Look at rules again."""
    switch_rules(configuration(database).database_url, names, on=True)
