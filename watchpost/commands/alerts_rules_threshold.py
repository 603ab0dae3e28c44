"""`watchpost alerts rules threshold`: have a rule be otherwise for some."""

from typing import Annotated

import typer
from rich.text import Text

from alerts.rules.keeping import forget_override, keep_override, read_overrides, read_rule
from alerts.rules.override import OWN, Override, PlacedOverride
from storage.alerting.threshold_rows import ThresholdScope
from storage.annotations import find_group
from storage.check_rules import checked_label
from storage.connection import Connection
from storage.errors import InvalidInputError
from storage.hosts import find_host
from storage.printable import printable
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
from watchpost.duration import parse_duration
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.rule_access import host_names
from watchpost.rule_options import CriticalOption, ForOption, NameArgument, WarningOption, find_tag, parse_level
from watchpost.rule_text import override_as_json, override_text, place_text


def command(  # noqa: PLR0913 - one for each option
    name: NameArgument,
    *,
    host: Annotated[str | None, typer.Option("--host", metavar="HOST", help="On this host.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="On hosts with this tag.")] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="GROUP", help="On hosts of this group.")] = None,
    user: Annotated[str | None, typer.Option("--user", metavar="USER", help="For this user, besides.")] = None,
    warning: WarningOption = None,
    critical: CriticalOption = None,
    hold: ForOption = None,
    off: Annotated[bool, typer.Option("--off", help="Do not look at it there.")] = False,
    own: Annotated[bool, typer.Option("--own", help="Go back to the rule's own levels.")] = False,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Give a rule other levels on a host, for a tag, a group or a user; without one of these, list where it has some.

    On a host its own count before those of its tags, and these before those of its group. Each is put upon the rule
    itself, in place of what was said for the same before. A user's come besides and never in the way of others.
    """
    said = {"host": host, "tag": tag, "group": group, "user": user}
    chosen = [(ThresholdScope(kind), text) for kind, text in said.items() if text is not None]
    override = Override(
        off=off,
        warning=OWN if warning is None else parse_level(warning),
        critical=OWN if critical is None else parse_level(critical),
        hold_s=None if hold is None else parse_duration(hold),
    )
    _check(len(chosen), override, own=own)
    with existing_database(configuration(database).database_url) as opened:
        if chosen:
            with opened.writing() as connection:
                _write(connection, name, chosen[0], override, own=own)
        with opened.reading() as connection:
            rule = read_rule(connection, name)
            placed, hosts = read_overrides(connection, rule.id), host_names(connection)
    if as_json:
        print_json({"rule": rule.name, "otherwise": [override_as_json(each, hosts) for each in placed]})
        return
    output().print(Text(f"“{printable(rule.name)}” is {'otherwise:' if placed else 'the same everywhere.'}"))
    for each in placed:
        output().print(Text(f"  {place_text(each, hosts)}: {override_text(each.override, rule)}"))


def _check(places: int, override: Override, *, own: bool) -> None:
    if places > 1:
        raise InvalidInputError("For whom?", hint="Give one of --host, --tag, --group, --user.")
    if not places and (own or not override.says_nothing):
        raise InvalidInputError(
            "For whom?",
            hint="Give one of --host, --tag, --group, --user; “alerts rules edit” changes the rule for all.",
        )
    if own and not override.says_nothing:
        raise InvalidInputError("--own goes with no level.", hint="It goes back to those of the rule.")


def _write(
    connection: Connection, name: str, chosen: tuple[ThresholdScope, str], override: Override, *, own: bool
) -> None:
    rule, (scope, text) = read_rule(connection, name), chosen
    target = _target(connection, scope, text, own=own)
    if not own:
        keep_override(connection, rule, PlacedOverride(scope, target, override))
    elif not forget_override(connection, rule, scope, target):
        raise InvalidInputError(f"“{printable(rule.name)}” is as it is for {scope} {printable(text)} already.")


def _target(connection: Connection, scope: ThresholdScope, text: str, *, own: bool) -> str:
    match scope:
        case ThresholdScope.HOST:
            return str(find_host(connection, text).id)
        case ThresholdScope.USER:
            return checked_label("The name of a user", text)
        # A group whose last host has gone may still have levels that nobody wants any more.
        case ThresholdScope.GROUP:
            return checked_label("The group", text) if own else find_group(connection, text)
        case ThresholdScope.TAG:
            return text if own else find_tag(connection, text)
