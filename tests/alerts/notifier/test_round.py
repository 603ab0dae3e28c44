"""What people get to hear in days of alerts, and what became of those of which they hear nothing."""

import random
from dataclasses import replace

import pytest

from alerts.notifier.deduplication import Reason, Timing
from alerts.notifier.escalation import Escalation
from alerts.notifier.maintenance import MaintenanceWindow
from alerts.notifier.outcome import Outcome, Standing
from alerts.notifier.rate_limit import RateLimit
from alerts.notifier.recurrence import Recurrence
from alerts.notifier.routing import Route
from alerts.notifier.silence import Silence
from alerts.rules.matchers import Matcher, Operator
from alerts.thresholds import Severity
from tests.alerts.notifier.days import DAY, HOUR, MINUTE, SECOND, Days, most_in_an_hour
from tests.alerts.notifier.made_alert import DOWN

START = 10 * DAY
EVERYTHING = Matcher("host", Operator.MATCHES, ".*")


def test_one_alert_is_two_messages_when_it_begins_and_when_it_ends() -> None:
    days = Days()
    days.fires("CpuBusy", START, START + HOUR)
    days.pass_until(START + 2 * HOUR, since=START)
    assert [(message.at - START, message.reason, message.firing, message.resolved) for message in days.messages] == [
        (10 * SECOND, Reason.FIRST, 1, 0),
        (HOUR + 10 * SECOND, Reason.ALL_RESOLVED, 0, 1),
    ]


def test_what_goes_on_is_said_again_every_four_hours_until_somebody_is_on_it() -> None:
    days = Days()
    alert = days.fires("CpuBusy", START)
    days.pass_until(START + 9 * HOUR, since=START)
    assert [message.reason for message in days.messages] == [Reason.FIRST, Reason.REPEAT, Reason.REPEAT]
    days.change(alert, acknowledged=True)
    days.pass_until(START + 30 * HOUR, since=START + 9 * HOUR)
    assert len(days.messages) == 3
    assert days.outcome(alert) == Outcome(standing=Standing.TOLD, receivers=("mail",))


def test_what_somebody_is_on_before_anybody_was_told_is_told_to_nobody() -> None:
    days = Days()
    alert = days.fires("CpuBusy", START)
    days.change(alert, acknowledged=True)
    days.pass_until(START + HOUR, since=START)
    assert days.messages == []
    assert days.outcome(alert).standing is Standing.ACKNOWLEDGED


@pytest.mark.parametrize(("on", "off"), [(1, 1), (2, 2), (3, 7), (10, 10), (2, 8), (5, 25), (7, 7), (20, 20), (30, 30)])
def test_a_host_that_comes_and_goes_is_two_messages_an_hour_at_the_most(on: int, off: int) -> None:
    days = Days()
    days.comes_and_goes(DOWN, START, on=on * MINUTE, off=off * MINUTE, until=START + 6 * HOUR)
    days.pass_until(START + 9 * HOUR, since=START)
    assert most_in_an_hour(days.messages) <= 2
    # In the end it is well, and that is said.
    assert days.messages[-1].reason is Reason.ALL_RESOLVED


def test_a_host_that_comes_and_goes_and_then_stays_away_is_told_of() -> None:
    days = Days()
    days.comes_and_goes(DOWN, START, on=3 * MINUTE, off=7 * MINUTE, until=START + 15 * MINUTE)
    days.fires(DOWN, START + 20 * MINUTE)
    days.pass_until(START + 20 * MINUTE + 90 * MINUTE, since=START)
    flapping = [message for message in days.messages if message.flapping]
    assert len(flapping) == 1
    assert flapping[0].reason is Reason.FLAPPING
    assert days.messages[-1].at <= START + 70 * MINUTE


def test_hundreds_of_hosts_behind_a_registered_jump_host_are_one_message_and_one_when_they_are_back() -> None:
    days = Days("mail", "slack")
    chance = random.Random(7)  # noqa: S311 - no secret
    days.fires(DOWN, START + 8 * SECOND, START + HOUR, host="bastion", group="infra")
    for number in range(300):
        back = START + HOUR + chance.randrange(90) * SECOND
        at = START + chance.randrange(25) * SECOND
        days.fires(DOWN, at, back, host=f"web-{number}", group=f"g{number % 7}", behind="bastion")
    days.pass_until(START + 3 * HOUR, since=START)
    for receiver in ("mail", "slack"):
        mine = [message for message in days.messages if message.receiver == receiver]
        assert [message.reason for message in mine] == [Reason.FIRST, Reason.ALL_RESOLVED]
        # Those that were seen to be gone before their jump host was wait for no message of their own.
        assert mine[0].at == START + 18 * SECOND
        assert (mine[0].group, mine[0].firing) == ((("jump_host", "bastion"),), 1)
        assert mine[0].kept_quiet > 100


def test_where_the_jump_host_is_in_no_registry_they_are_one_message_all_the_same() -> None:
    days = Days()
    chance = random.Random(8)  # noqa: S311 - no secret
    ids = [
        days.fires(
            DOWN,
            START + chance.randrange(25) * SECOND,
            START + HOUR + chance.randrange(200) * SECOND,
            host=f"web-{number}",
            group=f"g{number % 7}",
            behind="10.0.0.1",
        )
        for number in range(300)
    ]
    days.pass_until(START + 30 * MINUTE, since=START)
    assert {days.outcome(alert).standing for alert in ids} == {Standing.TOLD}
    days.pass_until(START + 3 * HOUR, since=START + 30 * MINUTE)
    assert [message.reason for message in days.messages] == [Reason.FIRST, Reason.ALL_RESOLVED]
    assert len(days.messages[0].alerts) == 50
    assert days.messages[0].hosts == days.messages[0].firing > 50


def test_a_host_that_cannot_be_reached_keeps_its_other_alerts_quiet_and_they_say_why() -> None:
    days = Days()
    down = days.fires(DOWN, START)
    full = days.fires("DiskFull", START + SECOND)
    days.pass_until(START + HOUR, since=START)
    assert [alert.id for message in days.messages for alert in message.alerts] == [down]
    assert days.messages[0].kept_quiet == 1
    assert days.outcome(full) == Outcome(standing=Standing.INHIBITED, by=("host_unreachable",), source_id=down)


def test_a_silence_says_which_and_until_when_and_the_alert_is_told_of_when_it_ends() -> None:
    days = Days()
    alert = days.fires("CpuBusy", START)
    silence = Silence(id=5, matchers=(EVERYTHING,), starts_at=START, ends_at=START + HOUR)
    days.scene = replace(days.scene, silences=[silence])
    days.pass_until(START + 30 * MINUTE, since=START)
    assert days.outcome(alert) == Outcome(standing=Standing.SILENCED, until=START + HOUR, by=("5",))
    days.pass_until(START + 2 * HOUR, since=START + 30 * MINUTE)
    assert [START + HOUR <= message.at <= START + HOUR + 30 * SECOND for message in days.messages] == [True]


def test_what_was_told_before_a_silence_is_told_to_be_over_during_it() -> None:
    days = Days()
    days.fires("CpuBusy", START, START + HOUR)
    silence = Silence(id=5, matchers=(EVERYTHING,), starts_at=START + MINUTE, ends_at=START + DAY)
    days.scene = replace(days.scene, silences=[silence])
    days.pass_until(START + 2 * HOUR, since=START)
    assert [message.reason for message in days.messages] == [Reason.FIRST, Reason.ALL_RESOLVED]


def test_a_maintenance_window_keeps_quiet_what_it_is_about() -> None:
    nightly = Recurrence("DTSTART:20000101T000000\nRRULE:FREQ=DAILY", "UTC")
    window = MaintenanceWindow(
        id=1, name="nightly", matchers=(Matcher("host", Operator.EQUAL, "db-1"),), recurrence=nightly, duration_s=3600
    )
    night = 950_400_000_000 // DAY * DAY
    days = Days()
    days.scene = replace(days.scene, windows=[window])
    quiet = days.fires("CpuBusy", night + MINUTE, host="db-1")
    told = days.fires("CpuBusy", night + MINUTE, host="web-1")
    days.pass_until(night + 30 * MINUTE, since=night)
    assert days.outcome(quiet) == Outcome(standing=Standing.IN_MAINTENANCE, until=night + HOUR, by=("nightly",))
    assert days.outcome(told).standing is Standing.TOLD


def test_when_nobody_acknowledges_somebody_else_is_told_and_told_when_it_is_over() -> None:
    days = Days("mail", "boss")
    ladder = (Escalation(after_s=900, receivers=("boss",)),)
    days.scene = replace(days.scene, routes=[Route(name="all", receivers=("mail",), escalation=ladder)])
    days.fires("CpuBusy", START, START + HOUR)
    days.pass_until(START + 2 * HOUR, since=START)
    boss = [message for message in days.messages if message.receiver == "boss"]
    assert [(message.at - START, message.escalated) for message in boss] == [
        (15 * MINUTE, True),
        (HOUR + 10 * SECOND, True),
    ]


def test_what_is_over_a_receivers_limit_is_said_in_one_message() -> None:
    days = Days()
    days.scene = replace(
        days.scene,
        limits={"mail": RateLimit(burst=3, every_s=600)},
        routes=[Route(name="all", receivers=("mail",), group_by=("host",))],
    )
    for number in range(20):
        days.fires("CpuBusy", START, host=f"web-{number}")
    late = days.fires("CpuBusy", START + MINUTE, host="late")
    days.pass_until(START + 2 * MINUTE, since=START)
    assert [(message.firing, message.held_back) for message in days.messages] == [(1, 0), (1, 0), (18, 17)]
    assert days.outcome(late) == Outcome(
        standing=Standing.RATE_LIMITED, receivers=("mail",), until=START + 10 * SECOND + 600 * SECOND
    )
    days.pass_until(START + 20 * MINUTE, since=START + 2 * MINUTE)
    assert days.outcome(late).standing is Standing.TOLD


def test_without_a_route_nobody_is_told_and_that_is_said() -> None:
    days = Days()
    days.scene = replace(days.scene, routes=[Route(name="db", receivers=("mail",), matchers=(_group("db"),))])
    alert = days.fires("CpuBusy", START, group="web")
    days.pass_until(START + HOUR, since=START)
    assert days.messages == []
    assert days.outcome(alert).standing is Standing.NO_ROUTE


def test_while_a_group_waits_it_says_until_when() -> None:
    days = Days()
    alert = days.fires("CpuBusy", START)
    days.look(START)
    assert days.outcome(alert) == Outcome(standing=Standing.WAITS, receivers=("mail",), until=START + 10 * SECOND)
    assert days.decision is not None
    assert days.decision.look_at == START + 10 * SECOND


def test_a_route_for_other_hours_by_now_still_tells_of_the_end() -> None:
    days = Days()
    days.fires("CpuBusy", START, START + HOUR)
    days.pass_until(START + 30 * MINUTE, since=START)
    days.scene = replace(days.scene, routes=[])
    days.pass_until(START + 2 * HOUR, since=START + 30 * MINUTE)
    assert [message.reason for message in days.messages] == [Reason.FIRST, Reason.ALL_RESOLVED]


def test_the_end_is_told_at_the_pace_of_the_route_and_under_its_name() -> None:
    days = Days()
    timing = Timing(group_wait_s=1, group_interval_s=2)
    days.scene = replace(days.scene, routes=[Route(name="hasty", receivers=("mail",), timing=timing)])
    days.fires("CpuBusy", START, START + 10 * SECOND)
    days.pass_until(START + MINUTE, since=START)
    assert [(message.at - START, message.route) for message in days.messages] == [
        (1 * SECOND, "hasty"),
        (11 * SECOND, "hasty"),
    ]


def test_what_fires_by_the_thresholds_of_one_user_is_for_that_user() -> None:
    days = Days("mail", "jo")
    days.fires("CpuBusy", START, owner="jo")
    days.pass_until(START + HOUR, since=START)
    assert [message.receiver for message in days.messages] == ["jo"]


def test_the_same_look_gives_the_same_key_so_that_nothing_is_logged_twice() -> None:
    days, again = Days(), Days()
    for each in (days, again):
        each.fires("CpuBusy", START)
        each.pass_until(START + 9 * HOUR, since=START)
    keys = [message.idempotency_key for message in days.messages]
    assert keys == [message.idempotency_key for message in again.messages]
    assert len(set(keys)) == 3


def test_what_fires_again_another_day_has_another_key() -> None:
    days = Days()
    for day in range(3):
        days.fires("CpuBusy", START + day * DAY, START + day * DAY + HOUR)
    days.pass_until(START + 3 * DAY, since=START)
    assert len({message.idempotency_key for message in days.messages}) == len(days.messages) == 6


def test_an_alert_whose_row_is_gone_is_forgotten_and_its_group_tells_of_the_next_one_as_new() -> None:
    days = Days()
    gone = days.fires("CpuBusy", START)
    days.pass_until(START + MINUTE, since=START)
    days.forget(gone)
    days.pass_until(START + 2 * HOUR, since=START + MINUTE)
    assert not any(said.firing for said in days.memory.told.values())
    days.fires("CpuBusy", START + 2 * HOUR)
    days.pass_until(START + 3 * HOUR, since=START + 2 * HOUR)
    assert [message.reason for message in days.messages] == [Reason.FIRST, Reason.FIRST]


def test_a_week_of_a_hundred_hosts_is_no_flood_and_tells_of_everything_that_lasted() -> None:
    days = Days()
    chance = random.Random(3)  # noqa: S311 - no secret
    lasting = set()
    for number in range(120):
        at = START + chance.randrange(7 * DAY)
        length = chance.choice([MINUTE, 10 * MINUTE, 2 * HOUR])
        host, name = f"web-{chance.randrange(100)}", chance.choice(["CpuBusy", "DiskFull", "MemoryShort"])
        severity = chance.choice([Severity.WARNING, Severity.CRITICAL])
        days.fires(name, at, at + length, host=f"{host}.{number}", severity=severity, group=f"g{number % 5}")
        if length > 6 * MINUTE:
            lasting.add(f"{host}.{number}")
    days.pass_until(START + 8 * DAY, since=START)
    told = {alert.host for message in days.messages for alert in message.alerts if alert.firing}
    assert lasting <= told
    ended = {alert.host for message in days.messages for alert in message.alerts if not alert.firing}
    assert ended == told
    assert len(days.messages) <= 2 * 120
    assert most_in_an_hour(days.messages) <= 20


def _group(name: str) -> Matcher:
    return Matcher("group", Operator.EQUAL, name)
