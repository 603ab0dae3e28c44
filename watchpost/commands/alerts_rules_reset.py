"""`watchpost alerts rules reset`: rules that came with Watchpost as they came."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from alerts.rules.keeping import reset_rule
from alerts.rules.rule import NewRule
from alerts.rules.seeding import is_as_shipped
from alerts.rules.shipped_rules import default_rules, shipped_rules
from storage.alerting.rule_rows import list_rules
from storage.connection import Connection
from storage.errors import InvalidInputError, NotFoundError
from storage.printable import printable
from storage.similar_names import did_you_mean
from storage.utc import now_ms
from watchpost.console import output
from watchpost.database_access import database_to_change
from watchpost.invocation import DatabaseOption, YesOption, configuration
from watchpost.rule_access import confirm_loss


def command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Which rules.", show_default=False)
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All default rules, also those that were removed.")] = False,
    yes: YesOption = False,
    database: DatabaseOption = None,
) -> None:
    """Have rules that came with Watchpost be as they came, removed ones too. Their levels elsewhere stay."""
    if bool(names) == everything:
        raise InvalidInputError("Which rules?", hint="Name some, or give --all.")
    wanted = default_rules() if everything else tuple(_shipped(name) for name in dict.fromkeys(names or ()))
    with database_to_change(configuration(database).database_url) as opened:
        with opened.reading() as connection:
            changed, missing = _differing(connection, wanted)
        if changed:
            confirm_loss("Go on?", [f"What was changed of these is lost: {_named(changed)}."], yes=yes)
        with opened.writing() as connection:
            for rule in (*changed, *missing):
                reset_rule(connection, rule, now_ms())
    for rules, done in ((changed, "as they came"), (missing, "there again")):
        if rules:
            output().print(Text(f"{_named(rules)}: {done}."))
    if not (changed or missing):
        output().print(Text("Nothing was changed of them; all are as they came."))


def _shipped(name: str) -> NewRule:
    known = {rule.name: rule for rule in shipped_rules()}
    if name not in known:
        hint = did_you_mean(name, known, "“watchpost alerts rules list” says of each where it is from.")
        raise NotFoundError(f"No rule “{printable(name)}” came with Watchpost.", hint=hint)
    return known[name]


def _differing(connection: Connection, wanted: Sequence[NewRule]) -> tuple[list[NewRule], list[NewRule]]:
    """Those that are there and otherwise, and those that are not there."""
    there = {row.name: row for row in list_rules(connection)}
    missing = [rule for rule in wanted if rule.name not in there]
    changed = [rule for rule in wanted if rule.name in there and not is_as_shipped(there[rule.name], rule)]
    return changed, missing


def _named(rules: Sequence[NewRule]) -> str:
    return ", ".join(f"“{printable(rule.name)}”" for rule in rules)
