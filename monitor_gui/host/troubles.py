"""What is wrong with a host, in the words of its banner. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from alerts.thresholds import Finding, Severity
from fleet.finding_text import finding_meaning, finding_title
from fleet.host_history import HostHistory
from fleet.host_view import HostView
from fleet.points import Points
from fleet.reading import Health
from fleet.reason_text import says_more
from monitor_gui.charts.time_ticks import clock_text
from monitor_gui.host.remedies import Remedy, remedy
from storage.host_states import HostStatus
from storage.printable import printable
from storage.quantities import age, largest_unit
from storage.translation import _, ngettext

_NAMED = 2
"""Findings that are named besides the worst; of the others only the number."""
_DETAIL_LIMIT = 240
_DAY_MS = 86_400_000


class Help(StrEnum):
    """What a button on the banner does about it."""

    NONE = ""
    EDIT = "edit"
    TRUST = "trust"
    TEST = "test"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A banner.

    Attributes:
        severity: of its colour and shape.
        text: what is wrong.
        hint: since when, what it means, what to do.
        help: what its button does.
    """

    severity: Literal["crit", "warn", "hint"]
    text: str
    hint: str
    help: Help = Help.NONE

    @property
    def help_text(self) -> str:
        """What stands on the button."""
        texts = {
            Help.EDIT: _("Edit host"),
            Help.TRUST: _("Check host key…"),
            Help.TEST: _("Test connection"),
            Help.RETRY: _("Try all now"),
        }
        return texts.get(self.help, "")


def trouble(view: HostView, status: HostStatus | None, history: HostHistory | None) -> Trouble | None:
    """What is wrong, if anything is.

    Args:
        view: the host.
        status: the poller's word on its session.
        history: its curves, from which it is known how long a limit has been passed.
    """
    reading = view.reading
    if reading.current:
        return _of_findings(view, reading.findings, history) if reading.findings else None
    if reading.health in {Health.BLOCKED, Health.UNREACHABLE}:
        return _of_session(view, status)
    wanted = Help.EDIT if not reading.host.enabled else Help.NONE
    return Trouble("hint", _sentence(printable(reading.note)), _joined(_values_from(view)), wanted)


def _of_findings(view: HostView, findings: tuple[Finding, ...], history: HostHistory | None) -> Trouble:
    worst = findings[0]
    since = _since(view, worst, history)
    others = [finding_title(finding) for finding in findings[1 : 1 + _NAMED]]
    if left := len(findings) - 1 - len(others):
        others.append(ngettext("{count} more", "{count} more", left).format(count=left))
    also = _("Also {findings}.").format(findings=" · ".join(others)) if others else finding_meaning(worst)
    severity: Literal["crit", "warn"] = "crit" if worst.severity is Severity.CRITICAL else "warn"
    return Trouble(severity, finding_title(worst), _joined(since, also))


def _of_session(view: HostView, status: HostStatus | None) -> Trouble:
    reading = view.reading
    what: Remedy = remedy(reading.reason)
    since = _("Since {moment}.").format(moment=_moment(view, status.since_at)) if status else ""
    note = printable(reading.note)
    detail = printable(reading.detail.strip(), _DETAIL_LIMIT)
    # The poller's words often say the same once more, and in English.
    is_new = says_more(reading.reason, detail) and detail.casefold().strip(". ") not in {note.casefold(), ""}
    detail = _sentence(detail) if is_new else ""
    head = _("Blocked: {reason}") if reading.health is Health.BLOCKED else _("Not reachable: {reason}")
    text = head.format(reason=note)
    return Trouble("crit", text, _joined(since, detail, what.advice, _values_from(view)), Help(what.help))


def _values_from(view: HostView) -> str:
    reading = view.reading
    if reading.ts is None:
        return ""
    return _("The values below are from {age}.").format(age=age(reading.age_s(view.moment.now_ms)))


def _since(view: HostView, finding: Finding, history: HostHistory | None) -> str:
    """How long, where the curve of it is there."""
    if history is None or finding.subject:
        return ""
    began = None
    if finding.metric == "cpu_usage_percent":
        began = over_since(history.curves.cpu, finding.limit)
    elif finding.metric == "memory_used_percent":
        began = over_since(share_of(history.curves.memory_used, history.curves.memory_total), finding.limit)
    if began is None:
        return ""
    # In its largest unit alone: a banner that changes each second draws the eye for nothing.
    span = largest_unit(max(0, view.moment.now_ms - began) / 1000)
    return _("For {span}, since {moment}.").format(span=span, moment=_moment(view, began))


def over_since(points: Points, limit: float) -> int | None:
    """When the curve rose above a limit under which it has not been since; None where that is not on the curve."""
    below = np.flatnonzero(~(points.values > limit))
    if not len(below) or below[-1] + 1 >= len(points.ts):
        return None
    return int(points.ts[below[-1] + 1])


def share_of(part: Points, whole: Points) -> Points:
    """A curve as percent of another, at the moments that both have."""
    ts, mine, other = np.intersect1d(part.ts, whole.ts, return_indices=True)
    sizes = whole.values[other]
    sound = sizes > 0
    return Points(ts[sound], part.values[mine][sound] / sizes[sound] * 100)


def _moment(view: HostView, at: int) -> str:
    return clock_text(at, view.time_zone, day=abs(view.moment.now_ms - at) >= _DAY_MS)


def _sentence(words: str) -> str:
    end = "" if words.endswith((".", "!", "?", "…", ":")) else "."
    return f"{words[:1].upper()}{words[1:]}{end}"


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
