"""A message for Slack, as blocks of its Block Kit. Pure.

Everything that came from elsewhere stands in `plain_text`, which Slack shows as it is: no `*bold*`, no `<!here>`, no
links. Only the fallback in `text` is read as markup, and escaped.
"""

from typing import Any

from alerts.receivers.links import Links
from alerts.receivers.message_text import AlertText, MessageText, left_out_text
from alerts.receivers.plain_text import SIGNS, without_mentions
from alerts.thresholds import Severity
from storage.translation import _

BLOCKS_LIMIT = 50
HEADER_LIMIT = 150
TEXT_LIMIT = 3000
BUTTON_LIMIT = 75
URL_LIMIT = 3000
ALERTS_SHOWN = 20
"""A block each, and a few around them; more than that nobody reads in a chat."""


def block_kit(text: MessageText, links: Links | None = None) -> dict[str, Any]:
    """What is posted to Slack's webhook."""
    shown = text.alerts[:ALERTS_SHOWN]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(f"{SIGNS[text.severity]} {text.title}", HEADER_LIMIT)}
    ]
    above = "\n".join([*([text.summary] if text.summary else []), *text.notes])
    if above:
        blocks.append(_section(above))
    blocks += [_section(_alert(each, alone=len(text.alerts) == 1)) for each in shown]
    if more := text.left_out + len(text.alerts) - len(shown):
        blocks.append(_section(left_out_text(more)))
    if links is not None:
        blocks.append(_buttons(links))
    blocks.append({"type": "context", "elements": [_plain(text.foot, TEXT_LIMIT)]})
    return {
        "text": _escaped(f"{SIGNS[text.severity]} {text.subject}"),
        "blocks": blocks[:BLOCKS_LIMIT],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _alert(alert: AlertText, *, alone: bool) -> str:
    lines = [] if alone else [f"{SIGNS[alert.severity]} {alert.host}: {alert.title}"]
    lines.append(alert.when)
    if alone:
        lines += [f"{name}: {value}" for name, value in alert.facts]
    lines += alert.notes
    if alert.step and (alone or alert.severity is Severity.CRITICAL):
        lines.append(f"{_('What to do')}: {alert.step}")
    if alert.runbook:
        lines.append(f"{_('Runbook')}: {alert.runbook}")
    return "\n".join(lines)


def _buttons(links: Links) -> dict[str, Any]:
    said = [("view", _("View"), links.view, None), ("acknowledge", _("Acknowledge"), links.acknowledge, "primary")]
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": action,
                "text": _plain(word, BUTTON_LIMIT),
                "url": address,
                **({"style": style} if style else {}),
            }
            for action, word, address, style in said
            if address and len(address) <= URL_LIMIT
        ],
    }


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _plain(text, TEXT_LIMIT)}


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": _cut(text, limit), "emoji": False}


def _cut(text: str, limit: int) -> str:
    """At most so many characters as JavaScript counts them: an emoji is two."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * limit:
        return text
    # Half of an emoji at the end is dropped.
    return units[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"


def _escaped(text: str) -> str:
    """As Slack asks for: of these three, everything that is more than text is made."""
    return without_mentions(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
