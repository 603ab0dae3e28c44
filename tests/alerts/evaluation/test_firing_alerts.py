"""What fires on all hosts of a poller, and what ends it beside values that are well."""

from dataclasses import replace

import pytest

from alerts.evaluation.firing_alerts import FiringAlerts
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rule import Level
from storage.alerting.alert_change import AlertChange, ChangeKind, Resolution
from storage.alerting.alert_row import AlertRow
from tests.alerts.evaluation.made import START, applied

RULE = applied("filesystem_used_percent", where={"mount": "/.*"})
FIRED = AlertChange(
    rule_id=1,
    rule_name="rule 1",
    host_id=1,
    series='mount="/"',
    metric="filesystem_used_percent",
    labels={"mount": "/"},
    kind=ChangeKind.FIRED,
    severity="warning",
    value=85.0,
    ts=START,
    fired_at=START,
)
RESOLVED = AlertChange(
    **{name: getattr(FIRED, name) for name in FIRED.__struct_fields__} | {"kind": ChangeKind.RESOLVED}
)


def firing(*rules: AppliedRule) -> FiringAlerts:
    alerts = FiringAlerts()
    alerts.follow({1: rules or (RULE,)}, {1}, START)
    assert alerts.take(FIRED)
    return alerts


def ends(changes: list[AlertChange]) -> list[tuple[ChangeKind, str, int]]:
    return [(change.kind, change.resolution, change.fired_at) for change in changes]


def test_it_knows_what_fires_until_it_is_over() -> None:
    alerts = firing()
    assert [(row.host_id, row.series, row.fired_at) for row in alerts.of([1, 2])] == [(1, 'mount="/"', START)]
    assert alerts.counts() == {"warning": 1}
    assert alerts.take(RESOLVED)
    assert alerts.of([1]) == []
    # Told by an event loop that did not know of the end.
    assert not alerts.take(RESOLVED)


@pytest.mark.parametrize(
    ("now", "resolution"),
    [
        ((), Resolution.RULE_CHANGED),
        ((replace(RULE, owner="kim"),), Resolution.RULE_CHANGED),
        ((applied("filesystem_used_percent"),), Resolution.RULE_CHANGED),
    ],
)
def test_an_edited_rule_that_no_longer_looks_there_ends_its_alerts(
    now: tuple[AppliedRule, ...], resolution: Resolution
) -> None:
    alerts = firing()
    ended = alerts.follow({1: now}, {1}, START + 9)
    assert ends(ended) == [(ChangeKind.RESOLVED, resolution, START)]
    assert alerts.take(ended[0])
    assert alerts.of([1]) == []


def test_a_rule_that_is_gone_ends_its_alerts() -> None:
    assert ends(firing().follow({1: ()}, set(), START)) == [(ChangeKind.RESOLVED, "rule_removed", START)]


def test_other_levels_end_nothing() -> None:
    assert firing().follow({1: [replace(RULE, warning=Level(99.0))]}, {1}, START) == []


def test_what_a_loop_says_that_has_not_heard_of_the_new_rules_is_not_told() -> None:
    alerts = FiringAlerts()
    alerts.follow({1: []}, {1}, START)
    assert not alerts.take(FIRED)


def test_the_last_words_of_a_host_that_another_poller_takes_are_told() -> None:
    alerts = firing()
    alerts.follow({2: [RULE]}, {1}, START)
    assert alerts.of([1]) == []
    assert alerts.take(RESOLVED)


def test_a_host_that_is_gone_ends_all_that_fires_there() -> None:
    assert ends(firing().end(1, START + 5, Resolution.HOST_REMOVED)) == [(ChangeKind.RESOLVED, "host_removed", START)]
    assert firing().end(2, START, Resolution.HOST_REMOVED) == []


ROW = AlertRow(
    id=5,
    rule_id=1,
    rule_name="rule 1",
    host_id=1,
    series='mount="/"',
    metric="filesystem_used_percent",
    labels={"mount": "/"},
    severity="warning",
    value=85.0,
    fired_at=START,
    changed_at=START,
)


def test_what_was_left_firing_is_taken_up_where_its_rule_still_looks_there() -> None:
    alerts = FiringAlerts()
    alerts.follow({1: [RULE]}, {1}, START)
    rows = [
        ROW,
        replace(ROW, rule_id=2, series="a"),
        replace(ROW, series="b", metric="load1"),
        replace(ROW, series="c", labels={"mount": "C:"}),
    ]
    ended = alerts.restore(rows, {1}, START + 5)
    assert [(change.series, change.resolution) for change in ended] == [
        ("a", "rule_removed"),
        ("b", "rule_changed"),
        ("c", "rule_changed"),
    ]
    assert alerts.of([1]) == [ROW]
