"""What is wrong with a rule that somebody wants to save. Pure."""

import difflib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from alerts.rules.matchers import PATTERN_LIMIT, Matcher, pattern_fault
from alerts.rules.rule import Comparison, Level, NewRule, Scope
from alerts.rules.signal import Function, Signal
from alerts.rules.template import TemplateError, parse_template
from storage.catalogue import CATALOGUE, Kind, Unit
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
_AS_MEASURED = frozenset({Function.LATEST, Function.AVERAGE, Function.LOWEST, Function.HIGHEST})
_OF_READINGS_ALONE = frozenset({Function.LATEST, Function.ABSENCE, Function.AGE, Function.UNREACHABLE})
_RISING = frozenset({Comparison.ABOVE, Comparison.AT_LEAST})
_EXACT = frozenset({Comparison.EQUAL, Comparison.NOT_EQUAL})
LABELS_LIMIT = 64
"""Labels, and texts, of a rule."""
LABEL_VALUE_LIMIT = 255
MATCHERS_LIMIT = 64
SCOPE_LIMIT = 1000
"""Hosts, groups and tags that a rule names."""
_OF_EVERY_ALERT = frozenset({"alertname", "host", "group", "tag"})


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
    SCOPE = "scope"
    LABEL = "label"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that is wrong, in a sentence, and what to do about it."""

    fault: Fault
    message: str
    hint: str = ""


def objections(rule: NewRule, *, retention_s: float, history_s: float = 0.0) -> tuple[Objection, ...]:
    """All that is wrong with a rule; empty for one that may be saved.

    Args:
        rule: what somebody said.
        retention_s: for how long readings are kept; nothing can be looked at for longer.
        history_s: for how long anything is kept that readings were rolled up to, where that is longer: all but
            absences look back over that as well.
    """
    return (
        *_of_the_name(rule.name),
        *_of_the_signal(rule.signal),
        *_of_the_levels(rule),
        *_of_the_times(rule, retention_s, max(retention_s, history_s)),
        *_of_the_scope(rule.scope),
        *_of_the_labels(rule),
        *_of_the_texts(rule),
    )


def _of_the_name(name: str) -> Iterator[Objection]:
    if not name.strip() or not _visible(name, NAME_LIMIT):
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
    if len(signal.matchers) > MATCHERS_LIMIT:
        yield Objection(
            Fault.PATTERN,
            f"A rule has {MATCHERS_LIMIT} conditions on labels at the most.",
            "Put several into one by a pattern, as in mount=~“/srv|/data”.",
        )
        return
    for matcher in signal.matchers:
        yield from _of_a_matcher(matcher, metric.labels, metric.name)


def similar(name: str) -> str:
    """A hint with the metrics whose names are closest."""
    # Counters only mean something as the rates that are derived from them.
    told = [known for known, metric in CATALOGUE.items() if metric.kind is not Kind.COUNTER]
    begin = [known for known in told if name and known.startswith(f"{name}_")]
    close = begin[:3] or difflib.get_close_matches(name, CATALOGUE, n=3, cutoff=0.5)
    return f"Perhaps {' or '.join(close)}?" if close else "`watchpost export --list-metrics` lists what there is."


def _of_a_matcher(matcher: Matcher, labels: tuple[str, ...], metric: str) -> Iterator[Objection]:
    if matcher.label not in labels:
        has = f"It has {', '.join(labels)}." if labels else "It has none."
        yield Objection(Fault.UNKNOWN_LABEL, f"“{metric}” has no label “{printable(matcher.label, 60)}”.", has)
    if wrong := pattern_fault(matcher):
        yield Objection(Fault.PATTERN, wrong)
    elif not _visible(matcher.value, PATTERN_LIMIT):
        yield Objection(
            Fault.PATTERN,
            f"No label has the value “{printable(matcher.value, 60)}”.",
            f"Values have up to {PATTERN_LIMIT} characters that can be seen.",
        )


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
    yield from _of_the_reach(rule, levels)


def _of_the_reach(rule: NewRule, levels: Iterable[Level]) -> Iterator[Objection]:
    """A share is never above 100 %, nor below 0."""
    metric, signal = CATALOGUE.get(rule.signal.metric), rule.signal
    as_it_is = signal.function in _AS_MEASURED and (signal.scale, signal.offset) == (1, 0)
    if metric is None or metric.unit is not Unit.PERCENT or not as_it_is:
        return
    for level in levels:
        at_both_ends = [rule.comparison.holds(end, level.limit) for end in (0.0, 100.0)]
        if rule.comparison not in _EXACT and len(set(at_both_ends)) == 1:
            yield Objection(
                Fault.LEVELS,
                f"“{metric.name}” goes from 0 to 100, so it is {'always' if all(at_both_ends) else 'never'} "
                f"{rule.comparison.value} {level.limit:g}.",
                "Take a level in percent.",
            )


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
            "Exchange them; where only one was changed, change both.",
        )


def _of_the_times(rule: NewRule, retention_s: float, history_s: float) -> Iterator[Objection]:
    signal = rule.signal
    times = (rule.hold_s, rule.keep_firing_s, signal.window_s, signal.horizon_s)
    if not all(math.isfinite(seconds) and seconds >= 0 for seconds in times):
        yield Objection(Fault.HOLD, "A time is no usable number of seconds.")
        return
    if signal.function in _WINDOWED and not signal.window_s:
        yield Objection(Fault.FUNCTION, f"The function “{signal.function}” needs a time to look back over.")
    if signal.function is Function.FORECAST and not signal.horizon_s:
        yield Objection(Fault.FUNCTION, "A forecast needs a time to look ahead.")
    back_s = retention_s if signal.function in _OF_READINGS_ALONE else history_s
    for what, seconds, kept_s in (
        ("It is to hold", rule.hold_s, retention_s),
        ("The function looks back", signal.window_s, back_s),
    ):
        if seconds > kept_s:
            yield Objection(
                Fault.RETENTION,
                f"{what} for {_span(seconds)}, and readings are kept for {_span(kept_s)}.",
                "Take a shorter time, or keep readings longer.",
            )


def _span(seconds: float) -> str:
    """`2 d`, `90 min`, `45 s`."""
    for unit_s, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit_s and seconds % unit_s == 0:
            return f"{seconds / unit_s:g} {unit}"
    return f"{seconds:g} s"


def _of_the_scope(scope: Scope) -> Iterator[Objection]:
    names = (*scope.hosts, *scope.groups, *scope.tags)
    if len(names) > SCOPE_LIMIT:
        yield Objection(
            Fault.SCOPE,
            f"A rule names {SCOPE_LIMIT} hosts, groups and tags at the most, and this one {len(names)}.",
            "Give these hosts a tag, and name that.",
        )
    for name in names:
        if not name or not _visible(name, NAME_LIMIT):
            yield Objection(Fault.SCOPE, f"No host, group or tag can be called “{printable(name, 60)}”.")
            return


def _of_the_labels(rule: NewRule) -> Iterator[Objection]:
    for what, named in (("label", rule.labels), ("text", rule.annotations)):
        if len(named) > LABELS_LIMIT or len(dict(named)) < len(named):
            yield Objection(Fault.LABEL, f"A rule has {LABELS_LIMIT} {what}s at the most, and none twice.")
    for name, value in rule.labels:
        if not name.isidentifier() or name in _OF_EVERY_ALERT:
            yield Objection(
                Fault.LABEL,
                f"“{printable(name, 60)}” cannot be the name of a label.",
                "It is of every alert itself."
                if name in _OF_EVERY_ALERT
                else "Letters, digits and “_”, no digit first.",
            )
        if not _visible(value, LABEL_VALUE_LIMIT):
            yield Objection(
                Fault.LABEL,
                f"The label “{printable(name, 60)}” cannot have that value.",
                f"Up to {LABEL_VALUE_LIMIT} characters that can be seen.",
            )


def _of_the_texts(rule: NewRule) -> Iterator[Objection]:
    for name, text in rule.annotations:
        if not name.strip() or not _visible(name, NAME_LIMIT):
            yield Objection(
                Fault.LABEL,
                f"“{printable(name, 60)}” cannot be the name of a text.",
                f"1 to {NAME_LIMIT} characters that can be seen.",
            )
        if not all(_visible(line, len(line)) for line in text.replace("\t", " ").split("\n")):
            yield Objection(
                Fault.TEMPLATE,
                f"“{printable(name, 60)}” has characters in it that cannot be seen, such as colours of a terminal.",
                "Leave them out; line breaks and tabs may stay.",
            )
            continue
        try:
            parse_template(text)
        except TemplateError as error:
            yield Objection(Fault.TEMPLATE, f"“{printable(name, 60)}”: {error.message}", error.hint)


def _visible(text: str, limit: int) -> bool:
    return printable(text, limit) == text
