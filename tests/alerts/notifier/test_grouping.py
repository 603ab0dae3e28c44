"""Groups."""

from alerts.notifier.grouping import grouped
from alerts.thresholds import Severity
from tests.alerts.notifier.made_alert import made


def test_alerts_with_the_same_labels_come_together_worst_first() -> None:
    alerts = [
        made(1, group="web", fired_at=5),
        made(2, group="db"),
        made(3, group="web", severity=Severity.CRITICAL, fired_at=9),
        made(4, group="web", resolved_at=7),
        made(5, group="web", fired_at=2),
    ]
    groups = grouped("mail", ("group",), alerts)
    assert {str(key): [alert.id for alert in found] for key, found in groups.items()} == {
        "mail/group=web": [3, 5, 1, 4],
        "mail/group=db": [2],
    }


def test_without_labels_to_group_by_everything_is_one_message() -> None:
    assert [len(found) for found in grouped("mail", (), [made(1), made(2, host="x")]).values()] == [2]
