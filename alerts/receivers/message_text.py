"""A message in words, the same for mails, chats and telephones, in the language that the process speaks. Pure.

Nothing is escaped here, since each place has its own way; but controls are gone, and lengths are limited.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from alerts.explanations import explanation_text
from alerts.notifier.message import Message, MessageAlert
from alerts.receivers.metric_words import metric_name, next_step
from alerts.receivers.quantity_text import value_text
from alerts.thresholds import Severity
from storage.printable import printable
from storage.quantities import duration
from storage.translation import _, chosen_language, ngettext

_NAME_LIMIT = 100
_TEXT_LIMIT = 1000
_SUBJECT_LIMIT = 200
_LINK_LIMIT = 500
_LABEL = re.compile(r'(?:^|,)([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"', re.ASCII)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_IN_UNIT_OF_METRIC = frozenset({"mean_over", "lowest_over", "highest_over"})


@dataclass(frozen=True, slots=True)
class AlertText:
    """One alert in words.

    Attributes:
        title: `Disk /srv 96%, over 90%`.
        host: where.
        severity: how bad; OK for one that is over.
        firing: whether it goes on.
        when: `since 2026-03-01 02:14 KST (14 min)`, or from when until when.
        facts: pairs of what and how much, beside those.
        notes: what the rule says of it, and how the value came about.
        step: what to do next; empty where nothing is known, and for one that is over.
        runbook: a web address that the rule names; empty for none.
    """

    title: str
    host: str
    severity: Severity
    firing: bool
    when: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    step: str
    runbook: str

    @property
    def line(self) -> str:
        """All of it that fits on one line."""
        return f"{self.host}: {self.title}, {self.when}"


@dataclass(frozen=True, slots=True)
class MessageText:
    """A message in words.

    Attributes:
        subject: what a mail or a notification is headed with, severity included.
        title: the same without the severity.
        severity: of the worst that goes on; OK where all is over.
        summary: how many of what; empty where there is one alert alone.
        alerts: worst first.
        left_out: how many more there are.
        notes: why this is said now, and what was not said.
        foot: by which route, and when.
    """

    subject: str
    title: str
    severity: Severity
    summary: str
    alerts: tuple[AlertText, ...]
    left_out: int
    notes: tuple[str, ...]
    foot: str


def message_text(message: Message, zone: tzinfo = UTC) -> MessageText:
    """The message in words, its times in that zone."""
    severity = max((each.severity for each in message.alerts if each.firing), default=Severity.OK)
    alerts = tuple(_alert_text(each, message.at, zone) for each in message.alerts)
    title = _title(message, alerts)
    return MessageText(
        subject=printable(title if message.test else f"{severity_word(severity)}: {title}", _SUBJECT_LIMIT),
        title=printable(title, _SUBJECT_LIMIT),
        severity=severity,
        summary=_summary(message) if len(alerts) != 1 else "",
        alerts=alerts,
        left_out=max(message.firing + message.resolved - len(message.alerts), 0),
        notes=_notes(message),
        foot=_("Route {route}, receiver {receiver}, {moment}.").format(
            route=printable(message.route, _NAME_LIMIT),
            receiver=printable(message.receiver, _NAME_LIMIT),
            moment=moment_text(message.at, zone),
        ),
    )


def severity_word(severity: Severity) -> str:
    """What stands at the head of a message."""
    return {Severity.CRITICAL: _("Critical"), Severity.WARNING: _("Warning"), Severity.OK: _("Resolved")}[severity]


def moment_text(ts: int, zone: tzinfo) -> str:
    """`2026-03-01 02:14 KST`."""
    return f"{datetime.fromtimestamp(ts / 1000, UTC).astimezone(zone):%Y-%m-%d %H:%M %Z}"


def left_out_text(count: int) -> str:
    """Empty where nothing was left out."""
    return ngettext("… and {count} more", "… and {count} more", count).format(count=count) if count else ""


def label_pairs(series: str) -> list[tuple[str, str]]:
    """The labels of a series as Prometheus writes them: of `mount="/srv"` it is `mount` and `/srv`."""
    return [(name, _ESCAPED.sub(_meant, value)) for name, value in _LABEL.findall(series)]


def _meant(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else escape[1]


def _title(message: Message, alerts: tuple[AlertText, ...]) -> str:
    if message.test:
        return _("Test message of Watchpost")
    # What is over already is told below; the one that goes on is what somebody has to know.
    if alerts and (message.firing or message.resolved) == 1:
        return f"{alerts[0].host}: {alerts[0].title}"
    count = message.firing or message.resolved
    what = ngettext("{count} alert", "{count} alerts", count).format(count=count)
    where = ngettext("on {count} host", "on {count} hosts", message.hosts).format(count=message.hosts)
    common = ", ".join(printable(value, 60) for _label, value in message.group if value)
    return f"{what} {where}" + (f" ({common})" if common else "")


def _summary(message: Message) -> str:
    if not message.firing and not message.resolved:
        return ""
    parts = []
    if message.firing:
        counts = dict.fromkeys((Severity.CRITICAL, Severity.WARNING), 0)
        for each in message.alerts:
            if each.firing:
                counts[each.severity] = counts.get(each.severity, 0) + 1
        text = ngettext("{count} firing", "{count} firing", message.firing).format(count=message.firing)
        shown = [f"{count} {severity_word(severity)}" for severity, count in counts.items() if count]
        # Of those that were left out, nobody knows how bad they are.
        whole = sum(counts.values()) == message.firing
        parts.append(f"{text} ({', '.join(shown)})" if whole and shown else text)
    if message.resolved:
        parts.append(ngettext("{count} resolved", "{count} resolved", message.resolved).format(count=message.resolved))
    parts.append(ngettext("on {count} host", "on {count} hosts", message.hosts).format(count=message.hosts))
    return ", ".join(parts)


def _notes(message: Message) -> tuple[str, ...]:
    notes = []
    if message.test:
        notes.append(_("Somebody wants to see that messages arrive here. There is nothing to do."))
    if message.escalated:
        notes.append(_("You are told because nobody has acknowledged it."))
    if message.flapping:
        notes.append(
            ngettext(
                "{count} of them comes and goes; you hear no more of it until it settles.",
                "{count} of them come and go; you hear no more of these until they settle.",
                len(message.flapping),
            ).format(count=len(message.flapping))
        )
    if message.kept_quiet:
        notes.append(
            ngettext(
                "{count} alert that follows from this is kept quiet.",
                "{count} alerts that follow from this are kept quiet.",
                message.kept_quiet,
            ).format(count=message.kept_quiet)
        )
    if message.held_back:
        notes.append(
            ngettext(
                "This receiver gets only so many messages: {count} more is part of this one.",
                "This receiver gets only so many messages: {count} more are part of this one.",
                message.held_back,
            ).format(count=message.held_back)
        )
    return tuple(notes)


def _alert_text(alert: MessageAlert, now: int, zone: tzinfo) -> AlertText:
    subject = printable(" ".join(value for _name, value in label_pairs(alert.series)), _NAME_LIMIT)
    notes = [alert.annotations.get("summary", ""), alert.annotations.get("description", "")]
    because = explanation_text(alert.explanation, chosen_language())
    return AlertText(
        title=_alert_title(alert, subject),
        host=printable(alert.host, _NAME_LIMIT),
        severity=alert.severity if alert.firing else Severity.OK,
        firing=alert.firing,
        when=_when(alert, now, zone),
        facts=_facts(alert),
        notes=tuple(printable(note, _TEXT_LIMIT) for note in dict.fromkeys([because, *notes]) if note.strip()),
        step=next_step(alert.metric, alert.host, subject) if alert.firing else "",
        runbook=_web_link(alert.annotations.get("runbook_url", "")),
    )


def _alert_title(alert: MessageAlert, subject: str) -> str:
    what = f"{metric_name(alert.metric)} {subject}".strip()
    # What is foreseen, unusual or changing is in another unit than its metric, and explained in words.
    code = (alert.explanation or {}).get("code", "mean_over")
    if alert.value is None or code not in _IN_UNIT_OF_METRIC:
        return what
    value = value_text(alert.metric, alert.value)
    if alert.limit is None or not alert.firing:
        return f"{what} {value}"
    limit = value_text(alert.metric, alert.limit)
    if alert.value > alert.limit:
        return _("{what} {value}, over {limit}").format(what=what, value=value, limit=limit)
    if alert.value < alert.limit:
        return _("{what} {value}, under {limit}").format(what=what, value=value, limit=limit)
    return _("{what} {value}, at its level").format(what=what, value=value)


def _when(alert: MessageAlert, now: int, zone: tzinfo) -> str:
    since = moment_text(alert.fired_at, zone)
    if alert.firing:
        span = duration(max(now - alert.fired_at, 0) / 1000)
        return _("since {moment} ({span})").format(moment=since, span=span)
    ended = alert.resolved_at if alert.resolved_at is not None else now
    span = duration(max(ended - alert.fired_at, 0) / 1000)
    return _("resolved {moment}, after {span}").format(moment=moment_text(ended, zone), span=span)


def _facts(alert: MessageAlert) -> tuple[tuple[str, str], ...]:
    facts = [(_("Rule"), printable(alert.rule, _NAME_LIMIT))]
    if alert.series:
        facts.append((_("Series"), printable(f"{alert.metric}{{{alert.series}}}", _TEXT_LIMIT)))
    if group := alert.labels.get("group"):
        facts.append((_("Group"), printable(group, _NAME_LIMIT)))
    if alert.acknowledged_by:
        facts.append((_("Acknowledged by"), printable(alert.acknowledged_by, _NAME_LIMIT)))
    return tuple(facts)


def _web_link(text: str) -> str:
    """Only what opens a page: rules come from files of others, and there are links that run something."""
    harmless = text.isascii() and text.isprintable() and not set(text) & set(" <>\"'`|()\\")
    return text if harmless and text.startswith(("https://", "http://")) and len(text) <= _LINK_LIMIT else ""
