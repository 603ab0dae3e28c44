"""For how long hosts have not been read."""

from collections.abc import Sequence

from alerts.evaluation.book import AlertBook
from alerts.evaluation.reachability import Reachability
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.signal import Function
from storage.alerting.alert_change import AlertChange
from storage.host_status import HostStatus
from storage.reason import HostState, Reason
from tests.alerts.evaluation.made import START, applied

RULE = applied("up", function=Function.UNREACHABLE, warning=None, critical=60.0)


class Host:
    """One that is looked at every second."""

    def __init__(self) -> None:
        self.reachability = Reachability(AlertBook())
        self.changes: list[AlertChange] = []

    def is_now(self, seconds: int, state: HostState, reason: Reason | None = None) -> None:
        self.reachability.take(HostStatus(1, state, reason, "", START + seconds * 1000, None))

    def looked_at(self, first: int, last: int) -> list[tuple[str, int]]:
        found = [
            change
            for seconds in range(first, last)
            for change in self.reachability.look(START + seconds * 1000, self.rules_of)
        ]
        self.changes += found
        return [(change.kind.value, (change.ts - START) // 1000) for change in found]

    def rules_of(self, _host_id: int) -> Sequence[AppliedRule]:
        return [applied(), RULE]


def test_a_host_that_is_not_read_fires_from_the_first_failure_on_whatever_fails_later() -> None:
    host = Host()
    host.is_now(0, HostState.UP)
    host.is_now(10, HostState.UNREACHABLE, Reason.LOST)
    host.is_now(20, HostState.CONNECTING)
    host.is_now(40, HostState.UNREACHABLE, Reason.TIMEOUT)
    assert host.looked_at(10, 200) == [("fired", 71)]
    (fired,) = host.changes
    assert (fired.metric, fired.series, fired.severity, fired.value) == ("up", "", "critical", 61.0)
    assert fired.explanation == {"code": "unreachable", "reason": "timeout", "seconds": 61}
    host.is_now(200, HostState.UP)
    assert host.looked_at(200, 210) == [("resolved", 200)]


def test_a_host_that_is_blocked_is_not_read_either() -> None:
    host = Host()
    host.is_now(0, HostState.BLOCKED, Reason.HOST_KEY_CHANGED)
    assert host.looked_at(0, 100) == [("fired", 61)]


def test_a_short_break_is_nothing() -> None:
    host = Host()
    host.is_now(0, HostState.UNREACHABLE, Reason.LOST)
    assert host.looked_at(0, 60) == []
    host.is_now(60, HostState.UP)
    host.is_now(61, HostState.CONNECTING)
    assert host.looked_at(60, 100) == []


def test_hosts_of_others_are_forgotten() -> None:
    host = Host()
    host.is_now(0, HostState.UNREACHABLE, Reason.LOST)
    host.reachability.keep({2})
    assert host.looked_at(0, 100) == []
