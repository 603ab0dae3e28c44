"""`watchpost alerts rules preset`: rules with the levels that people had elsewhere."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.text import Text

from alerts.rules.keeping import Brought, bring_in, would_bring
from alerts.rules.rule import NewRule
from alerts.rules.shipped_rules import DEFAULT, PRESET_NAMES, default_rules, find_preset
from storage.alerting.rule_rows import edit_rule, list_rules
from storage.connection import Connection
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.utc import now_ms
from watchpost.console import output, print_json, table
from watchpost.database_access import database_to_change, existing_database
from watchpost.invocation import DatabaseOption, JsonOption, YesOption, configuration
from watchpost.rule_access import confirm_loss
from watchpost.rule_import_report import brought_lines


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="exporter, script or openmanager.", show_default=False)
    ] = None,
    *,
    instead: Annotated[
        bool, typer.Option("--instead", help="Switch off the default rules that look at the same metrics.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take its rules away again.")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Install rules with the levels that people had elsewhere, beside those there are; without a name, list them.

    Done again, its rules are as they come.
    """
    url = configuration(database).database_url
    if name is None:
        if instead or remove:
            raise InvalidInputError("Which preset?", hint=f"One of {', '.join(PRESET_NAMES)}.")
        _list(url, as_json=as_json)
        return
    if instead and remove:
        raise InvalidInputError("--instead goes with no --remove.", hint="“alerts rules enable” switches rules on.")
    preset = find_preset(name)
    rules, source = () if remove else preset.rules, f"preset {preset.name}"
    with database_to_change(url) as opened:
        with opened.reading() as connection:
            brought = would_bring(connection, rules, source)
        if brought.loses:
            losses = [line.plain for line in brought_lines(replace(brought, added=(), unchanged=()), dry_run=True)]
            confirm_loss("Go on?", losses, yes=yes)
        with opened.writing() as connection:
            brought = bring_in(connection, rules, source, now_ms())
            doubled = _doubled(connection, rules)
            if instead:
                _switch_off(connection, doubled)
    if as_json:
        print_json(_as_json(preset.name, brought, doubled, off=instead))
    else:
        _tell(brought, doubled, off=instead)


def _list(url: str, *, as_json: bool) -> None:
    with existing_database(url) as opened, opened.reading() as connection:
        there = {row.name for row in list_rules(connection)}
    presets = [find_preset(name) for name in PRESET_NAMES]
    if as_json:
        listed = [
            {
                "name": preset.name,
                "about": preset.about,
                "rules": [rule.name for rule in preset.rules],
                "installed": [rule.name for rule in preset.rules if rule.name in there],
            }
            for preset in presets
        ]
        print_json({"presets": listed})
        return
    lines = table("NAME", "WHAT", "INSTALLED")
    for preset in presets:
        count = sum(rule.name in there for rule in preset.rules)
        installed = f"{count} of {len(preset.rules)}" if count else "-"
        lines.add_row(Text(preset.name), Text(preset.about), Text(installed))
    output().print(lines)


def _doubled(connection: Connection, rules: tuple[NewRule, ...]) -> tuple[str, ...]:
    """Default rules that are on and look at the same metrics."""
    metrics = {rule.signal.metric for rule in rules}
    same = {
        rule.name
        for rule in default_rules()
        # A forecast of the same metric is another thing.
        if rule.signal.metric in metrics and not rule.signal.horizon_s
    }
    return tuple(
        row.name for row in list_rules(connection) if row.source == DEFAULT and row.enabled and row.name in same
    )


def _switch_off(connection: Connection, names: tuple[str, ...]) -> None:
    for row in list_rules(connection, DEFAULT):
        if row.name in names:
            edit_rule(connection, row.id, enabled=False, now_ms=now_ms())


def _tell(brought: Brought, doubled: tuple[str, ...], *, off: bool) -> None:
    for line in brought_lines(brought, dry_run=False):
        output().print(line)
    if doubled:
        named = ", ".join(f"“{printable(name)}”" for name in doubled)
        said = (
            "Switched off" if off else "These default rules look at the same metrics, and --instead switches them off"
        )
        output().print(Text(f"{said}: {named}."))


def _as_json(name: str, brought: Brought, doubled: tuple[str, ...], *, off: bool) -> dict[str, object]:
    return {
        "preset": name,
        "added": list(brought.added),
        "changed": list(brought.changed),
        "unchanged": list(brought.unchanged),
        "removed": list(brought.removed),
        "switched_off" if off else "same_metrics": list(doubled),
    }
