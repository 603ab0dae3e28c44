"""What is wrong with a rule that somebody wants to save. Pure."""

import difflib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Comparison, Level, NewRule
from alerts.rules.signal import Function, Signal
from alerts.rules.template import TemplateError, parse_template
from storage.catalogue import CATALOGUE, Unit
from storage.printable import printable

UP = "up"
"""The one metric that is in no catalogue: whether a host is read. Only `Function.UNREACHABLE` looks at it."""
NAME_LIMIT = 255
_WINDOWED = frozenset(
    {
        Function.AVERAGE,
        Function.LOWEST,
        Function.HIGHEST,
        Function.CHANGE,
        Function.FORECAST,
        Function.ABSENCE,
    }
)
_RISING = frozenset({Comparison.ABOVE, Comparison.AT_LEAST})
_EXACT = frozenset({Comparison.EQUAL, Comparison.NOT_EQUAL})


class Fault(StrEnum):
    """Codes; the same in every language and version."""

    NAME = "name"
    UNKNOWN_METRIC = "unknown_metric"
    FUNCTION = "function"
    UNKNOWN_LABEL = "unknown_label"
    PATTERN = "pattern"
    NUMBER = "number"
    LEVELS = "levels"
    CLEAR_LEVEL = "clear_level"
    HOLD = "hold"
    RETENTION = "retention"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that is wrong, in a sentence, and what to do about it."""

    fault: Fault
    message: str
    hint: str = ""


def objections(rule: NewRule, *, retention_s: float) -> tuple[Objection, ...]:
    """All that is wrong with a rule; empty for one that may be saved.

    Args:
        rule: what somebody said.
        retention_s: for how long readings are kept; nothing can be looked at for longer.
    """
    return (
        *_of_the_name(rule.name),
        *_of_the_signal(rule.signal),
        *_of_the_levels(rule),
        *_of_the_times(rule, retention_s),
        *_of_the_texts(rule),
    )


def _of_the_name(name: str) -> Iterator[Objection]:
    if not name.strip() or len(name) > NAME_LIMIT or printable(name) != name:
        yield Objection(Fault.NAME, f"A rule's name has 1 to {NAME_LIMIT} characters that can be seen.")


def _of_the_signal(signal: Signal) -> Iterator[Objection]:
    if not (math.isfinite(signal.scale) and math.isfinite(signal.offset) and signal.scale):
        yield Objection(Fault.NUMBER, "What the value is multiplied by, or what is added, is no usable number.")
    if (signal.function is Function.UNREACHABLE) is not (signal.metric == UP):
        yield Objection(Fault.FUNCTION, f"“{UP}” and the function “unreachable” go together, and with nothing else.")
        return
    if signal.metric == UP:
        return
    metric = CATALOGUE.get(signal.metric)
    if metric is None:
        yield Objection(
            Fault.UNKNOWN_METRIC, f"There is no metric “{printable(signal.metric, 80)}”.", similar(signal.metric)
        )
        return
    if signal.function is Function.AGE and metric.unit is not Unit.TIMESTAMP:
        yield Objection(Fault.FUNCTION, f"“{metric.name}” is no moment, so it has no age.")
    for matcher in signal.matchers:
        yield from _of_a_matcher(matcher, metric.labels, metric.name)


def similar(name: str) -> str:
    """A hint with the metrics whose names are closest."""
    close = difflib.get_close_matches(name, CATALOGUE, n=3, cutoff=0.5)
    return f"Perhaps {' or '.join(close)}?" if close else "`watchpost export --list-metrics` lists what there is."


def _of_a_matcher(matcher: Matcher, labels: tuple[str, ...], metric: str) -> Iterator[Objection]:
    if matcher.label not in labels:
        has = f"It has {', '.join(labels)}." if labels else "It has none."
        yield Objection(Fault.UNKNOWN_LABEL, f"“{metric}” has no label “{printable(matcher.label, 60)}”.", has)
    if matcher.operator in (Operator.MATCHES, Operator.MATCHES_NOT):
        try:
            re.compile(matcher.value)
        except re.error as error:
            yield Objection(Fault.PATTERN, f"“{printable(matcher.value, 60)}” is no regular expression: {error}.")


def _of_the_levels(rule: NewRule) -> Iterator[Objection]:
    levels = [level for level in (rule.warning, rule.critical) if level is not None]
    if not levels:
        yield Objection(Fault.LEVELS, "The rule has neither a warning nor a critical level.")
    if not all(math.isfinite(number) for level in levels for number in (level.limit, level.until)):
        yield Objection(Fault.NUMBER, "A level is no usable number.")
        return
    for level in levels:
        if not _clears(rule.comparison, level):
            yield Objection(
                Fault.CLEAR_LEVEL,
                f"It is to be well again at {level.until:g}, which is beyond the level of {level.limit:g} itself.",
                "Put it on the good side of the level.",
            )
    if rule.warning is not None and rule.critical is not None:
        yield from _of_both_levels(rule.comparison, rule.warning, rule.critical)


def _clears(comparison: Comparison, level: Level) -> bool:
    if comparison in _EXACT:
        return level.until == level.limit
    return level.until <= level.limit if comparison in _RISING else level.until >= level.limit


def _of_both_levels(comparison: Comparison, warning: Level, critical: Level) -> Iterator[Objection]:
    if comparison in _EXACT:
        yield Objection(Fault.LEVELS, "Where one exact value is looked for there is one level.")
    elif (critical.limit > warning.limit) if comparison not in _RISING else (critical.limit < warning.limit):
        yield Objection(
            Fault.LEVELS,
            f"The levels are the wrong way round: critical {comparison.value} {critical.limit:g} comes before "
            f"warning {comparison.value} {warning.limit:g}.",
            "Exchange them.",
        )


def _of_the_times(rule: NewRule, retention_s: float) -> Iterator[Objection]:
    signal = rule.signal
    times = (rule.hold_s, rule.keep_firing_s, signal.window_s, signal.horizon_s)
    if not all(math.isfinite(seconds) and seconds >= 0 for seconds in times):
        yield Objection(Fault.HOLD, "A time is no usable number of seconds.")
        return
    if signal.function in _WINDOWED and not signal.window_s:
        yield Objection(Fault.FUNCTION, f"The function “{signal.function}” needs a time to look back over.")
    for what, seconds in (("It is to hold", rule.hold_s), ("The function looks back", signal.window_s)):
        if seconds > retention_s:
            yield Objection(
                Fault.RETENTION,
                f"{what} for {seconds:g} s, and readings are kept for {retention_s:g} s.",
                "Take a shorter time, or keep readings longer.",
            )


def _of_the_texts(rule: NewRule) -> Iterator[Objection]:
    for name, text in rule.annotations:
        try:
            parse_template(text)
        except TemplateError as error:
            yield Objection(Fault.TEMPLATE, f"“{printable(name, 60)}”: {error.message}", error.hint)
