"""For how long each host has not been read, held against the rules for that. Time comes in."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from alerts.evaluation.book import AlertBook
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.signal import Function
from storage.alerting.alert_change import AlertChange
from storage.host_status import HostStatus
from storage.reason import HostState, Reason

GAP_MS = 60_000
"""It is looked at every second; where that has not been so for as long, this process was held up."""


@dataclass(slots=True)
class _Down:
    since_at: int
    reason: Reason | None


class Reachability:
    """Told of every change of a host's state."""

    def __init__(self, book: AlertBook) -> None:
        """Takes where alerts are held."""
        self._book = book
        self._down: dict[int, _Down] = {}
        self._back: set[int] = set()

    def take(self, status: HostStatus) -> None:
        """Takes how a host is now. It is not read from the first state on that is not up, whichever follow."""
        if status.state is HostState.UP:
            if self._down.pop(status.host_id, None) is not None:
                self._back.add(status.host_id)
            return
        self._back.discard(status.host_id)
        down = self._down.setdefault(status.host_id, _Down(status.since_at, status.reason))
        if status.reason is not None:
            down.reason = status.reason

    def keep(self, host_ids: Container[int]) -> None:
        """All others are forgotten."""
        self._down = {host_id: down for host_id, down in self._down.items() if host_id in host_ids}
        self._back = {host_id for host_id in self._back if host_id in host_ids}

    def look(self, now_ms: int, rules_of: Callable[[int], Sequence[AppliedRule]]) -> list[AlertChange]:
        """What has come of it by now; to be called every second.

        Args:
            now_ms: UTC milliseconds.
            rules_of: what holds on a host.
        """
        back, self._back = self._back, set()
        found = [change for host_id in back for change in self._judge(host_id, 0.0, None, now_ms, rules_of)]
        for host_id, down in self._down.items():
            seconds = max(0.0, (now_ms - down.since_at) / 1000)
            found += self._judge(host_id, seconds, down.reason, now_ms, rules_of)
        return found

    def _judge(
        self,
        host_id: int,
        seconds: float,
        reason: Reason | None,
        now_ms: int,
        rules_of: Callable[[int], Sequence[AppliedRule]],
    ) -> list[AlertChange]:
        changes = []
        for applied in rules_of(host_id):
            signal = applied.rule.signal
            if signal.function is Function.UNREACHABLE:
                change = self._book.take(
                    applied,
                    host_id,
                    "",
                    seconds * signal.scale + signal.offset,
                    now_ms,
                    longest_gap_ms=GAP_MS,
                    explanation={"code": "unreachable", "reason": reason or "", "seconds": round(seconds)},
                )
                if change is not None:
                    changes.append(change)
        return changes
