"""When a group has something to say."""

from dataclasses import replace

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.deduplication import Due, Reason, Timing, due, told_now
from alerts.thresholds import Severity
from tests.alerts.notifier.made_alert import made

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
TIMING = Timing(group_wait_s=10, group_interval_s=300, repeat_interval_s=3600)


def resolved(alert: ActiveAlert, ts: int) -> ActiveAlert:
    return replace(alert, resolved_at=ts, changed_at=ts)


def test_the_first_message_waits_for_others_to_join() -> None:
    assert due([made(1, fired_at=5000), made(2, fired_at=9000)], None, TIMING) == Due(15_000, Reason.FIRST)


def test_what_was_over_before_anybody_was_told_is_no_news() -> None:
    assert due([made(1, resolved_at=3000)], None, TIMING) is None


def test_the_same_is_said_again_only_after_the_repeat_interval() -> None:
    told = told_now([made(1)], 10 * SECOND)
    assert due([made(1)], told, TIMING) == Due(10 * SECOND + HOUR, Reason.REPEAT)
    assert due([made(1)], told, replace(TIMING, repeat_interval_s=0)) is None


def test_what_somebody_is_on_is_not_repeated() -> None:
    told = told_now([made(1), made(2)], 0)
    assert due([made(1, acknowledged=True), made(2, acknowledged=True)], told, TIMING) is None
    assert due([made(1, acknowledged=True), made(2)], told, TIMING) is not None


def test_another_warning_waits_for_the_interval_of_the_group() -> None:
    told = told_now([made(1)], 10 * SECOND)
    later = due([made(1), made(2, fired_at=MINUTE)], told, TIMING)
    assert later == Due(10 * SECOND + 5 * MINUTE, Reason.NEW_ALERTS)


def test_what_is_critical_now_does_not_wait_for_it() -> None:
    told = told_now([made(1)], 10 * SECOND)
    new = made(2, severity=Severity.CRITICAL, fired_at=MINUTE)
    assert due([made(1), new], told, TIMING) == Due(MINUTE + 10 * SECOND, Reason.NEW_ALERTS)
    worse = made(1, severity=Severity.CRITICAL, changed_at=2 * MINUTE)
    assert due([worse], told, TIMING) == Due(2 * MINUTE + 10 * SECOND, Reason.WORSE)


def test_an_alert_that_gets_better_says_nothing() -> None:
    told = told_now([made(1, severity=Severity.CRITICAL)], 0)
    assert due([made(1)], told, replace(TIMING, repeat_interval_s=0)) is None


def test_the_end_is_told_once() -> None:
    told = told_now([made(1), made(2)], 0)
    ended = resolved(made(1), MINUTE)
    assert due([ended, made(2)], told, TIMING) == Due(5 * MINUTE, Reason.SOME_RESOLVED)
    both = [ended, resolved(made(2), MINUTE)]
    assert due(both, told, TIMING) == Due(5 * MINUTE, Reason.ALL_RESOLVED)
    assert due(both, told_now(both, 5 * MINUTE), TIMING) is None


def test_a_group_that_comes_again_at_once_waits_for_its_interval() -> None:
    told = told_now([resolved(made(1), MINUTE)], 6 * MINUTE)
    assert due([made(2, fired_at=7 * MINUTE)], told, TIMING) == Due(11 * MINUTE, Reason.FIRST)


def test_the_end_of_something_nobody_was_told_of_is_no_news() -> None:
    told = told_now([made(1)], 0)
    quiet = replace(TIMING, repeat_interval_s=0)
    assert due([made(1), resolved(made(2), MINUTE)], told, quiet) is None
