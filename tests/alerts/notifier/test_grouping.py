"""Groups."""

from alerts.notifier.grouping import group_key, worst_first
from alerts.thresholds import Severity
from tests.alerts.notifier.made_alert import made


def test_alerts_with_the_same_labels_belong_together() -> None:
    web, other, db = (made(at, group=group) for at, group in enumerate(("web", "web", "db")))
    assert group_key("mail", ["group"], web) == group_key("mail", ["group"], other)
    assert str(group_key("mail", ["group"], web)) == "mail/group=web"
    assert group_key("mail", ["group"], db) != group_key("mail", ["group"], web)
    assert group_key("mail", [], db) == group_key("mail", [], web)


def test_those_who_hear_of_it_because_nobody_acknowledged_are_told_apart() -> None:
    assert group_key("boss", ["group"], made(), escalated=True) != group_key("boss", ["group"], made())


def test_what_fires_for_the_sake_of_one_jump_host_belongs_together_whatever_the_route_says() -> None:
    web, db = made(group="web"), made(group="db")
    assert group_key("mail", ["group"], web, cause="jump") == group_key("mail", ["group"], db, cause="jump")
    # A label that happens to say the same is no cause.
    assert group_key("mail", ["jump_host"], made(jump_host="jump")) != group_key("mail", [], web, cause="jump")


def test_the_worst_come_first_then_the_oldest_and_what_is_over_last() -> None:
    alerts = [
        made(1, fired_at=5),
        made(3, severity=Severity.CRITICAL, fired_at=9),
        made(4, resolved_at=7),
        made(5, fired_at=2),
    ]
    assert [alert.id for alert in worst_first(alerts)] == [3, 5, 1, 4]
