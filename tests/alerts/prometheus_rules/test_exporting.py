"""Rules as a Prometheus rule file, and back."""

from dataclasses import replace

import promql_parser
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.prometheus_rules.exporting import NEVER, export_rules, promql_of
from alerts.prometheus_rules.importing import import_rules
from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Comparison, Level, NewRule, Scope
from alerts.rules.signal import Function, Signal
from alerts.rules.soundness import UP, objections
from storage.catalogue import CATALOGUE, Unit

FOREVER_S = 10.0**12
RULE = NewRule(name="CPU busy", signal=Signal(metric="cpu_usage_percent"), warning=Level(80), critical=Level(90))


def back(*rules: NewRule) -> tuple[NewRule, ...]:
    return import_rules(export_rules(rules), file="", retention_s=FOREVER_S).whole


def written(rule: NewRule) -> list[dict[str, object]]:
    found: list[dict[str, object]] = yaml.safe_load(export_rules([rule]))["groups"][0]["rules"]
    return found


def test_two_levels_are_two_rules_with_a_severity() -> None:
    warning, critical = written(RULE)
    assert warning == {
        "alert": "CPU busy",
        "expr": "cpu_usage_percent > 80",
        "for": "5m",
        "labels": {"severity": "warning"},
    }
    assert critical["expr"] == "cpu_usage_percent > 90"
    assert critical["labels"] == {"severity": "critical"}


def test_prometheus_keeps_it_firing_for_as_long() -> None:
    assert [rule["keep_firing_for"] for rule in written(replace(RULE, keep_firing_s=90))] == ["1m30s", "1m30s"]


@pytest.mark.parametrize(
    ("signal", "expression"),
    [
        (Signal(metric="load1"), "load1 > 80"),
        (Signal(metric="load1", scale=-0.5, offset=3), "load1 * -0.5 + 3 > 80"),
        (
            Signal(metric="filesystem_used_percent", matchers=(Matcher("mount", Operator.MATCHES_NOT, r'/a\.b"|c'),)),
            r'filesystem_used_percent{mount!~"/a\\.b\"|c"} > 80',
        ),
        (Signal(metric="load1", function=Function.AVERAGE, window_s=300), "avg_over_time(load1[5m]) > 80"),
        (Signal(metric="load1", function=Function.LOWEST, window_s=5400), "min_over_time(load1[1h30m]) > 80"),
        (Signal(metric="load1", function=Function.CHANGE, window_s=60, scale=60), "deriv(load1[1m]) * 60 > 80"),
        (
            Signal(metric="load1", function=Function.FORECAST, window_s=60, horizon_s=3600),
            "predict_linear(load1[1m], 3600) > 80",
        ),
        (
            Signal(metric="boot_time_seconds", function=Function.AGE, scale=0.5),
            "(time() - boot_time_seconds) * 0.5 > 80",
        ),
    ],
)
def test_a_signal_is_an_expression(signal: Signal, expression: str) -> None:
    rule = replace(RULE, signal=signal, critical=None)
    assert promql_of(rule) == expression
    assert back(rule) == (rule,)


def test_hosts_are_labels() -> None:
    for scope, condition in (
        (Scope(hosts=("web1",)), 'instance="web1"'),
        (Scope(hosts=("web.1", "web2")), r'instance=~"web\\.1|web2"'),
        (Scope(groups=("Postgres (old)", "b")), r'group=~"Postgres \\(old\\)|b"'),
        (Scope(tags=("Seoul",)), 'tag="Seoul"'),
    ):
        rule = replace(RULE, scope=scope, critical=None)
        assert promql_of(rule) == f"cpu_usage_percent{{{condition}}} > 80"
        assert "annotations" not in written(rule)[0]
        assert back(rule) == (rule,)


def test_a_host_that_is_not_read_is_one_that_is_down_for_so_long() -> None:
    rule = replace(
        RULE, signal=Signal(metric=UP, function=Function.UNREACHABLE), warning=Level(90), critical=None, hold_s=0
    )
    assert written(rule) == [
        {"alert": "CPU busy", "expr": "up == 0", "for": "1m30s", "labels": {"severity": "warning"}}
    ]
    assert back(rule) == (rule,)


@pytest.mark.parametrize(
    "rule",
    [
        replace(RULE, warning=Level(80, 75), critical=Level(90, 85)),
        replace(RULE, scope=Scope(hosts=("a", "b"), tags=("c",))),
        replace(RULE, scope=Scope(hosts=("a:1",))),
        replace(RULE, hold_s=0.0001),
        replace(RULE, labels=(("팀", "인프라"), ("team", "{{ x"))),
        replace(RULE, annotations=(("summary", "{{ $labels.instance }}"), ("요약", "x"))),
        replace(RULE, labels=(("severity", "page"),)),
        replace(RULE, signal=Signal(metric=UP, function=Function.UNREACHABLE), warning=Level(5), critical=Level(7)),
    ],
    ids=["clear", "hosts and tags", "host with a port", "part of a millisecond", "labels", "texts", "severity", "soon"],
)
def test_what_promql_cannot_say_comes_back_by_an_annotation(rule: NewRule) -> None:
    assert any("watchpost_rule" in str(entry.get("annotations")) for entry in written(rule))
    assert back(rule) == (rule,)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            replace(RULE, signal=Signal(metric="load1", function=Function.DEPARTURE)),
            "PromQL has nothing for “departure”",
        ),
        (replace(RULE, enabled=False), "It is switched off"),
    ],
)
def test_what_prometheus_is_not_to_fire_never_fires_there_and_that_is_said(rule: NewRule, words: str) -> None:
    text = export_rules([rule])
    assert [entry["expr"] for entry in written(rule)] == [NEVER, NEVER]
    assert f"# {words}, so Prometheus never fires “CPU busy”." in text
    assert back(rule) == (rule,)


def test_no_rules_are_an_empty_file() -> None:
    assert import_rules(export_rules([]), file="", retention_s=1).whole == ()


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
NUMBERS = st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: float(repr(value)))
LABELS = (
    st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,5}", fullmatch=True), WORDS, max_size=2).map(dict.items).map(tuple)
)
TEXTS = st.sampled_from(
    [
        "{{ $value }} on {{ $labels.host }}",
        "{{ $labels.instance }}",
        '{{ printf "%.1f" $value }} %',
        "a: b # c\nd",
        "80 % 'x' \"y\"",
        " ",
    ]
)
SCOPES = st.builds(
    lambda kind, names: Scope(**{kind: names}),
    st.sampled_from(["hosts", "groups", "tags"]),
    st.lists(WORDS, max_size=2, unique=True).map(tuple),
)
SECONDS = st.integers(1, 10**6).map(float)
WINDOWED = [Function.AVERAGE, Function.LOWEST, Function.HIGHEST, Function.CHANGE, Function.FORECAST, Function.ABSENCE]


@st.composite
def signals(draw: st.DrawFn) -> Signal:
    metric = CATALOGUE[draw(st.sampled_from(sorted(CATALOGUE)))]
    function = draw(st.sampled_from([Function.LATEST, Function.DEPARTURE, *WINDOWED]))
    if metric.unit is Unit.TIMESTAMP and function is Function.DEPARTURE:
        function = Function.AGE
    operators = st.sampled_from([Operator.EQUAL, Operator.NOT_EQUAL])
    matchers = tuple(Matcher(label, draw(operators), draw(WORDS)) for label in metric.labels if draw(st.booleans()))
    return Signal(
        metric=metric.name,
        matchers=matchers,
        function=function,
        window_s=draw(SECONDS) if function in WINDOWED else 0.0,
        horizon_s=draw(SECONDS) if function is Function.FORECAST else 0.0,
        scale=draw(st.one_of(st.just(1.0), NUMBERS.filter(bool))),
        offset=draw(st.one_of(st.just(0.0), NUMBERS)),
    )


@st.composite
def sound_rules(draw: st.DrawFn) -> NewRule:
    comparison = draw(st.sampled_from(list(Comparison)))
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    warning, critical = (low, high) if comparison in (Comparison.ABOVE, Comparison.AT_LEAST) else (high, low)
    levels = draw(st.sampled_from(["warning", "critical", "both"]))
    both = levels == "both" and comparison not in (Comparison.EQUAL, Comparison.NOT_EQUAL)
    return NewRule(
        name=draw(WORDS),
        signal=draw(signals()),
        comparison=comparison,
        warning=Level(warning) if both or levels == "warning" else None,
        critical=Level(critical) if both or levels != "warning" else None,
        hold_s=draw(st.sampled_from([0.0, 300.0, 0.25])),
        keep_firing_s=draw(st.sampled_from([0.0, 90.0])),
        scope=draw(SCOPES),
        labels=draw(LABELS),
        annotations=draw(
            st.dictionaries(st.sampled_from(["summary", "description"]), TEXTS).map(dict.items).map(tuple)
        ),
        enabled=draw(st.sampled_from([True, True, True, False])),
    )


@settings(max_examples=40, deadline=None)
@given(rule=sound_rules())
def test_any_rule_comes_back_as_it_was(rule: NewRule) -> None:
    assert objections(rule, retention_s=FOREVER_S) == ()
    assert back(rule) == (rule,)


@settings(max_examples=15, deadline=None)
@given(rules=st.lists(sound_rules(), max_size=4, unique_by=lambda rule: rule.name))
def test_any_rules_come_back_in_their_order_from_what_the_parser_takes(rules: list[NewRule]) -> None:
    text = export_rules(rules)
    for group in yaml.safe_load(text)["groups"]:
        for entry in group["rules"]:
            promql_parser.parse(entry["expr"])
    assert import_rules(text, file="", retention_s=FOREVER_S).whole == tuple(rules)
