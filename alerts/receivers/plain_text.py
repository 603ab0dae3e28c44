"""A message as plain text: the text part of a mail, and a notification on a telephone. Pure."""

import re

from alerts.receivers.links import Links
from alerts.receivers.message_text import AlertText, MessageText, left_out_text, severity_word
from alerts.thresholds import Severity
from storage.printable import printable
from storage.translation import _

SIGNS = {Severity.CRITICAL: "🛑", Severity.WARNING: "⚠️", Severity.OK: "✅"}
"""The shapes that a severity has everywhere: an octagon, a triangle, a tick."""
SHORT_ALERTS = 5
_SHORT_LIMIT = 900
_MENTION = re.compile(r"@(?=\w)")


def plain_text(text: MessageText, links: Links | None = None) -> str:
    """All of it, for a mail."""
    parts = [text.title]
    if text.summary:
        parts.append(text.summary)
    parts += text.notes
    parts += [_alert(each) for each in text.alerts]
    if text.left_out:
        parts.append(left_out_text(text.left_out))
    if links is not None:
        parts.append(
            f"{_('View')}: {links.view}" + (f"\n{_('Acknowledge')}: {links.acknowledge}" if links.acknowledge else "")
        )
    parts.append(f"-- \n{text.foot}")
    return "\n\n".join(parts) + "\n"


def short_title(text: MessageText) -> str:
    """The one line that a telephone shows on a locked screen."""
    return without_mentions(f"{SIGNS[text.severity]} {text.subject}")


def short_text(text: MessageText, links: Links | None = None) -> str:
    """What is below it: a line for each of the first alerts."""
    alerts = text.alerts[:SHORT_ALERTS]
    lines = [*([text.summary] if text.summary else []), *text.notes]
    if len(text.alerts) == 1:
        lines += [alerts[0].when, *alerts[0].notes, *([alerts[0].step] if alerts[0].step else [])]
    else:
        lines += [f"{SIGNS[each.severity]} {printable(each.line, 160)}" for each in alerts]
    if more := text.left_out + len(text.alerts) - len(alerts):
        lines.append(left_out_text(more))
    cut = "\n".join(lines)
    cut = cut if len(cut) <= _SHORT_LIMIT else cut[: _SHORT_LIMIT - 1] + "…"
    link = f"\n{_('View')}: {links.view}" if links is not None else ""
    return without_mentions(cut) + link


def without_mentions(text: str) -> str:
    """With `@everyone` as text: chats would call everybody for it. What is put in cannot be seen, and does no harm."""
    return _MENTION.sub("@\N{ZERO WIDTH NON-JOINER}", text)


def _alert(alert: AlertText) -> str:
    lines = [f"[{severity_word(alert.severity)}] {alert.host}: {alert.title}", f"  {alert.when}"]
    lines += [f"  {name}: {value}" for name, value in alert.facts]
    lines += [f"  {note}" for note in alert.notes]
    if alert.step:
        lines.append(f"  {_('What to do')}: {alert.step}")
    if alert.runbook:
        lines.append(f"  {_('Runbook')}: {alert.runbook}")
    return "\n".join(lines)
