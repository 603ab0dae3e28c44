"""What comes of values, one by one: the same as `alerts.state.step` says, whatever is kept of it."""

import random
from dataclasses import replace

import pytest

from alerts.evaluation.book import AlertBook
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rule import Comparison, Level
from alerts.rules.signal import Function
from alerts.state.alert import INACTIVE, State
from alerts.state.step import step
from storage.alerting.alert_change import AlertChange, ChangeKind, Resolution
from storage.alerting.series_text import SERIES_LIMIT
from tests.alerts.evaluation.made import GAP, START, applied, firing


def take(book: AlertBook, rule: AppliedRule, seconds: float, value: float | None) -> AlertChange | None:
    return book.take(rule, 1, "", value, START + round(seconds * 1000), longest_gap_ms=GAP)


def kinds(book: AlertBook, rule: AppliedRule, values: list[tuple[float, float]]) -> list[tuple[str, float]]:
    changes = [(seconds, take(book, rule, seconds, value)) for seconds, value in values]
    return [(change.kind.value, seconds) for seconds, change in changes if change is not None]


LEVELS = [
    {"warning": Level(80.0, 70.0), "critical": Level(90.0, 85.0)},
    {"warning": Level(80.0), "critical": None},
    {"warning": None, "critical": Level(90.0, 60.0)},
    {"warning": Level(30.0, 45.0), "critical": Level(20.0, 35.0), "comparison": Comparison.BELOW},
    {"warning": Level(30.0), "comparison": Comparison.AT_MOST},
    {"warning": Level(50.0), "comparison": Comparison.NOT_EQUAL},
    {"warning": Level(90.0), "comparison": Comparison.EQUAL},
]


@pytest.mark.parametrize("levels", LEVELS)
@pytest.mark.parametrize(("hold_s", "keep_firing_s"), [(0.0, 0.0), (0.0, 45.0), (60.0, 20.0), (150.0, 150.0)])
def test_a_week_of_values_brings_what_each_step_by_itself_would(
    levels: dict[str, Level], hold_s: float, keep_firing_s: float
) -> None:
    rule = applied(hold_s=hold_s, keep_firing_s=keep_firing_s, **levels)  # type: ignore[arg-type]
    chance = random.Random(7)  # noqa: S311 - the same values every time
    book, alert, seconds, value = AlertBook(), INACTIVE, 0.0, 50.0
    for _ in range(4000):
        # A gap now and then, the same one twice; values that stay for a while, and are exactly at a level at times.
        pause = chance.choice([5.0] * 50 + [0.0, 100.0, 20.0])
        seconds += pause
        if pause and chance.random() < 0.25:
            value = chance.choice([20.0, 25.0, 40.0, 50.0, 65.0, 75.0, 80.0, 82.0, 87.0, 90.0, 95.0])
        before, ts = alert, START + round(seconds * 1000)
        alert = step(before, value, rule, ts, longest_gap_ms=GAP)
        change = take(book, rule, seconds, value)
        assert len(book) == (alert.state in (State.PENDING, State.FIRING))
        fires, fired = alert.state is State.FIRING, before.state is State.FIRING
        if fires and not fired:
            expected = ChangeKind.FIRED
        elif fired and not fires:
            expected = ChangeKind.RESOLVED
        elif fires and alert.severity is not before.severity:
            expected = ChangeKind.WORSE if alert.severity > before.severity else ChangeKind.BETTER
        else:
            assert change is None
            continue
        assert change is not None
        assert (change.kind, change.severity, change.ts, change.value) == (expected, alert.severity, ts, value)
        assert change.fired_at == alert.fired_at


def test_of_what_is_calm_nothing_is_kept() -> None:
    book, rule = AlertBook(), applied()
    assert kinds(book, rule, [(seconds, 79.0) for seconds in range(0, 1000, 5)]) == []
    assert len(book) == 0
    assert not book.busy_hosts


def test_an_alert_says_all_that_there_is_to_it() -> None:
    book = AlertBook()
    rule = applied("filesystem_used_percent", labels=(("team", "db"),), owner="kim")
    change = book.take(
        rule, 7, 'mount="/"', 91.0, START, longest_gap_ms=GAP, explanation={"code": "x"}, labels=(("mount", "/"),)
    )
    assert change is not None
    assert (change.rule_id, change.rule_name, change.host_id, change.owner) == (1, "rule 1", 7, "kim")
    assert (change.metric, change.series) == ("filesystem_used_percent", 'mount="/"')
    assert change.labels == {"mount": "/", "team": "db"}
    assert (change.value, change.worst_value, change.explanation) == (91.0, 91.0, {"code": "x"})
    assert (change.ts, change.fired_at, change.resolution) == (START, START, "")


def test_the_worst_of_its_values_is_told_when_it_is_over() -> None:
    book = AlertBook()
    for seconds, value in ((0, 85.0), (5, 99.0), (10, 90.0)):
        take(book, applied(), seconds, value)
    over = take(book, applied(), 15, 10.0)
    assert over is not None
    assert (over.value, over.worst_value, over.resolution) == (10.0, 99.0, Resolution.WELL)
    book, below = AlertBook(), applied(comparison=Comparison.BELOW, warning=20.0)
    for seconds, value in ((0, 15.0), (5, 3.0), (10, 10.0)):
        take(book, below, seconds, value)
    over = take(book, below, 15, 50.0)
    assert over is not None
    assert over.worst_value == 3.0


def test_no_value_changes_nothing() -> None:
    book = AlertBook()
    take(book, applied(), 0, 85.0)
    assert take(book, applied(), 5, None) is None
    assert take(book, applied(), 10, float("nan")) is None
    assert len(book) == 1


def test_what_fires_goes_on_after_a_restart_with_the_moment_at_which_it_fired() -> None:
    first, rule = AlertBook(), applied(warning=Level(80.0, 70.0), critical=90.0, hold_s=60)
    take(first, rule, 0, 95.0)
    fired = take(first, rule, 60, 95.0)
    assert fired is not None
    book = AlertBook()
    book.follow({1: [rule]})
    book.restore([firing(fired)], START + 600_000)
    assert take(book, rule, 601, 95.0) is None
    better = take(book, rule, 610, 75.0)
    assert better is not None
    assert (better.kind, better.severity, better.fired_at) == (ChangeKind.BETTER, "warning", START + 60_000)
    assert [kind for kind, _ in kinds(book, rule, [(620, 69.0)])] == ["resolved"]


def test_what_was_pending_begins_anew_after_a_restart() -> None:
    rule = applied(hold_s=60)
    assert kinds(AlertBook(), rule, [(0, 95.0), (55, 95.0)]) == []
    assert kinds(AlertBook(), rule, [(60, 95.0), (115, 95.0)]) == []


def test_an_alert_of_a_rule_that_does_not_hold_there_is_not_taken_up() -> None:
    fired = take(AlertBook(), applied(), 0, 95.0)
    assert fired is not None
    book = AlertBook()
    book.follow({1: [applied(rule_id=2)], 2: [applied()]})
    book.restore([firing(fired)], START)
    assert len(book) == 0


def test_with_other_levels_it_goes_on_by_these() -> None:
    book, rule = AlertBook(), applied()
    take(book, rule, 0, 85.0)
    higher = replace(rule, warning=Level(90.0))
    book.follow({1: [higher]})
    assert kinds(book, higher, [(5, 85.0)]) == [("resolved", 5)]
    take(book, rule, 10, 85.0)
    lower = replace(rule, critical=Level(84.0))
    book.follow({1: [lower]})
    assert kinds(book, lower, [(15, 85.0)]) == [("worse", 15)]


@pytest.mark.parametrize(
    "now",
    [
        {},
        {2: [applied()]},
        {1: []},
        {1: [applied(owner="kim")]},
        {1: [applied("load5")]},
        {1: [applied(comparison=Comparison.BELOW)]},
        {1: [applied(function=Function.AVERAGE, window_s=60)]},
    ],
)
def test_what_no_longer_holds_or_looks_at_something_else_is_forgotten(now: dict[int, list[AppliedRule]]) -> None:
    book = AlertBook()
    take(book, applied(), 0, 95.0)
    book.follow(now)
    assert len(book) == 0


def test_hosts_that_are_gone_end_what_fires_and_drop_what_is_pending() -> None:
    book = AlertBook()
    take(book, applied(), 0, 95.0)
    take(book, applied(rule_id=2, hold_s=60), 0, 95.0)
    ended = book.forget_hosts([1, 5], START + 9, Resolution.HOST_REMOVED)
    assert [(change.rule_id, change.kind, change.resolution, change.ts) for change in ended] == [
        (1, ChangeKind.RESOLVED, "host_removed", START + 9)
    ]
    assert len(book) == 0


def test_a_series_with_endless_labels_is_one_and_fits_into_an_index() -> None:
    book, long = AlertBook(), 'unit="' + "가" * 2000
    first = book.take(applied(), 1, long + '1"', 95.0, START, longest_gap_ms=GAP)
    second = book.take(applied(), 1, long + '2"', 95.0, START, longest_gap_ms=GAP)
    assert first is not None
    assert second is not None
    assert first.series != second.series
    assert max(len(change.series.encode()) for change in (first, second)) <= SERIES_LIMIT
    over = book.take(applied(), 1, long + '1"', 5.0, START + 5000, longest_gap_ms=GAP)
    assert over is not None
    assert over.series == first.series


def test_rules_of_users_are_alerts_of_their_own() -> None:
    book = AlertBook()
    own = replace(applied(), owner="kim", warning=Level(50.0))
    assert [change.owner for rule in (applied(), own) if (change := take(book, rule, 0, 60.0))] == ["kim"]
