"""Escalation: when nobody says to be on it, somebody else is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.notifier.active_alert import ActiveAlert
from alerts.thresholds import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One rung of the ladder.

    Attributes:
        after_s: seconds without an acknowledgement.
        receivers: who is told then.
        lowest: of no alerts that are less bad.
    """

    after_s: float
    receivers: tuple[str, ...]
    lowest: Severity = Severity.CRITICAL


def escalated_to(alert: ActiveAlert, ladder: Iterable[Escalation], ts: int) -> tuple[str, ...]:
    """Who is to be told besides at that moment, each once, the first rung first."""
    if not alert.firing or alert.acknowledged:
        return ()
    rungs = sorted(ladder, key=lambda rung: rung.after_s)
    reached = [rung for rung in rungs if alert.severity >= rung.lowest and _age_s(alert, ts) >= rung.after_s]
    return tuple(dict.fromkeys(receiver for rung in reached for receiver in rung.receivers))


def next_rung_at(alert: ActiveAlert, ladder: Sequence[Escalation], ts: int) -> int | None:
    """When somebody else is to be told next, if nobody acknowledges; None where nobody is left."""
    if not alert.firing or alert.acknowledged:
        return None
    coming = [
        alert.fired_at + round(rung.after_s * 1000)
        for rung in ladder
        if alert.severity >= rung.lowest and _age_s(alert, ts) < rung.after_s
    ]
    return min(coming, default=None)


def _age_s(alert: ActiveAlert, ts: int) -> float:
    return (ts - alert.fired_at) / 1000
