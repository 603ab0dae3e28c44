"""Messages for tests."""

from typing import Any

from alerts.notifier.deduplication import Reason
from alerts.notifier.message import Message, MessageAlert
from alerts.receivers.message_text import MessageText, message_text
from alerts.thresholds import Severity

AT = 1_767_232_800_000
"""2026-01-01 02:00 UTC, when nobody wants to read much."""
MINUTE_MS = 60_000

HOSTILE = (
    "<script>alert(1)</script>\"'&amp;",
    "\x1b[2J\x1b]0;owned\x07",
    "*bold* _it_ ~gone~ `code` <!here> <!channel> <@U024BE7LH> <https://evil.example|click>",
    "a\r\nBcc: victim@example.org\r\n\r\nbody",
    "@everyone @channel @here",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "{0} {host} {subject} %s %(x)s ${HOME} $(reboot)",
    "\u202egnp.exe \u2066x\u2069 \u200b",
    "=HYPERLINK(1)\t|",
)
"""What a host could call itself, or a file system, or a rule."""


def made_alert(alert_id: int = 1, **changed: Any) -> MessageAlert:  # noqa: ANN401 - any field
    """A disk that fills up, and has been critical for fourteen minutes."""
    said: dict[str, Any] = {
        "id": alert_id,
        "rule": "Disk nearly full",
        "host": "db1",
        "host_id": 7,
        "severity": Severity.CRITICAL,
        "firing": True,
        "metric": "filesystem_used_percent",
        "series": 'mount="/srv"',
        "labels": {"alertname": "Disk nearly full", "host": "db1", "severity": "critical", "mount": "/srv"},
        "value": 96.2,
        "limit": 90.0,
        "fired_at": AT - 14 * MINUTE_MS,
    }
    return MessageAlert(**(said | changed))


def resolved_alert(alert_id: int = 2, **changed: Any) -> MessageAlert:  # noqa: ANN401 - any field
    """The same, and it is over since a minute."""
    return made_alert(alert_id, firing=False, resolved_at=AT - MINUTE_MS, value=71.0, **changed)


def made(*alerts: MessageAlert, **changed: Any) -> Message:  # noqa: ANN401 - any field
    """A message of these alerts, with its counts worked out from them."""
    told = alerts or (made_alert(),)
    said: dict[str, Any] = {
        "idempotency_key": "0123456789abcdef" * 4,
        "receiver": "ops",
        "route": "everything",
        "reason": Reason.FIRST,
        "alerts": told,
        "firing": sum(each.firing for each in told),
        "resolved": sum(not each.firing for each in told),
        "hosts": len({each.host for each in told}),
        "at": AT,
    }
    return Message(**(said | changed))


def text_of(*alerts: MessageAlert, **changed: Any) -> MessageText:  # noqa: ANN401 - any field
    """The message in words, in UTC."""
    return message_text(made(*alerts, **changed))


def hostile_message(word: str) -> Message:
    """One in which everything that can come from elsewhere is this."""
    return made(
        made_alert(
            rule=word,
            host=word,
            series=f'mount="{word}"',
            metric=word,
            labels={"mount": word, "group": word},
            acknowledged_by=word,
            annotations={"summary": word, "description": word, "runbook_url": word},
        ),
        resolved_alert(host=word, rule=word),
        group=(("group", word),),
        receiver=word,
        route=word,
    )
