"""When a group has something to say."""

from dataclasses import replace

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.deduplication import Due, Reason, Restless, Timing, Told, due, told_now
from alerts.thresholds import Severity
from tests.alerts.notifier.made_alert import made

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
TIMING = Timing(group_wait_s=10, group_interval_s=300, repeat_interval_s=3600, warnings_repeat_s=7200)
QUIET = replace(TIMING, repeat_interval_s=0, warnings_repeat_s=0)


def resolved(alert: ActiveAlert, ts: int) -> ActiveAlert:
    return replace(alert, resolved_at=ts, changed_at=ts)


def test_the_first_message_waits_for_others_to_join() -> None:
    assert due([made(1, fired_at=5000), made(2, fired_at=9000)], None, TIMING) == Due(15_000, Reason.FIRST)


def test_what_was_over_before_anybody_was_told_is_no_news() -> None:
    assert due([made(1, resolved_at=3000)], None, TIMING) is None


def test_the_same_is_said_again_only_after_the_repeat_interval() -> None:
    warning, critical = made(1), made(1, severity=Severity.CRITICAL)
    assert due([warning], told_now([warning], 10 * SECOND), TIMING) == Due(10 * SECOND + 2 * HOUR, Reason.REPEAT)
    assert due([critical], told_now([critical], 10 * SECOND), TIMING) == Due(10 * SECOND + HOUR, Reason.REPEAT)
    assert due([warning], told_now([warning], 0), QUIET) is None


def test_never_sooner_than_half_an_hour_whatever_is_asked_for() -> None:
    hasty = replace(TIMING, warnings_repeat_s=60)
    assert due([made(1)], told_now([made(1)], 0), hasty) == Due(30 * MINUTE, Reason.REPEAT)


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


def test_who_was_called_is_called_again_within_the_minute_but_not_every_ten_seconds() -> None:
    critical = [made(at, severity=Severity.CRITICAL, fired_at=at * SECOND) for at in range(1, 4)]
    told = told_now(critical[:1], 11 * SECOND)
    assert due(critical, told, TIMING) == Due(61 * SECOND, Reason.NEW_ALERTS)


def test_of_one_cause_others_that_follow_from_it_are_no_news() -> None:
    critical = [made(at, severity=Severity.CRITICAL) for at in range(1, 4)]
    told = told_now(critical[:1], 10 * SECOND)
    assert due(critical, told, QUIET, one_cause=True) is None
    assert due(critical, told, QUIET) is not None


def test_an_alert_that_gets_better_says_nothing() -> None:
    told = told_now([made(1, severity=Severity.CRITICAL)], 0)
    assert due([made(1)], told, QUIET) is None


def test_the_end_is_told_once() -> None:
    told = told_now([made(1), made(2)], 0)
    ended = resolved(made(1), MINUTE)
    assert due([ended, made(2)], told, TIMING) == Due(6 * MINUTE, Reason.SOME_RESOLVED)
    both = [ended, resolved(made(2), MINUTE)]
    assert due(both, told, TIMING) == Due(5 * MINUTE, Reason.ALL_RESOLVED)
    assert due(both, told_now(both, 5 * MINUTE), TIMING) is None


def test_a_group_that_comes_again_at_once_waits_for_its_interval() -> None:
    told = told_now([resolved(made(1), MINUTE)], 6 * MINUTE)
    assert due([made(2, fired_at=7 * MINUTE)], told, TIMING) == Due(11 * MINUTE, Reason.FIRST)


def test_the_end_of_something_nobody_was_told_of_is_no_news() -> None:
    told = told_now([made(1)], 0)
    assert due([made(1), resolved(made(2), MINUTE)], told, QUIET) is None


def test_all_is_well_is_said_once_the_last_one_is_back() -> None:
    told = told_now([made(1), made(2)], 0)
    both = [resolved(made(1), HOUR), resolved(made(2), HOUR + MINUTE)]
    assert due(both, told, TIMING) == Due(HOUR + MINUTE + 10 * SECOND, Reason.ALL_RESOLVED)


def test_what_fires_again_before_anybody_was_told_that_it_was_over_is_no_news() -> None:
    told = told_now([made(1, key="k")], 0)
    assert due([made(2, key="k", fired_at=2 * MINUTE)], told, QUIET) is None


def test_what_was_told_and_is_kept_quiet_by_now_is_told_to_be_over() -> None:
    told = told_now([made(2)], HOUR, told_now([made(1)], 0))
    assert due([resolved(made(1), 2 * HOUR), resolved(made(2), 2 * HOUR)], told, QUIET) is not None
    assert told.firing.keys() == {"1", "2"}


BACK = Restless(returning=frozenset({"k"}))


def test_the_third_message_in_an_hour_about_what_comes_and_goes_waits_for_the_hour_or_until_it_lasts() -> None:
    told = Told(at=15 * MINUTE, firing={}, sent=(0, 15 * MINUTE))
    again = made(3, key="k", fired_at=20 * MINUTE)
    assert due([again], told, TIMING, BACK) == Due(40 * MINUTE, Reason.FIRST)
    assert due([replace(again, fired_at=50 * MINUTE)], told, TIMING, BACK) == Due(60 * MINUTE, Reason.FIRST)
    assert due([again, made(4, key="other", fired_at=20 * MINUTE)], told, TIMING, BACK) == Due(
        20 * MINUTE + 10 * SECOND, Reason.FIRST
    )


def test_what_flaps_is_told_of_once_as_such_and_then_not_before_it_has_settled() -> None:
    flaps = Restless(returning=frozenset({"k"}), flapping=frozenset({"k"}))
    before = told_now([made(1, key="k")], 10 * SECOND)
    now = resolved(made(2, key="k"), 6 * MINUTE)
    assert due([now], before, TIMING, flaps) == Due(6 * MINUTE, Reason.FLAPPING)
    told = told_now([now], 6 * MINUTE, before, flaps.flapping)
    assert due([now], told, TIMING, flaps) is None
    assert due([made(3, key="k", severity=Severity.CRITICAL)], told, TIMING, flaps) is None
    assert due([now], told, TIMING) == Due(11 * MINUTE, Reason.ALL_RESOLVED)
