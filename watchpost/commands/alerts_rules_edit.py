"""`watchpost alerts rules edit`: change a rule."""

import unicodedata
from dataclasses import replace
from typing import Annotated

import typer
from rich.text import Text

from alerts.rules.keeping import change_rule, read_overrides, read_rule
from storage.errors import InvalidInputError
from storage.utc import now_ms
from watchpost.console import output, print_json
from watchpost.database_access import existing_database
from watchpost.invocation import DatabaseOption, JsonOption, configuration
from watchpost.rule_access import host_names
from watchpost.rule_options import (
    ComparisonOption,
    CriticalOption,
    ForOption,
    FunctionOption,
    GroupsOption,
    HorizonOption,
    HostsOption,
    KeepFiringOption,
    LabelsOption,
    MetricOption,
    NameArgument,
    OffsetOption,
    RuleWords,
    ScaleOption,
    TagsOption,
    TextsOption,
    WarningOption,
    WhereOption,
    WindowOption,
)
from watchpost.rule_text import rule_as_json, rule_lines


def command(  # noqa: PLR0913 - one for each option
    name: NameArgument,
    *,
    new_name: Annotated[str | None, typer.Option("--name", metavar="NEW", help="Call it so from now on.")] = None,
    metric: MetricOption = None,
    where: WhereOption = None,
    function: FunctionOption = None,
    window: WindowOption = None,
    horizon: HorizonOption = None,
    scale: ScaleOption = None,
    offset: OffsetOption = None,
    comparison: ComparisonOption = None,
    warning: WarningOption = None,
    critical: CriticalOption = None,
    hold: ForOption = None,
    keep_firing: KeepFiringOption = None,
    host: HostsOption = None,
    group: GroupsOption = None,
    tag: TagsOption = None,
    label: LabelsOption = None,
    text: TextsOption = None,
    as_json: JsonOption = False,
    database: DatabaseOption = None,
) -> None:
    """Change a rule; a running poller follows within seconds. What is not named stays; '' empties a list.

    An alert that would no longer fire by the changed rule is resolved. A rule that came with Watchpost stays as it was
    changed, also after an upgrade; “alerts rules reset” brings it back.
    """
    words = RuleWords(
        metric=metric,
        where=where,
        function=function,
        window=window,
        horizon=horizon,
        scale=scale,
        offset=offset,
        comparison=comparison,
        warning=warning,
        critical=critical,
        hold=hold,
        keep_firing=keep_firing,
        hosts=host,
        groups=group,
        tags=tag,
        labels=label,
        texts=text,
    )
    if words.says_nothing and new_name is None:
        raise InvalidInputError("There is nothing to change.", hint="Give --warning, --for or another option.")
    with existing_database(configuration(database).database_url) as opened, opened.writing() as connection:
        wanted = words.applied_to(read_rule(connection, name), connection)
        if new_name is not None:
            wanted = replace(wanted, name=unicodedata.normalize("NFC", new_name))
        rule = change_rule(connection, wanted, now_ms())
        placed, hosts = read_overrides(connection, rule.id), host_names(connection)
    if as_json:
        print_json({"rule": rule_as_json(rule, placed, hosts)})
        return
    for line in rule_lines(rule, placed, hosts):
        output().print(line)
    if not rule.enabled:
        output().print(Text("It is off: `watchpost alerts rules enable` switches it on."))
