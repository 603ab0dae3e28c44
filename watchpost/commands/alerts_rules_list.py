"""`watchpost alerts rules list`: what is told of."""

from typing import Annotated

import typer
from rich.text import Text

from storage.hosts import find_host
from storage.printable import printable
from watchpost.console import errors, output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.rule_access import KeptRules, read_kept_rules
from watchpost.rule_scope import rules_on_host
from watchpost.rule_text import rule_as_json, rules_table

_NONE = "There are no rules. Type: watchpost alerts rules reset --all"


def command(
    *,
    host: Annotated[
        str | None, typer.Option("--host", metavar="HOST", help="What is looked at on this host, with its levels.")
    ] = None,
    enabled: Annotated[bool, typer.Option("--on", help="Only those that are on.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """List what is told of, with its levels; with --host what is looked at there, with the levels that hold there."""
    with existing_database(configuration(database).database_url) as opened, opened.reading() as connection:
        kept = read_kept_rules(connection)
        if host is not None:
            kept = rules_on_host(kept, find_host(connection, host))
    if enabled:
        kept = KeptRules(tuple(each for each in kept.rules if each[0].enabled), kept.broken, kept.hosts)
    if as_json:
        broken = [
            {"name": each.name, "place": each.place or None, "reason": each.reason, "id": each.rule_id}
            for each in kept.broken
        ]
        print_json({"rules": [rule_as_json(rule, placed, kept.hosts) for rule, placed in kept.rules], "broken": broken})
        return
    if kept.rules:
        output().print(rules_table((rule, len(placed)) for rule, placed in kept.rules))
    else:
        errors().print(Text(_NONE))
    for each in kept.broken:
        where = f", {each.place}" if each.place else ""
        errors().print(Text(printable(f"“{each.name}”{where} is left out: {each.reason}", 1000)))
