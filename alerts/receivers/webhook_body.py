"""A message as JSON for programs. docs/alerts.md has the schema, which within a version only grows. Pure."""

from typing import Any

import msgspec

from alerts.notifier.message import Message, MessageAlert
from alerts.receivers.links import Links
from alerts.receivers.message_text import MessageText
from storage.utc import iso_utc

VERSION = 1


def webhook_body(message: Message, text: MessageText, links: Links | None = None) -> bytes:
    """The document, in UTF-8. Numbers that are none, which JSON has no way to write, are null."""
    return msgspec.json.encode(
        {
            "version": VERSION,
            "id": message.idempotency_key,
            "test": message.test,
            "sent_at": iso_utc(message.at),
            "receiver": message.receiver,
            "route": message.route,
            "reason": message.reason.value,
            "escalated": message.escalated,
            "status": "firing" if message.firing else "resolved",
            "severity": text.severity.value,
            "title": text.title,
            "group": dict(message.group),
            "counts": {
                "firing": message.firing,
                "resolved": message.resolved,
                "hosts": message.hosts,
                "left_out": text.left_out,
                "held_back": message.held_back,
                "kept_quiet": message.kept_quiet,
            },
            "flapping": list(message.flapping),
            "alerts": [
                _alert(alert, said.title, message.at) for alert, said in zip(message.alerts, text.alerts, strict=True)
            ],
            "links": None if links is None else {"view": links.view, "acknowledge": links.acknowledge or None},
        }
    )


def _alert(alert: MessageAlert, title: str, now: int) -> dict[str, Any]:
    ended = alert.resolved_at if alert.resolved_at is not None else now
    return {
        "id": alert.id,
        "status": "firing" if alert.firing else "resolved",
        "severity": alert.severity.value,
        "rule": alert.rule,
        "host": alert.host,
        "host_id": alert.host_id,
        "metric": alert.metric,
        "series": alert.series,
        "labels": alert.labels,
        "title": title,
        "value": alert.value,
        "limit": alert.limit,
        "fired_at": iso_utc(alert.fired_at),
        "resolved_at": None if alert.firing else iso_utc(ended),
        "duration_s": max(ended - alert.fired_at, 0) / 1000,
        "acknowledged_by": alert.acknowledged_by or None,
        "annotations": alert.annotations,
        "explanation": alert.explanation,
    }
