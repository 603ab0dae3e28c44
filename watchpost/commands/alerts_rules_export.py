"""`watchpost alerts rules export`: rules as a Prometheus rule file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from alerts.prometheus_rules.exporting import export_rules, promql_of
from alerts.rules.keeping import read_rule
from storage.errors import AlreadyExistsError
from storage.printable import printable
from watchpost.console import errors, is_interactive
from watchpost.database_access import existing_database
from watchpost.export_target import STANDARD_OUTPUT, open_text_target
from watchpost.invocation import DatabaseOption, configuration
from watchpost.rule_access import KeptRules, read_kept_rules


def command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Which rules; without it all.", show_default=False)
    ] = None,
    *,
    target: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="A file, or - for standard output.")
    ] = STANDARD_OUTPUT,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file without a question.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Write rules as a Prometheus rule file, which Prometheus loads and “alerts rules import” takes over whole."""
    with existing_database(configuration(database).database_url) as opened, opened.reading() as connection:
        kept = read_kept_rules(connection)
        wanted = {read_rule(connection, name).id for name in names or ()}
    chosen = [(rule, placed) for rule, placed in kept.rules if not names or rule.id in wanted]
    if target != STANDARD_OUTPUT and Path(target).is_file() and not force:
        if not is_interactive():
            raise AlreadyExistsError(f"{target} exists already.", hint="Add --force to overwrite it.")
        typer.confirm(f"Overwrite {target}?", abort=True, err=True)
    with open_text_target(target) as stream:
        stream.write(export_rules(rule for rule, _ in chosen))
    _tell(KeptRules(tuple(chosen), kept.broken, kept.hosts))


def _tell(kept: KeptRules) -> None:
    """What is not in the file, or of which Prometheus makes nothing."""
    unsaid = [rule.name for rule, _ in kept.rules if rule.enabled and promql_of(rule) is None]
    elsewhere = [rule.name for rule, placed in kept.rules if placed]
    for names, what in (
        (unsaid, "PromQL cannot say these; Prometheus never fires them"),
        (elsewhere, "Other levels of hosts, tags, groups and users are not in the file, of"),
        ([each.name for each in kept.broken], "These cannot be read, and are not in the file"),
    ):
        if names:
            errors().print(Text(f"{what}: {', '.join(f'“{printable(name)}”' for name in names)}."))
