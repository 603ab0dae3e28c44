"""A message as a mail: text, HTML, and the chart inside of it. Pure, but for the drawing."""

import hashlib
from datetime import UTC, datetime, tzinfo
from email.message import EmailMessage
from email.utils import format_datetime

from alerts.notifier.message import Message
from alerts.receivers.addresses import checked_mail_address
from alerts.receivers.errand import Errand
from alerts.receivers.html_text import CHART_ID, html_text
from alerts.receivers.message_text import MessageText
from alerts.receivers.metric_words import metric_name
from alerts.receivers.options import EmailOptions
from alerts.receivers.plain_text import plain_text
from alerts.thresholds import Severity
from storage.translation import _


def mail(errand: Errand, options: EmailOptions, text: MessageText, zone: tzinfo) -> EmailMessage:
    """The mail. The same message makes the same mail, by which a second copy can be told."""
    message = errand.message
    sender = checked_mail_address(options.sender)
    domain = sender.rpartition("@")[2]
    made = EmailMessage()
    made["Subject"] = text.subject
    made["From"] = f"Watchpost <{sender}>"
    made["To"] = ", ".join(checked_mail_address(address) for address in options.to)
    made["Date"] = format_datetime(datetime.fromtimestamp(message.at / 1000, UTC))
    made["Message-ID"] = f"<{_token(message.idempotency_key)}@{domain}>"
    # Mail programs put what refers to the same mail into one thread: a group's messages stand together.
    made["References"] = f"<{thread(message)}@{domain}>"
    # Nobody's holiday is of interest to a machine (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    if text.severity is Severity.CRITICAL:
        made["Importance"] = "high"
    made.set_content(plain_text(text, errand.links), cte="quoted-printable")
    picture = _picture(errand, zone) if options.chart else None
    alt = _chart_text(errand) if picture else ""
    made.add_alternative(html_text(text, errand.links, chart=alt), subtype="html", cte="quoted-printable")
    if picture:
        html = made.get_payload()[1]  # type: ignore[index]  # the part that was just added
        html.add_related(  # type: ignore[union-attr]
            picture, "image", "png", cid=f"<{CHART_ID}>", filename="chart.png", disposition="inline"
        )
    return made


def thread(message: Message) -> str:
    """The same for all messages of a group to a receiver."""
    parts = [message.receiver, message.route, *(f"{label}={value}" for label, value in message.group)]
    return _token("\0".join(parts))


def _token(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _picture(errand: Errand, zone: tzinfo) -> bytes | None:
    from alerts.receivers.chart import draw_chart  # noqa: PLC0415 - Pillow, for mails with a chart alone

    return draw_chart(errand.chart, zone) if errand.chart is not None and errand.chart.ts else None


def _chart_text(errand: Errand) -> str:
    if errand.chart is None:
        return ""
    hours = round((errand.chart.end - errand.chart.start) / 3_600_000)
    return _("{metric}, the last {hours} h").format(metric=metric_name(errand.chart.metric), hours=hours)
