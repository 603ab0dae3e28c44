"""What is kept quiet because its cause was told."""

from alerts.notifier.inhibition import DEFAULT_INHIBIT_RULES, UNREACHABLE, Inhibited, inhibited
from alerts.thresholds import Severity
from tests.alerts.notifier.made_alert import made


def test_a_host_that_cannot_be_reached_keeps_its_other_alerts_quiet() -> None:
    down, full, elsewhere = made(1, name=UNREACHABLE), made(2, name="DiskFull"), made(3, name="DiskFull", host="web-2")
    assert inhibited([down, full, elsewhere], DEFAULT_INHIBIT_RULES) == {2: Inhibited("host_unreachable", 1)}


def test_a_thousand_hosts_behind_a_jump_host_say_nothing_while_it_is_down() -> None:
    jump = made(1, name=UNREACHABLE, host="jump")
    behind = [made(at, name=UNREACHABLE, host=f"web-{at}", jump_host="jump") for at in range(2, 1002)]
    assert inhibited([jump, *behind], DEFAULT_INHIBIT_RULES).keys() == {alert.id for alert in behind}


def test_what_is_kept_quiet_keeps_others_quiet_in_turn() -> None:
    outer = made(1, name=UNREACHABLE, host="outer")
    inner = made(2, name=UNREACHABLE, host="inner", jump_host="outer")
    host = made(3, name=UNREACHABLE, host="web-1", jump_host="inner")
    assert inhibited([outer, inner, host], DEFAULT_INHIBIT_RULES).keys() == {2, 3}


def test_of_a_ring_the_oldest_speaks() -> None:
    one = made(4, name=UNREACHABLE, host="a", jump_host="b")
    other = made(5, name=UNREACHABLE, host="b", jump_host="a")
    behind = made(6, name=UNREACHABLE, host="c", jump_host="a")
    assert inhibited([one, other, behind], DEFAULT_INHIBIT_RULES).keys() == {5, 6}


def test_critical_keeps_the_warning_of_the_same_thing_quiet() -> None:
    critical = made(1, name="DiskFull", severity=Severity.CRITICAL, instance="/srv")
    warning = made(2, name="DiskFull", instance="/srv")
    other = made(3, name="DiskFull", instance="/home")
    assert inhibited([critical, warning, other], DEFAULT_INHIBIT_RULES).keys() == {2}


def test_a_cause_that_is_over_keeps_nothing_quiet() -> None:
    assert inhibited([made(1, name=UNREACHABLE, resolved_at=5), made(2)], DEFAULT_INHIBIT_RULES) == {}


def test_nothing_keeps_itself_quiet() -> None:
    alone = made(1, name=UNREACHABLE, host="jump", jump_host="jump")
    assert inhibited([alone], DEFAULT_INHIBIT_RULES) == {}


def test_labels_that_are_not_there_are_nothing_in_common() -> None:
    nameless = made(1, name=UNREACHABLE, host="")
    assert inhibited([nameless, made(2, host="")], DEFAULT_INHIBIT_RULES) == {}
