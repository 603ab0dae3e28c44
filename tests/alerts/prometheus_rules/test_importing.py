"""Rules out of a rule file: whole, or refused."""

import pytest

from alerts.prometheus_rules.importing import Import, import_rules
from alerts.prometheus_rules.refusal import Reason, RuleFileError
from alerts.rules.rule import Comparison, Level, NewRule, Scope
from alerts.rules.signal import Function, Signal

DAY_S = 86_400.0


def rules(*lines: str) -> str:
    return "groups:\n- name: g\n  rules:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


def take(*lines: str, retention_s: float = DAY_S) -> Import:
    return import_rules(rules(*lines), file="a.yml", retention_s=retention_s)


def test_all_that_a_rule_says_is_taken_over() -> None:
    found = import_rules(
        """\
groups:
- name: disks
  rules:
  - alert: DiskFull
    expr: node_filesystem_avail_bytes{mountpoint="/srv", instance="db1:9100"} < 5e9
    for: 10m
    keep_firing_for: 5m
    labels: {severity: critical, team: storage}
    annotations:
      summary: "{{ $labels.mountpoint }} of {{ $labels.instance }}: {{ $value | humanize1024 }}B"
""",
        file="disks.yml",
        retention_s=DAY_S,
    )
    (rule,) = found.whole
    assert rule == NewRule(
        name="DiskFull",
        signal=Signal(metric="filesystem_available_bytes", matchers=rule.signal.matchers),
        comparison=Comparison.BELOW,
        critical=Level(5e9),
        hold_s=600,
        keep_firing_s=300,
        scope=Scope(hosts=("db1",)),
        labels=(("team", "storage"),),
        annotations=(("summary", "{{ $labels.mount }} of {{ $labels.host }}: {{ $value | humanize1024 }}B"),),
        source="disks.yml",
    )
    assert [str(matcher) for matcher in rule.signal.matchers] == ['mount="/srv"']


def test_a_rule_without_a_for_holds_for_no_time() -> None:
    assert take("alert: A, expr: load1 > 1").whole[0].hold_s == 0


@pytest.mark.parametrize(
    ("severity", "critical", "kept"),
    [
        ("warning", False, ()),
        ("critical", True, ()),
        ("page", True, (("severity", "page"),)),
        ("info", False, (("severity", "info"),)),
    ],
)
def test_the_severity_says_which_level_it_is(severity: str, critical: bool, kept: tuple[tuple[str, str], ...]) -> None:
    (rule,) = take(f"alert: A, expr: load1 > 1, labels: {{severity: {severity}}}").whole
    assert (rule.critical is not None, rule.warning is not None, rule.labels) == (critical, not critical, kept)


@pytest.mark.parametrize(
    ("severity", "is_told"), [("warning", False), ("WARN", False), ("page", False), ("info", True)]
)
def test_a_severity_that_there_is_none_of_here_is_told(severity: str, is_told: bool) -> None:
    (found,) = take(f"alert: A, expr: load1 > 1, labels: {{severity: {severity}}}").imported
    assert found.notes == ((f"Its severity “{severity}” is taken for a warning.",) if is_told else ())


@pytest.mark.parametrize(
    "expression",
    [
        "up{job=~'(.|.|.)*!'} == 0",
        "node_filesystem_files_free{mountpoint=~'(/|/a+)+b'} < 5",
        "node_filesystem_files_free{fstype!~'(.|.|.)*!'} < 5",
    ],
)
def test_a_pattern_that_could_take_forever_is_refused(expression: str) -> None:
    (refusal,) = take(f'alert: A, expr: "{expression}"').refused
    assert (refusal.reason, refusal.line) == (Reason.UNKNOWN_LABEL, 4)
    assert "could take forever" in refusal.message


def test_without_a_severity_it_is_a_warning_and_that_is_told() -> None:
    (found,) = take("alert: A, expr: load1 > 1").imported
    assert found.rule.warning == Level(1)
    assert "no severity" in found.notes[0]


def test_the_warning_and_the_critical_rule_of_one_thing_become_one() -> None:
    found = take(
        "alert: A, expr: load1 > 9, for: 5m, labels: {severity: critical}",
        "alert: B, expr: load5 > 5, labels: {severity: warning}",
        "alert: A, expr: load1 > 5, for: 5m, labels: {severity: warning}",
    )
    a, b = found.whole
    assert (a.name, a.warning, a.critical) == ("A", Level(5), Level(9))
    assert b.name == "B"
    assert found.imported[0].lines == (4, 6)


@pytest.mark.parametrize(
    "other",
    [
        "alert: B, expr: load1 > 9, for: 5m, labels: {severity: critical}",
        "alert: A, expr: load5 > 9, for: 5m, labels: {severity: critical}",
        "alert: A, expr: load1 > 9, for: 2m, labels: {severity: critical}",
        "alert: A, expr: load1 > 9, for: 5m, labels: {severity: critical, team: a}",
        "alert: A, expr: load1 >= 9, for: 5m, labels: {severity: critical}",
        "alert: A, expr: load1 > 9, for: 5m, labels: {severity: critical}, annotations: {summary: worse}",
        "alert: A, expr: \"load1{instance='a'} > 9\", for: 5m, labels: {severity: critical}",
        "alert: A, expr: load1 > 9, for: 5m, labels: {severity: warning}",
    ],
)
def test_what_differs_in_more_than_its_level_stays_two_rules(other: str) -> None:
    assert len(take("alert: A, expr: load1 > 5, for: 5m, labels: {severity: warning}", other).whole) == 2


def test_levels_the_wrong_way_round_are_refused_both() -> None:
    found = take(
        "alert: A, expr: load1 > 9, labels: {severity: warning}",
        "alert: A, expr: load1 > 5, labels: {severity: critical}, annotations: {summary: worse}",
    )
    assert [(each.line, each.reason) for each in found.refused] == [(4, Reason.UNSOUND), (5, Reason.UNSOUND)]
    assert "wrong way round: critical > 5 comes before warning > 9" in found.refused[0].message
    below = take(
        "alert: A, expr: load1 < 5, labels: {severity: warning}",
        "alert: A, expr: load1 < 9, labels: {severity: critical}",
    )
    assert len(below.refused) == 2
    assert found.mapped == below.mapped == ()


def test_a_band_below_the_next_severity_is_a_level() -> None:
    (rule,) = take(
        "alert: A, expr: cpu_usage_percent > 80 and cpu_usage_percent <= 95, labels: {severity: warning}",
        "alert: A, expr: cpu_usage_percent > 95, labels: {severity: critical}",
    ).whole
    assert (rule.comparison, rule.warning, rule.critical) == (Comparison.ABOVE, Level(80), Level(95))


def test_a_band_above_the_next_severity_is_a_level_as_well() -> None:
    (rule,) = take(
        "alert: A, expr: memory_available_bytes < 5 and memory_available_bytes >= 2, labels: {severity: warning}",
        "alert: A, expr: memory_available_bytes < 2, labels: {severity: critical}",
    ).whole
    assert (rule.comparison, rule.warning, rule.critical) == (Comparison.BELOW, Level(5), Level(2))


def test_a_band_by_itself_is_refused() -> None:
    (refusal,) = take("alert: A, expr: load1 > 80 and load1 <= 95").refused
    assert (refusal.reason, "between two limits" in refusal.message) == (Reason.SEVERAL_CONDITIONS, True)


def test_the_for_of_a_host_that_is_down_is_its_limit() -> None:
    (rule,) = take("alert: A, expr: up == 0, for: 5m").whole
    assert (rule.signal.function, rule.warning, rule.hold_s) == (Function.UNREACHABLE, Level(300), 0)


def test_no_host_is_unreachable_before_a_minute_and_that_is_told() -> None:
    (found,) = take("alert: A, expr: up == 0, for: 10s, labels: {severity: warning}").imported
    assert found.rule.warning == Level(60)
    assert found.notes == ("A host is unreachable after 60 s, not before.",)


def test_a_for_longer_than_readings_are_kept_is_refused() -> None:
    (refusal,) = take("alert: A, expr: load1 > 1, for: 2d", retention_s=DAY_S).refused
    assert (refusal.reason, refusal.line) == (Reason.UNSOUND, 4)
    assert "2 d" in refusal.message
    assert take("alert: A, expr: load1 > 1, for: 1d", retention_s=DAY_S).refused == ()


def test_a_metric_that_does_not_exist_is_refused_with_one_that_does() -> None:
    (refusal,) = take("alert: A, expr: cpu_usage_procent > 1").refused
    assert refusal.reason is Reason.UNKNOWN_METRIC
    assert "cpu_usage_percent" in refusal.hint
    assert str(refusal).startswith("a.yml:4: A: There is no metric “cpu_usage_procent”.")


@pytest.mark.parametrize(
    "text",
    [
        "{{ template 'a' }}",
        '{{ define \\"a\\" }}{{ template \\"a\\" }}{{ end }}{{ template \\"a\\" }}',
        "{{ range query 'up' }}{{ . }}{{ end }}",
        "{{ with $labels.x }}{{ . }}{{ end }}",
        "{{ if true }}x{{ end }}",
        "{{ $externalLabels.cluster }}",
        "{{ $labels.x | reReplaceAll 'a' 'b' }}",
        "{{ $value",
    ],
)
def test_a_template_that_does_more_than_putting_values_in_is_refused(text: str) -> None:
    (refusal,) = take(f'alert: A, expr: load1 > 1, annotations: {{summary: "{text}"}}').refused
    assert (refusal.reason, "summary" in refusal.message) == (Reason.TEMPLATE, True)


def test_a_label_that_is_a_template_is_refused() -> None:
    (refusal,) = take('alert: A, expr: load1 > 1, labels: {value: "{{ $value }}"}').refused
    assert refusal.reason is Reason.TEMPLATE


def test_a_file_with_one_rule_that_is_no_promql_is_refused_as_one() -> None:
    with pytest.raises(RuleFileError) as raised:
        take("alert: A, expr: load1 > 1", "alert: B, expr: load1 >", "alert: C, expr: rate(load1) > 1")
    assert [(each.line, each.name) for each in raised.value.refusals] == [(5, "B"), (6, "C")]


def test_importing_is_all_or_nothing_unless_what_maps_is_asked_for() -> None:
    found = take("alert: A, expr: load1 > 1", "alert: B, expr: abs(load1) > 1")
    with pytest.raises(RuleFileError) as raised:
        _ = found.whole
    assert raised.value.refusals == found.refused
    assert [rule.name for rule in found.mapped] == ["A"]


def test_a_recorded_metric_is_looked_up_in_the_file() -> None:
    found = take(
        "alert: A, expr: job:load > 4", "record: job:load, expr: node_load1 * 2", "record: x, expr: 'sum(rate(y[5m]))'"
    )
    assert found.whole[0].signal == Signal(metric="load1", scale=2)
    assert found.recorded == ("job:load", "x")


def test_a_metric_that_is_recorded_twice_is_refused() -> None:
    found = take("record: a, expr: load1", "record: a, expr: load5", "alert: A, expr: a > 4")
    assert "several rules" in found.refused[0].message


def test_a_limit_of_a_group_is_told_as_not_kept() -> None:
    text = rules("alert: A, expr: load1 > 1").replace("- name: g", "- name: g\n  limit: 3")
    (found,) = import_rules(text, file="a.yml", retention_s=DAY_S).imported
    assert "The limit of the group “g” is not kept." in found.notes


def test_what_watchpost_has_added_is_checked_like_all_else() -> None:
    for added in ("no json", "[]", '{"id": 5}', '{"hold_s": "x"}', '{"comparison": "~"}'):
        quoted = added.replace('"', '\\"')
        (refusal,) = take(f'alert: A, expr: load1 > 1, annotations: {{watchpost_rule: "{quoted}"}}').refused
        assert refusal.reason is Reason.MALFORMED, added
    beyond = '{\\"warning\\": {\\"limit\\": 5, \\"clear\\": 9}}'
    (refusal,) = take(
        f'alert: A, expr: load1 > 1, labels: {{severity: warning}}, annotations: {{watchpost_rule: "{beyond}"}}'
    ).refused
    assert refusal.reason is Reason.UNSOUND
