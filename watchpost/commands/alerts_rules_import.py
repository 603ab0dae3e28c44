"""`watchpost alerts rules import`: rules of a Prometheus rule file."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from alerts.prometheus_rules.importing import Import, import_rules
from alerts.prometheus_rules.refusal import RuleFileError
from alerts.prometheus_rules.yaml_nodes import SIZE_LIMIT
from alerts.rules.keeping import Brought, bring_in, read_horizons, would_bring
from alerts.rules.rule import NewRule
from storage.check_rules import checked_label
from storage.errors import InvalidInputError
from storage.host import Host
from storage.hosts import list_hosts
from storage.printable import printable
from storage.utc import now_ms
from watchpost.console import errors, output, print_json
from watchpost.database_access import database_to_change
from watchpost.invocation import DatabaseOption, JsonOption, YesOption, configuration
from watchpost.rule_access import confirm_loss
from watchpost.rule_import_report import brought_lines, import_as_json, import_lines, refusal_lines

_STANDARD_INPUT = "-"
_SOME_REFUSED = 3


def command(  # noqa: PLR0913 - one for each option
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where from; - is standard input.")],
    *,
    source: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="What the file is called here; without it, as it is called."),
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Take over what can be said here, and leave out the rest.")
    ] = False,
    over: Annotated[
        bool, typer.Option("--over", help="Also change rules of the same names that came from elsewhere.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Take over the alerts of a Prometheus rule file: all of them or, without --partial, none.

    Says what becomes of each rule: what is not quite the same here, and of those that cannot be said here the line and
    the reason. Done again, the rules of the file take the place of those that it brought before. Exit code 3: it
    worked, but with --partial some were left out.
    """
    text, called = _read(file)
    called = _checked_name(source or called)
    with database_to_change(configuration(database).database_url) as opened:
        with opened.reading() as connection:
            horizons = read_horizons(connection)
        found = _understood(text, called, horizons.readings_s, horizons.history_s, as_json=as_json)
        if found.refused and not partial:
            _refuse(found, as_json=as_json, dry_run=dry_run)
        rules = with_names_of_their_own(found.mapped)
        with opened.reading() as connection:
            brought = would_bring(connection, rules, f"file {called}", over=over)
            unknown = unknown_places(rules, list_hosts(connection))
        if brought.loses and not dry_run:
            losses = [line.plain for line in brought_lines(replace(brought, added=(), unchanged=()), dry_run=True)]
            confirm_loss("Go on?", losses, yes=yes)
        if not dry_run:
            with opened.writing() as connection:
                brought = bring_in(connection, rules, f"file {called}", now_ms(), over=over)
    if as_json:
        print_json({**import_as_json(found, brought, dry_run=dry_run), "unknown": unknown})
    else:
        _tell(found, brought, dry_run=dry_run)
        if unknown:
            output().print(Text(printable(f"Nothing here is called so yet: {', '.join(unknown)}.", 4000)))
    if found.refused:
        raise typer.Exit(_SOME_REFUSED)


def with_names_of_their_own(rules: tuple[NewRule, ...]) -> tuple[NewRule, ...]:
    """Prometheus lets two rules have one name; here the second one is called “… (2)”."""
    taken: set[str] = set()
    found = []
    for rule in rules:
        name, number = rule.name, 1
        while name in taken:
            number += 1
            name = f"{rule.name} ({number})"
        taken.add(name)
        found.append(replace(rule, name=name))
    return tuple(found)


def unknown_places(rules: Iterable[NewRule], hosts: Iterable[Host]) -> list[str]:
    """Hosts, groups and tags that rules name and that are not there: `host web1`."""
    there = {
        name
        for host in hosts
        for name in (f"host {host.name}", f"group {host.group}", *(f"tag {tag}" for tag in host.tags))
    }
    named = (
        f"{kind} {name}"
        for rule in rules
        for kind, names in (("host", rule.scope.hosts), ("group", rule.scope.groups), ("tag", rule.scope.tags))
        for name in names
    )
    return sorted({name for name in named if name not in there})


def _checked_name(called: str) -> str:
    """It becomes part of what is said of where the rules came from."""
    try:
        return checked_label("The name of the file", called)
    except InvalidInputError as error:
        raise InvalidInputError(error.message, hint="Call it something else here: --as NAME.") from None


def _read(file: str) -> tuple[str, str]:
    """The text, and what the file is called."""
    try:
        if file == _STANDARD_INPUT:
            raw, called = sys.stdin.buffer.read(4 * SIZE_LIMIT + 1), "standard input"
        else:
            with Path(file).open("rb") as stream:
                raw, called = stream.read(4 * SIZE_LIMIT + 1), Path(file).name
        return raw.decode("utf-8-sig"), called
    except OSError as error:
        raise InvalidInputError(
            f"{file} cannot be read: {error.strerror or error}.", hint="Check its name, and that you may read it."
        ) from error
    except UnicodeDecodeError:
        raise InvalidInputError(f"{file} is no text in UTF-8.", hint="A rule file is YAML.") from None


def _understood(text: str, called: str, readings_s: float, history_s: float, *, as_json: bool) -> Import:
    try:
        return import_rules(text, file=called, retention_s=readings_s, history_s=history_s)
    except RuleFileError as error:
        if not as_json:
            for line in refusal_lines(error.refusals[1:]):
                errors().print(line)
        raise


def _refuse(found: Import, *, as_json: bool, dry_run: bool) -> None:
    """Nothing is taken over: each rule that cannot be said here is told with its line."""
    if as_json:
        print_json(import_as_json(found, None, dry_run=dry_run))
    else:
        for line in refusal_lines(found.refused):
            errors().print(line)
    taken, left = sum(len(each.lines) for each in found.imported), len(found.refused)
    raise InvalidInputError(
        f"{left} of {taken + left} rules cannot be said here, so none was taken over.",
        hint="Take those out of the file, or take over the others with --partial.",
    )


def _tell(found: Import, brought: Brought, *, dry_run: bool) -> None:
    for line in brought_lines(brought, dry_run=dry_run):
        output().print(line)
    for line in import_lines(found):
        output().print(line)
    for line in refusal_lines(found.refused):
        errors().print(line)
    if found.refused:
        errors().print(Text(f"{len(found.refused)} left out, as above."))
