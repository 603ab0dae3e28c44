"""When nobody says to be on it."""

from alerts.notifier.escalation import Escalation, escalated_to, next_rung_at
from alerts.thresholds import Severity
from tests.alerts.notifier.made_alert import made

MINUTE = 60_000
LADDER = (Escalation(after_s=1800, receivers=("boss", "pager")), Escalation(after_s=900, receivers=("pager",)))
CRITICAL = made(severity=Severity.CRITICAL)


def test_one_after_the_other_is_told() -> None:
    assert [escalated_to(CRITICAL, LADDER, minutes * MINUTE) for minutes in (14, 15, 30)] == [
        (),
        ("pager",),
        ("pager", "boss"),
    ]
    assert [next_rung_at(CRITICAL, LADDER, minutes * MINUTE) for minutes in (0, 15, 30)] == [
        15 * MINUTE,
        30 * MINUTE,
        None,
    ]


def test_nobody_is_told_once_somebody_is_on_it_or_it_is_over_or_a_warning() -> None:
    for alert in (
        made(severity=Severity.CRITICAL, acknowledged=True),
        made(severity=Severity.CRITICAL, resolved_at=5),
        made(severity=Severity.WARNING),
    ):
        assert escalated_to(alert, LADDER, 60 * MINUTE) == ()
        assert next_rung_at(alert, LADDER, 0) is None
