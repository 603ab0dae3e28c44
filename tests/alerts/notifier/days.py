"""Days of alerts in no time: what fires and ends at which moment, and every message that follows from it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.memory import Memory, memory_of, rows_of
from alerts.notifier.message import Message, MessageAlert
from alerts.notifier.outcome import Outcome
from alerts.notifier.round import Decision, decide
from alerts.notifier.scene import LOOK_BACK_S, Scene, usual_routes
from alerts.thresholds import Severity
from tests.alerts.notifier.made_alert import made

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
_NEVER = 10**15


@dataclass(frozen=True)
class Span:
    """An alert from when it fires until it ends; None where it goes on."""

    alert: ActiveAlert
    until: int | None


def describe(alert: ActiveAlert) -> MessageAlert:
    """The least that can be said."""
    return MessageAlert(
        id=alert.id,
        rule=alert.labels["alertname"],
        host=alert.labels["host"],
        host_id=alert.id,
        severity=alert.severity,
        firing=alert.firing,
        metric=alert.labels["metric"],
        fired_at=alert.fired_at,
        resolved_at=alert.resolved_at,
    )


class Days:
    """A notifier, and what happens."""

    def __init__(self, *receivers: str) -> None:
        names = receivers or ("mail",)
        self.scene = Scene(alerts=(), routes=usual_routes(names), receivers=names)
        self.memory = Memory()
        self.messages: list[Message] = []
        self.decision: Decision | None = None
        self.restarts = 0
        self._spans: list[Span] = []
        self._ids = count(1)

    def fires(
        self,
        name: str,
        at: int,
        until: int | None = None,
        *,
        host: str = "web-1",
        severity: Severity = Severity.CRITICAL,
        **more: str,
    ) -> int:
        """One alert; returns its id."""
        plain = made(next(self._ids), name=name, host=host, severity=severity, fired_at=at)
        behind = more.pop("behind", "")
        labels = {**plain.labels, **more, **({"jump_host": behind} if behind else {})}
        alert = replace(plain, key=f"{name} {host}", behind=behind, labels=labels)
        self._spans.append(Span(alert, until))
        return alert.id

    def comes_and_goes(self, name: str, at: int, *, on: int, off: int, until: int, host: str = "web-1") -> None:
        """It fires for so long, is away for so long, and fires again."""
        for start in range(at, until, on + off):
            self.fires(name, start, start + on, host=host)

    def change(self, alert_id: int, **fields: object) -> None:
        """What is known of an alert is something else from now on."""
        self._spans = [
            replace(span, alert=replace(span.alert, **fields)) if span.alert.id == alert_id else span  # type: ignore[arg-type]
            for span in self._spans
        ]

    def forget(self, alert_id: int) -> None:
        """Its row is deleted."""
        self._spans = [span for span in self._spans if span.alert.id != alert_id]

    def pass_until(self, end: int, *, since: int = 0) -> "Days":
        """The notifier looks whenever something happens and whenever it wants to, and forgets all but its rows."""
        ts = since
        changes = sorted({at for span in self._spans for at in (span.alert.fired_at, span.until or _NEVER)})
        while ts <= end:
            self.look(ts)
            assert self.decision is not None
            coming = [at for at in changes if at > ts][:1]
            ts = min(max(self.decision.look_at or _NEVER, ts + SECOND), *coming, _NEVER)
        return self

    def look(self, ts: int) -> Sequence[Message]:
        """One round; a restart lies between any two of them."""
        scene = replace(self.scene, alerts=list(self._seen_at(ts)))
        self.decision = decide(scene, memory_of(rows_of(self.memory)), describe, ts)
        self.memory = self.decision.memory
        new = [planned.message for planned in self.decision.messages]
        self.messages += new
        return new

    def outcome(self, alert_id: int) -> Outcome:
        """What became of an alert at the last look."""
        assert self.decision is not None
        return self.decision.outcomes[alert_id]

    def _seen_at(self, ts: int) -> Iterator[ActiveAlert]:
        told = {identity for said in self.memory.told.values() for identity in said.firing}
        for span in self._spans:
            over = span.until is not None and span.until <= ts
            if span.alert.fired_at > ts:
                continue
            if not over:
                yield span.alert
            elif span.until is not None and (ts - span.until < LOOK_BACK_S * 1000 or span.alert.identity in told):
                yield replace(span.alert, resolved_at=span.until, changed_at=span.until)


def most_in_an_hour(messages: Iterable[Message]) -> int:
    """The most messages that came within any one hour."""
    moments = [message.at for message in messages]
    return max((sum(at <= other < at + HOUR for other in moments) for at in moments), default=0)
