"""`watchpost alerts rules remove`: forget a rule."""

from typing import Annotated

import typer
from rich.text import Text

from alerts.rules.shipped_rules import shipped_rules
from storage.alerting.rule_rows import RuleRow, find_rule, remove_rule
from storage.alerting.threshold_rows import list_thresholds
from storage.connection import Connection
from storage.printable import printable
from watchpost.console import output
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, YesOption, configuration
from watchpost.rule_access import confirm_loss


def command(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Which rules.")],
    *,
    yes: YesOption = False,
    database: DatabaseOption = None,
) -> None:
    """Forget rules; “alerts rules disable” only switches them off. Alerts that they told of stay in the history."""
    with existing_database(configuration(database).database_url) as opened:
        with opened.reading() as connection:
            rows = [find_rule(connection, name) for name in dict.fromkeys(names)]
            losses = [_loss(connection, row) for row in rows]
        confirm_loss(f"Remove {_named(rows)}?", losses, yes=yes)
        with opened.writing() as connection:
            for row in rows:
                remove_rule(connection, find_rule(connection, row.name).id)
    output().print(Text(f"Removed {_named(rows)}."))
    shipped = {rule.name for rule in shipped_rules()}
    if any(row.name in shipped for row in rows):
        output().print(Text("“watchpost alerts rules reset NAME” brings one back that came with Watchpost."))


def _named(rows: list[RuleRow]) -> str:
    return ", ".join(f"“{printable(row.name)}”" for row in rows)


def _loss(connection: Connection, row: RuleRow) -> str:
    elsewhere = len(list_thresholds(connection, row.id))
    also = f", with its levels in {elsewhere} other place{'' if elsewhere == 1 else 's'}" if elsewhere else ""
    return f"“{printable(row.name)}” would be removed{also}."
