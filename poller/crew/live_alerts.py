"""Readings of one event loop's hosts, held against the rules that hold there."""

import time
from collections.abc import Callable, Iterable, Sequence

import structlog

from alerts.evaluation.book import AlertBook
from alerts.evaluation.firing_alerts import HostRules
from alerts.evaluation.live import LiveEvaluation
from poller.assignment import Assignment
from poller.crew.crew import OpenAlerts
from storage.alerting.alert_change import AlertChange
from storage.scrape import Scrape

FAULTS_TOLD = 5
"""Tracebacks that are logged; whatever is wrong with one reading must not fill the log with every other."""

_log = structlog.get_logger()


class LiveAlerts:
    """The evaluation, its hosts, and who is told.

    Attributes:
        evaluation_s: CPU seconds that it has taken since the start.
    """

    def __init__(self, record: Callable[[Sequence[AlertChange]], None], open_alerts: OpenAlerts) -> None:
        """Takes who is told of changes, and what says what fires on hosts that are new here."""
        self.evaluation_s = 0.0
        self._record = record
        self._open_alerts = open_alerts
        self._book = AlertBook()
        self._live = LiveEvaluation(self._book)
        self._rules: HostRules = {}
        # What its checks are asked for every so many seconds, by host.
        self._hosts: dict[int, float] = {}
        self._faults = 0

    def follow_rules(self, rules: HostRules) -> None:
        """Takes what holds on which host from now on."""
        self._guarded(self._live.judge)
        self._rules = rules
        self._follow()

    def follow_hosts(self, assignments: Iterable[Assignment]) -> None:
        """Takes which hosts are read here; what fires on those that are new goes on."""
        before = self._hosts
        self._hosts = {assignment.host.id: assignment.options.checks_interval_s for assignment in assignments}
        self._follow()
        if coming := self._hosts.keys() - before.keys():
            self._book.restore(self._open_alerts(coming), int(time.time() * 1000))

    def take(self, scrape: Scrape, interval_s: float) -> None:
        """Takes a scrape of a host that is read every `interval_s` seconds."""
        self._guarded(lambda: self._live.take(scrape, interval_s, self._hosts.get(scrape.host_id, interval_s)))

    def judge(self) -> None:
        """Looks at all that has come."""
        self._guarded(self._live.judge)

    def judge_due(self) -> None:
        """Looks at what has come; to be called every second."""
        self._guarded(self._live.judge_due)

    def look(self, now_ms: int) -> None:
        """Looks at what has not come; to be called every few seconds."""
        self._guarded(lambda: self._live.look(now_ms))

    def _follow(self) -> None:
        self._live.follow({host_id: self._rules[host_id] for host_id in self._hosts if host_id in self._rules})

    def _guarded(self, work: Callable[[], list[AlertChange]]) -> None:
        """Whatever is wrong with rules or readings here, hosts are read on."""
        began = time.thread_time()
        try:
            changes = work()
        except Exception as error:  # noqa: BLE001
            self._faults += 1
            if self._faults <= FAULTS_TOLD:
                _log.error("evaluation_fault", exc_info=error)
            return
        finally:
            self.evaluation_s += time.thread_time() - began
        if changes:
            self._record(changes)
