"""What is wrong with a rule that somebody wants to save."""

from dataclasses import replace

import pytest

from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Comparison, Level, NewRule
from alerts.rules.signal import Function, Signal
from alerts.rules.soundness import UP, Fault, objections

DAY_S = 86_400.0
RULE = NewRule(
    name="Disk full",
    signal=Signal(metric="filesystem_used_percent", matchers=(Matcher("mount", Operator.EQUAL, "/"),)),
    warning=Level(80, 75),
    critical=Level(90, 85),
    annotations=(("summary", "{{ $labels.mount }} is at {{ $value }} %"),),
)
DOWN = Signal(metric=UP, function=Function.UNREACHABLE)


def faults(rule: NewRule) -> list[Fault]:
    return [objection.fault for objection in objections(rule, retention_s=DAY_S)]


@pytest.mark.parametrize(
    "rule",
    [
        RULE,
        replace(RULE, warning=None),
        replace(RULE, critical=None),
        replace(RULE, warning=Level(80), critical=Level(80)),
        replace(RULE, comparison=Comparison.BELOW, warning=Level(20, 25), critical=Level(10)),
        replace(RULE, comparison=Comparison.EQUAL, warning=Level(0), critical=None),
        replace(RULE, hold_s=DAY_S),
        replace(RULE, signal=DOWN),
        replace(RULE, signal=Signal(metric="boot_time_seconds", function=Function.AGE)),
        replace(RULE, signal=Signal(metric="load1", function=Function.FORECAST, window_s=60, horizon_s=10 * DAY_S)),
    ],
)
def test_a_sound_rule_has_nothing_against_it(rule: NewRule) -> None:
    assert faults(rule) == []


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (replace(RULE, name=" "), Fault.NAME),
        (replace(RULE, name="x" * 256), Fault.NAME),
        (replace(RULE, name="a\x1b[2J"), Fault.NAME),
        (replace(RULE, signal=Signal(metric="filesystem_used")), Fault.UNKNOWN_METRIC),
        (replace(RULE, signal=Signal(metric=UP)), Fault.FUNCTION),
        (replace(RULE, signal=Signal(metric="load1", function=Function.UNREACHABLE)), Fault.FUNCTION),
        (replace(RULE, signal=Signal(metric="load1", function=Function.AGE)), Fault.FUNCTION),
        (replace(RULE, signal=Signal(metric="load1", function=Function.AVERAGE)), Fault.FUNCTION),
        (replace(RULE, signal=Signal(metric="load1", matchers=RULE.signal.matchers)), Fault.UNKNOWN_LABEL),
        (
            replace(RULE, signal=replace(RULE.signal, matchers=(Matcher("mount", Operator.MATCHES, "("),))),
            Fault.PATTERN,
        ),
        (replace(RULE, signal=Signal(metric="load1", scale=0)), Fault.NUMBER),
        (replace(RULE, signal=Signal(metric="load1", offset=float("nan"))), Fault.NUMBER),
        (replace(RULE, warning=None, critical=None), Fault.LEVELS),
        (replace(RULE, warning=Level(float("inf"))), Fault.NUMBER),
        (replace(RULE, warning=Level(95)), Fault.LEVELS),
        (replace(RULE, comparison=Comparison.BELOW, warning=Level(80), critical=Level(90)), Fault.LEVELS),
        (replace(RULE, comparison=Comparison.EQUAL, warning=Level(1), critical=Level(2)), Fault.LEVELS),
        (replace(RULE, warning=Level(80, 85)), Fault.CLEAR_LEVEL),
        (replace(RULE, comparison=Comparison.BELOW, warning=Level(20, 15), critical=None), Fault.CLEAR_LEVEL),
        (replace(RULE, hold_s=-1), Fault.HOLD),
        (replace(RULE, keep_firing_s=float("nan")), Fault.HOLD),
        (replace(RULE, hold_s=DAY_S + 1), Fault.RETENTION),
        (replace(RULE, signal=Signal(metric="load1", function=Function.AVERAGE, window_s=2 * DAY_S)), Fault.RETENTION),
        (replace(RULE, annotations=(("summary", "{{ template 'summary' }}"),)), Fault.TEMPLATE),
    ],
)
def test_each_thing_that_is_wrong_is_told(rule: NewRule, fault: Fault) -> None:
    assert faults(rule) == [fault]


def test_levels_the_wrong_way_round_are_told_in_words() -> None:
    (objection,) = objections(replace(RULE, warning=Level(95)), retention_s=DAY_S)
    assert objection.message == "The levels are the wrong way round: critical > 90 comes before warning > 95."


def test_a_metric_that_does_not_exist_has_a_hint_with_one_that_does() -> None:
    (objection,) = objections(replace(RULE, signal=Signal(metric="filesystem_used")), retention_s=DAY_S)
    assert "filesystem_used_percent" in objection.hint
