"""What whoever works values out in the poller's own process is given: the hosts, what holds there, and where to say it.

Live readings are held against rules where the sessions are (`alerts.evaluation.live`). What is worked out from the
store, seldom, is told here:

    for host in judging.hosts():
        for applied in judging.applied(host.id):
            if is_of_history(applied.rule.signal):
                judging.judge(applied, host.id, series, value, ts, longest_gap_ms=…, explanation={"code": …})

All of it belongs to the event loop's thread; to read and to work out is for another one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from alerts.rules.applied_rule import AppliedRule
from storage.host import Host


class Judging(Protocol):
    """The alerts of a poller, for who works values out."""

    def hosts(self) -> Sequence[Host]:
        """Those that are ours and enabled, with group and tags; the same object while nothing has changed."""

    def applied(self, host_id: int) -> Sequence[AppliedRule]:
        """What holds on a host of ours; nothing for any other."""

    def judge(  # noqa: PLR0913 - all that a value is
        self,
        applied: AppliedRule,
        host_id: int,
        series: str,
        value: float | None,
        ts: int,
        *,
        longest_gap_ms: int,
        explanation: Mapping[str, Any] | None = None,
        labels: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """As `alerts.evaluation.book.AlertBook.take`; what comes of it is written, logged and handed on."""
