"""What an alert becomes, value by value."""

import math
from collections.abc import Iterable
from dataclasses import replace

import pytest

from alerts.rules.rule import Comparison, Level, NewRule
from alerts.rules.signal import Signal
from alerts.state.alert import INACTIVE, Alert, State
from alerts.state.step import step
from alerts.thresholds import Severity

MINUTE = 60_000
GAP = 30_000
RULE = NewRule(
    name="CPU busy",
    signal=Signal(metric="cpu_usage_percent"),
    warning=Level(80),
    critical=Level(90),
    hold_s=300,
)


def after(values: Iterable[tuple[float, float | None]], rule: NewRule = RULE, alert: Alert = INACTIVE) -> Alert:
    """The alert after values at minutes; in between the last one goes on every 10 s."""
    last: tuple[int, float | None] | None = None
    for minute, value in values:
        at = round(minute * MINUTE)
        if last is not None:
            for ts in range(last[0] + 10_000, at, 10_000):
                alert = step(alert, last[1], rule, ts, longest_gap_ms=GAP)
        alert = step(alert, value, rule, at, longest_gap_ms=GAP)
        last = at, value
    return alert


def test_a_value_that_is_fine_leaves_it_inactive() -> None:
    assert after([(0, 10), (10, 80)]).state is State.INACTIVE


def test_it_is_pending_until_the_value_has_been_too_high_for_long_enough() -> None:
    assert after([(0, 85), (4.9, 85)]).state is State.PENDING
    fired = after([(0, 85), (5, 85)])
    assert (fired.state, fired.severity, fired.fired_at) == (State.FIRING, Severity.WARNING, 5 * MINUTE)


def test_one_value_in_between_that_is_fine_begins_the_time_anew() -> None:
    assert after([(0, 85), (4, 79), (4.2, 85), (6, 85)]).state is State.PENDING


def test_a_rule_without_hold_fires_at_the_first_value() -> None:
    assert after([(0, 85)], replace(RULE, hold_s=0)).state is State.FIRING


def test_critical_at_once_is_critical_after_its_hold() -> None:
    assert after([(0, 95), (5, 95)]).severity is Severity.CRITICAL


def test_critical_has_to_hold_by_itself() -> None:
    worse = [(0, 85), (5, 85), (6, 95), (10.9, 95)]
    assert after(worse).severity is Severity.WARNING
    assert after([*worse, (11, 95)]).severity is Severity.CRITICAL


def test_what_gets_better_goes_back_to_a_warning_and_was_one_all_along() -> None:
    better = after([(0, 95), (5, 95), (6, 85)])
    assert (better.state, better.severity, better.fired_at) == (State.FIRING, Severity.WARNING, 5 * MINUTE)


def test_it_is_resolved_when_the_value_is_fine() -> None:
    resolved = after([(0, 85), (5, 85), (6, 80)])
    assert (resolved.state, resolved.severity, resolved.resolved_at) == (State.RESOLVED, Severity.WARNING, 6 * MINUTE)


def test_a_resolved_alert_that_comes_again_fires_anew() -> None:
    again = after([(0, 85), (5, 85), (6, 10), (7, 95), (12, 95)])
    assert (again.state, again.severity, again.fired_at) == (State.FIRING, Severity.CRITICAL, 12 * MINUTE)
    assert again.resolved_at is None


HYSTERESIS = replace(RULE, warning=Level(80, clear=70), critical=Level(90, clear=85))


def test_with_a_clear_level_it_goes_on_until_the_value_is_below_that_one() -> None:
    assert after([(0, 85), (5, 85), (6, 71)], HYSTERESIS).state is State.FIRING
    assert after([(0, 85), (5, 85), (6, 70)], HYSTERESIS).state is State.RESOLVED
    assert after([(0, 95), (5, 95), (6, 86)], HYSTERESIS).severity is Severity.CRITICAL


def test_the_clear_level_does_not_make_it_fire() -> None:
    assert after([(0, 75), (60, 79)], HYSTERESIS).state is State.INACTIVE


def test_it_keeps_firing_for_as_long_as_the_rule_says() -> None:
    rule = replace(RULE, keep_firing_s=120)
    assert after([(0, 85), (5, 85), (6, 10), (7.9, 10)], rule).state is State.FIRING
    assert after([(0, 85), (5, 85), (6, 10), (8, 10)], rule).state is State.RESOLVED
    assert after([(0, 85), (5, 85), (6, 10), (7, 85), (8, 10), (9.9, 10)], rule).state is State.FIRING


def test_a_scrape_that_failed_resolves_nothing() -> None:
    firing = after([(0, 85), (5, 85)])
    assert step(firing, None, RULE, 6 * MINUTE, longest_gap_ms=GAP) is firing
    assert step(firing, math.nan, RULE, 6 * MINUTE, longest_gap_ms=GAP) is firing


def test_time_that_nobody_saw_holds_nothing() -> None:
    pending = after([(0, 85)])
    assert step(pending, 85, RULE, 10 * MINUTE, longest_gap_ms=GAP).state is State.PENDING


def test_what_fires_goes_on_after_a_gap_and_keeps_when_it_began() -> None:
    later = step(after([(0, 95), (5, 95)]), 95, RULE, 60 * MINUTE, longest_gap_ms=GAP)
    assert (later.state, later.severity, later.fired_at) == (State.FIRING, Severity.CRITICAL, 5 * MINUTE)


def test_a_value_that_comes_twice_or_late_changes_nothing() -> None:
    firing = after([(0, 85), (5, 85)])
    assert step(firing, 10, RULE, 5 * MINUTE, longest_gap_ms=GAP) is firing
    assert step(firing, 10, RULE, 4 * MINUTE, longest_gap_ms=GAP) is firing


@pytest.mark.parametrize(
    ("comparison", "fine", "bad"),
    [
        (Comparison.ABOVE, 5, 5.1),
        (Comparison.AT_LEAST, 4.9, 5),
        (Comparison.BELOW, 5, 4.9),
        (Comparison.AT_MOST, 5.1, 5),
        (Comparison.EQUAL, 4, 5),
        (Comparison.NOT_EQUAL, 5, 4),
    ],
)
def test_trouble_may_lie_on_either_side_of_a_level(comparison: Comparison, fine: float, bad: float) -> None:
    rule = replace(RULE, comparison=comparison, warning=Level(5), critical=None, hold_s=0)
    assert after([(0, fine)], rule).state is State.INACTIVE
    assert after([(0, bad)], rule).state is State.FIRING
    assert after([(0, bad), (1, fine)], rule).state is State.RESOLVED


def test_a_rule_for_critical_alone_has_no_warning() -> None:
    rule = replace(RULE, warning=None)
    assert after([(0, 85), (10, 85)], rule).state is State.INACTIVE
    assert after([(0, 95), (5, 95)], rule).severity is Severity.CRITICAL
