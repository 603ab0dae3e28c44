"""What is kept quiet because its cause was told."""

from collections.abc import Iterable

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.inhibition import DEFAULT_INHIBIT_RULES, GRACE_MS, Inhibited, inhibited
from alerts.thresholds import Severity
from tests.alerts.notifier.made_alert import DOWN, made


def quiet(alerts: Iterable[ActiveAlert], ts: int = 0) -> dict[int, Inhibited]:
    return inhibited(alerts, DEFAULT_INHIBIT_RULES, ts)


def test_a_host_that_cannot_be_reached_keeps_its_other_alerts_quiet() -> None:
    down, full, elsewhere = made(1, name=DOWN), made(2, name="DiskFull"), made(3, name="DiskFull", host="web-2")
    assert quiet([down, full, elsewhere]) == {2: Inhibited("host_unreachable", 1)}


def test_a_thousand_hosts_behind_a_jump_host_say_nothing_while_it_is_down() -> None:
    jump = made(1, name=DOWN, host="jump")
    behind = [made(at, name=DOWN, host=f"web-{at}", jump_host="jump") for at in range(2, 1002)]
    assert quiet([jump, *behind]).keys() == {alert.id for alert in behind}


def test_what_is_kept_quiet_keeps_others_quiet_in_turn() -> None:
    outer = made(1, name=DOWN, host="outer")
    inner = made(2, name=DOWN, host="inner", jump_host="outer")
    host = made(3, name=DOWN, host="web-1", jump_host="inner")
    assert quiet([outer, inner, host]).keys() == {2, 3}


def test_of_a_ring_the_oldest_speaks() -> None:
    one = made(4, name=DOWN, host="a", jump_host="b")
    other = made(5, name=DOWN, host="b", jump_host="a")
    behind = made(6, name=DOWN, host="c", jump_host="a")
    assert quiet([one, other, behind]).keys() == {5, 6}


def test_critical_keeps_the_warning_of_the_same_thing_quiet() -> None:
    critical = made(1, name="DiskFull", severity=Severity.CRITICAL, series="/srv")
    warning = made(2, name="DiskFull", series="/srv")
    other = made(3, name="DiskFull", series="/home")
    assert quiet([critical, warning, other]).keys() == {2}


def test_a_cause_that_is_over_keeps_nothing_quiet() -> None:
    assert quiet([made(1, name=DOWN, resolved_at=5), made(2)], GRACE_MS + 5) == {}


def test_hosts_behind_a_jump_host_that_has_just_come_back_are_given_time_to_do_so() -> None:
    jump = made(1, name=DOWN, host="jump", resolved_at=1000)
    behind, later = (made(at, name=DOWN, host=f"web-{at}", jump_host="jump", fired_at=at * 400) for at in (2, 3))
    assert quiet([jump, behind, later], 2000).keys() == {2}
    assert quiet([jump, behind, later], 1000 + GRACE_MS) == {}


def test_nothing_keeps_itself_quiet() -> None:
    alone = made(1, name=DOWN, host="jump", jump_host="jump")
    assert quiet([alone]) == {}


def test_labels_that_are_not_there_are_nothing_in_common() -> None:
    nameless = made(1, name=DOWN, host="")
    assert quiet([nameless, made(2, host="")]) == {}
