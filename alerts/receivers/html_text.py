"""A message as the HTML part of a mail: one column, readable on a telephone, in light and in dark. Pure.

Styles stand at each element, since mail programs drop style sheets; the one sheet there is turns colours for those that
know dark mode. Every text goes through `escape`; nothing is loaded from anywhere but the chart, which is in the mail.
"""

from html import escape

from alerts.receivers.links import Links
from alerts.receivers.message_text import AlertText, MessageText, left_out_text, severity_word
from alerts.receivers.plain_text import SIGNS
from alerts.thresholds import Severity
from storage.translation import _, chosen_language

CHART_ID = "chart@watchpost"
"""Content-ID of the chart."""

# The light theme of the application.
_INK, _SOFT, _FAINT, _LINE, _GROUND, _CARD, _ACCENT = (
    "#161A22",
    "#4D5768",
    "#6B7587",
    "#E3E7EE",
    "#F5F6F9",
    "#FFFFFF",
    "#4361EE",
)
_COLOURS = {Severity.CRITICAL: "#CF2F3F", Severity.WARNING: "#A66100", Severity.OK: "#07805D"}
_FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans KR',sans-serif"
_DARK = """
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.ground{background:#0C0E13!important}
.card{background:#14171F!important;border-color:#222733!important}
.ink{color:#E8EBF2!important}.soft{color:#A6AFBF!important}.faint{color:#788294!important}
.critical{color:#F26A6A!important}.warning{color:#F0B84A!important}.ok{color:#3CC29A!important}
}"""


def html_text(text: MessageText, links: Links | None = None, *, chart: str = "") -> str:
    """The whole document.

    Args:
        text: the message.
        links: where its buttons lead; None for no buttons.
        chart: what the chart shows, for those who cannot see it; empty where there is none.
    """
    parts = [_head(text)]
    parts += [_paragraph(note, "soft", _SOFT) for note in text.notes]
    if chart:
        parts.append(
            f'<img src="cid:{CHART_ID}" alt="{escape(chart)}" width="560" '
            'style="display:block;width:100%;max-width:560px;height:auto;border:0;border-radius:7px;margin:0 0 16px">'
        )
    if links is not None:
        parts.append(_buttons(links))
    parts += [_alert(each, alone=len(text.alerts) == 1) for each in text.alerts]
    if text.left_out:
        parts.append(_paragraph(left_out_text(text.left_out), "soft", _SOFT))
    body = "\n".join(parts)
    return f"""<!DOCTYPE html>
<html lang="{chosen_language()}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>{escape(text.subject)}</title><style>{_DARK}</style></head>
<body class="ground" style="margin:0;padding:0;background:{_GROUND}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="ground" style="background:{_GROUND}">
<tr><td align="center" style="padding:16px 8px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px">
<tr><td class="card" style="background:{_CARD};border:1px solid {_LINE};border-radius:11px;padding:20px;{_FONT}">
{body}
</td></tr>
<tr><td class="faint" style="padding:12px 20px;{_FONT};font-size:12px;line-height:18px;color:{_FAINT}">\
{escape(text.foot)}</td></tr>
</table></td></tr></table></body></html>
"""


def _head(text: MessageText) -> str:
    name, colour = _colour(text.severity)
    summary = _paragraph(text.summary, "soft", _SOFT) if text.summary else ""
    return (
        f'<div class="{name}" style="font-size:13px;line-height:18px;font-weight:600;color:{colour}">'
        f"{SIGNS[text.severity]} {escape(severity_word(text.severity))}</div>"
        f'<h1 class="ink" style="margin:4px 0 12px;font-size:20px;line-height:26px;font-weight:600;color:{_INK};'
        f'word-break:break-word">{escape(text.title)}</h1>{summary}'
    )


def _alert(alert: AlertText, *, alone: bool) -> str:
    name, colour = _colour(alert.severity)
    heading = (
        ""
        # The same stands at the head already.
        if alone
        else f'<div style="font-size:14px;line-height:20px;font-weight:600;word-break:break-word">'
        f'<span class="{name}" style="color:{colour}">{SIGNS[alert.severity]}</span> '
        f'<span class="ink" style="color:{_INK}">{escape(alert.host)}: {escape(alert.title)}</span></div>'
    )
    facts = [(None, alert.when), *alert.facts, *((None, note) for note in alert.notes)]
    if alert.step:
        facts.append((_("What to do"), alert.step))
    rows = "".join(_fact(label, value) for label, value in facts)
    if alert.runbook:
        address = escape(alert.runbook)
        rows += (
            f'<div style="font-size:13px;line-height:20px"><a href="{address}" style="color:{_ACCENT}">'
            f"{escape(_('Runbook'))}</a></div>"
        )
    border = "" if alone else f"border-top:1px solid {_LINE};"
    return f'<div class="card" style="{border}padding:12px 0">{heading}{rows}</div>'


def _fact(label: str | None, value: str) -> str:
    said = f'<span class="faint" style="color:{_FAINT}">{escape(label)}:</span> ' if label else ""
    return (
        f'<div class="soft" style="font-size:13px;line-height:20px;color:{_SOFT};word-break:break-word">'
        f"{said}{escape(value)}</div>"
    )


def _buttons(links: Links) -> str:
    said = [(links.view, _("View"), _ACCENT)]
    if links.acknowledge:
        said.append((links.acknowledge, _("Acknowledge"), _COLOURS[Severity.OK]))
    cells = "".join(
        f'<td style="padding:0 8px 16px 0"><a href="{escape(address)}" style="display:inline-block;{_FONT};'
        f"font-size:14px;line-height:20px;font-weight:600;color:#FFFFFF;background:{colour};text-decoration:none;"
        f'padding:10px 16px;border-radius:7px">{escape(word)}</a></td>'
        for address, word, colour in said
    )
    return f'<table role="presentation" cellpadding="0" cellspacing="0"><tr>{cells}</tr></table>'


def _paragraph(text: str, name: str, colour: str) -> str:
    return (
        f'<p class="{name}" style="margin:0 0 12px;font-size:14px;line-height:20px;color:{colour}">{escape(text)}</p>'
    )


def _colour(severity: Severity) -> tuple[str, str]:
    return severity.value, _COLOURS[severity]
