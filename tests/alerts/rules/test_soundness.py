"""What is wrong with a rule that somebody wants to save."""

from dataclasses import replace

import pytest

from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Comparison, Level, NewRule, Scope
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


@pytest.mark.parametrize("value", ["(a+)+b", "a\0", "a\x1b[2J"])
def test_a_value_that_no_label_has_and_a_pattern_that_could_take_forever_are_refused(value: str) -> None:
    signal = replace(RULE.signal, matchers=(Matcher("mount", Operator.MATCHES, value),))
    assert faults(replace(RULE, signal=signal)) == [Fault.PATTERN]


def test_a_rule_has_so_many_conditions_and_no_more() -> None:
    signal = replace(RULE.signal, matchers=RULE.signal.matchers * 65)
    assert faults(replace(RULE, signal=signal)) == [Fault.PATTERN]


@pytest.mark.parametrize(
    "scope",
    [Scope(hosts=("a\x1b[2J",)), Scope(tags=("",)), Scope(groups=tuple(f"g{number}" for number in range(1001)))],
)
def test_what_no_host_is_called_is_refused(scope: Scope) -> None:
    assert faults(replace(RULE, scope=scope)) == [Fault.SCOPE]


def test_levels_the_wrong_way_round_are_told_in_words() -> None:
    (objection,) = objections(replace(RULE, warning=Level(95)), retention_s=DAY_S)
    assert objection.message == "The levels are the wrong way round: critical > 90 comes before warning > 95."


def test_the_beginning_of_a_name_is_enough_for_a_hint() -> None:
    (objection,) = objections(replace(RULE, signal=Signal(metric="cpu")), retention_s=DAY_S)
    assert objection.hint.startswith("Perhaps cpu_usage_percent or")


def test_a_metric_that_does_not_exist_has_a_hint_with_one_that_does() -> None:
    (objection,) = objections(replace(RULE, signal=Signal(metric="filesystem_used")), retention_s=DAY_S)
    assert "filesystem_used_percent" in objection.hint


@pytest.mark.parametrize(
    ("comparison", "limit", "is_wrong"),
    [
        (Comparison.ABOVE, 100, True),
        (Comparison.ABOVE, 8000, True),
        (Comparison.ABOVE, 99.9, False),
        (Comparison.ABOVE, 0, False),
        (Comparison.ABOVE, -1, True),
        (Comparison.AT_LEAST, 100, False),
        (Comparison.AT_LEAST, 0, True),
        (Comparison.BELOW, 0, True),
        (Comparison.BELOW, 10, False),
        (Comparison.AT_MOST, 100, True),
        (Comparison.EQUAL, 300, False),
    ],
)
def test_a_share_is_never_beyond_its_ends(comparison: Comparison, limit: float, is_wrong: bool) -> None:
    rule = replace(RULE, comparison=comparison, warning=Level(limit), critical=None)
    assert faults(rule) == ([Fault.LEVELS] if is_wrong else [])


def test_a_forecast_of_a_share_may_go_beyond_its_ends() -> None:
    signal = replace(RULE.signal, function=Function.FORECAST, window_s=3600, horizon_s=3600)
    assert faults(replace(RULE, signal=signal, warning=Level(100), critical=None)) == []


def test_a_forecast_has_to_look_ahead() -> None:
    signal = Signal(metric="load1", function=Function.FORECAST, window_s=3600)
    assert faults(replace(RULE, signal=signal)) == [Fault.FUNCTION]


@pytest.mark.parametrize(
    ("function", "is_wrong"), [(Function.ABSENCE, True), (Function.AVERAGE, False), (Function.FORECAST, False)]
)
def test_what_is_rolled_up_can_be_looked_at_for_longer_by_some_functions(function: Function, is_wrong: bool) -> None:
    horizon_s = 60 if function is Function.FORECAST else 0
    signal = Signal(metric="load1", function=function, window_s=7 * DAY_S, horizon_s=horizon_s)
    found = objections(replace(RULE, signal=signal), retention_s=DAY_S, history_s=30 * DAY_S)
    assert [each.fault for each in found] == ([Fault.RETENTION] if is_wrong else [])


@pytest.mark.parametrize(
    "labels", [(("host", "x"),), (("1a", "x"),), (("a-b", "x"),), (("a", "x\x1b"),), (("a", "x" * 256),)]
)
def test_labels_that_cannot_be_are_refused(labels: tuple[tuple[str, str], ...]) -> None:
    assert faults(replace(RULE, labels=labels)) == [Fault.LABEL]


@pytest.mark.parametrize("text", ["a\x1b[2J", "a\0", "a\u202eb"])
def test_a_text_has_nothing_in_it_that_moves_a_cursor_or_hides(text: str) -> None:
    assert faults(replace(RULE, annotations=(("summary", text),))) == [Fault.TEMPLATE]


def test_a_text_may_have_lines_and_tabs_and_any_script() -> None:
    assert faults(replace(RULE, annotations=(("summary_ko", "첫째 줄\n\t둘째 줄\n"),))) == []


@pytest.mark.parametrize("name", ["", "a\x1b", "x" * 256])
def test_the_name_of_a_text_can_be_seen(name: str) -> None:
    assert faults(replace(RULE, annotations=((name, "x"),))) == [Fault.LABEL]


def test_a_text_that_is_too_long_is_told_so() -> None:
    (objection,) = objections(replace(RULE, annotations=(("summary", "x" * 8193),)), retention_s=DAY_S)
    assert "8192 characters" in objection.message


@pytest.mark.parametrize("number", [(("a", "1"), ("a", "2")), tuple((f"a{n}", "x") for n in range(65))])
def test_labels_and_texts_are_few_and_none_is_there_twice(number: tuple[tuple[str, str], ...]) -> None:
    assert faults(replace(RULE, labels=number)) == [Fault.LABEL]
    assert faults(replace(RULE, annotations=number)) == [Fault.LABEL]
