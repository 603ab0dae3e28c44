"""`watchpost alerts rules add`: tell of something else."""

import unicodedata
from typing import Annotated

import typer
from rich.text import Text

from alerts.rules.keeping import keep_rule
from alerts.rules.rule import NewRule
from alerts.rules.signal import Function, Signal
from alerts.rules.soundness import UP
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.utc import now_ms
from watchpost.console import output, print_json
from watchpost.database_access import database_to_change
from watchpost.invocation import DatabaseOption, JsonOption, configuration
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
    OffsetOption,
    RuleWords,
    ScaleOption,
    TagsOption,
    TextsOption,
    WarningOption,
    WhereOption,
    WindowOption,
)
from watchpost.rule_text import level_text, rule_as_json, scope_text, signal_text


def command(  # noqa: PLR0913 - one for each option
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it; alerts show this name.")],
    *,
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
    """Tell of something else: a metric beyond a level for some time.

    For example: alerts rules add "Load" --metric load1 --warning 8:6 --critical 16:12 --for 10m --group web. Without
    --host, --group and --tag it is looked at on every host, and without --for it has to be so for 5 minutes.
    """
    if metric is None:
        raise InvalidInputError(
            "Which metric?", hint="Give --metric; `watchpost export --list-metrics` lists what there is."
        )
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
    with database_to_change(configuration(database).database_url) as opened, opened.writing() as connection:
        rule = keep_rule(connection, words.applied_to(_blank(name, metric), connection), now_ms())
    if as_json:
        print_json({"rule": rule_as_json(rule, (), {})})
        return
    levels = [
        f"{word} {level_text(level, rule)}"
        for word, level in (("warning", rule.warning), ("critical", rule.critical))
        if level is not None
    ]
    what = f"{signal_text(rule.signal)}, {', '.join(levels)}, on {scope_text(rule.scope)}"
    output().print(Text(f"“{printable(rule.name)}” is looked at from now on: {what}."))


def _blank(name: str, metric: str) -> NewRule:
    unreachable = metric.strip() == UP
    function = Function.UNREACHABLE if unreachable else Function.LATEST
    # Of a host that is not read, the seconds are what is compared with the level.
    hold_s = 0.0 if unreachable else NewRule(name="", signal=Signal(metric="")).hold_s
    return NewRule(
        name=unicodedata.normalize("NFC", name), signal=Signal(metric=metric, function=function), hold_s=hold_s
    )
