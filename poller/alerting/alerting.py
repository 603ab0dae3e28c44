"""The alerts of one poller: which rules hold on its hosts, what fires there, and that it is all written down."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import structlog

from alerts.evaluation.book import AlertBook
from alerts.evaluation.firing_alerts import FiringAlerts, HostRules
from alerts.evaluation.reachability import Reachability
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rulebook import Rulebook, read_rulebook
from alerts.rules.signal import Function
from alerts.thresholds import Severity
from poller.alerting.alert_figures import AlertFigures
from poller.alerting.alert_words import AlertWords
from poller.alerting.alert_writer import AlertWriter
from poller.alerting.rule_sets import RuleSets
from storage.alerting.alert_change import AlertChange, Resolution
from storage.alerting.alert_row import AlertRow
from storage.alerting.alert_rows import open_alerts
from storage.alerting.rule_rows import rules_revision
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import Host
from storage.host_status import HostStatus
from storage.leases.fence import Fence
from storage.utc import now_ms

FLUSH_S = 5.0

_log = structlog.get_logger()


class _Hosts(NamedTuple):
    """Hosts at one moment: all that there are, and those that are ours and enabled."""

    every: Mapping[int, Host]
    mine: Sequence[Host]


class Alerting:
    """Belongs to the event loop's thread. A `poller.alerting.judging.Judging`."""

    def __init__(
        self,
        database: Database,
        fence: Fence | None,
        follow_rules: Callable[[HostRules], None],
        clock_ms: Callable[[], int] = now_ms,
    ) -> None:
        """Prepares it.

        Args:
            database: of rules and alerts.
            fence: where pollers share hosts, what this one may write.
            follow_rules: told what holds on each host of ours whenever that has changed.
            clock_ms: UTC milliseconds.
        """
        self._database = database
        self._follow_rules = follow_rules
        self._clock_ms = clock_ms
        self._writer = AlertWriter(database, fence, clock_ms=clock_ms)
        self._book = AlertBook()
        self._reachability = Reachability(self._book)
        self._firing = FiringAlerts()
        self._words = AlertWords(self._name_of)
        self._rulebook = Rulebook()
        self._known_rules: frozenset[int] = frozenset()
        self._is_read = False
        self._hosts = _Hosts({}, ())
        self._sets = RuleSets()
        self._rules: HostRules = {}
        self._arranging = asyncio.Lock()

    def hosts(self) -> Sequence[Host]:
        """As `Judging.hosts`."""
        return self._hosts.mine

    def applied(self, host_id: int) -> Sequence[AppliedRule]:
        """As `Judging.applied`."""
        return self._rules.get(host_id, ())

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
        """As `Judging.judge`."""
        if not any(applied is its for its in self._rules.get(host_id, ())):
            # It has been edited while the value was worked out.
            return
        change = self._book.take(
            applied,
            host_id,
            series,
            value,
            ts,
            longest_gap_ms=longest_gap_ms,
            explanation=explanation,
            labels=labels,
        )
        if change is not None:
            self.take([change])

    def take(self, changes: Iterable[AlertChange]) -> None:
        """Takes what has happened, wherever it was found."""
        told = [change for change in changes if self._firing.take(change)]
        for change in told:
            self._words.tell(change)
        if told:
            self._writer.put(told)

    def take_state(self, status: HostStatus) -> None:
        """Takes a host's new state."""
        self._reachability.take(status)

    def open_alerts(self, host_ids: Iterable[int]) -> list[AlertRow]:
        """What fires on these hosts, for the event loop to which they come."""
        return self._firing.of(host_ids)

    def figures(self, evaluation_s: float) -> AlertFigures:
        """In numbers; takes what the event loops have used."""
        counts = self._firing.counts()
        return AlertFigures(
            warnings=counts[Severity.WARNING],
            criticals=counts[Severity.CRITICAL],
            waiting=self._writer.pending,
            lost=self._writer.lost,
            evaluation_s=evaluation_s,
        )

    def start(self) -> None:
        """Begins to write."""
        self._writer.start()

    async def end(self, timeout_s: float) -> bool:
        """Writes what is left; False where the database did not take it in time."""
        return await asyncio.to_thread(self._writer.stop, timeout_s)

    def flush(self, timeout_s: float) -> bool:
        """Waits until all that has happened is written; False where it is not in time. From any other thread."""
        return self._writer.flush(timeout_s)

    async def follow_hosts(self, every: Sequence[Host], mine: Sequence[Host]) -> None:
        """Takes which hosts there are and which are ours, before any of these is read.

        Raises:
            DatabaseUnavailableError: what fires on those that are new cannot be read just now.
        """
        async with self._arranging:
            if not self._is_read:
                await self._read_rules()
            enabled = [host for host in mine if host.enabled]
            before = self._hosts
            coming = {host.id for host in enabled} - {host.id for host in before.mine}
            rows = await asyncio.to_thread(self._read_alerts, coming) if coming else []
            self._end_gone({host.id: host for host in every}, {host.id for host in enabled})
            self._hosts = _Hosts({host.id: host for host in every}, enabled)
            await self._arrange(rows)

    async def step(self) -> None:
        """Looks whether the rules have changed."""
        async with self._arranging:
            if self._is_read and await asyncio.to_thread(self._revision) != self._rulebook.revision:
                await self._read_rules()
                await self._arrange([])

    async def look(self) -> None:
        """Looks at who cannot be read; to be called every second."""
        self.take(self._reachability.look(self._clock_ms(), self._unreachable_rules))
        self._words.catch_up()

    async def _read_rules(self) -> None:
        try:
            self._rulebook = await asyncio.to_thread(self._rulebook_now)
        except WatchpostError:
            raise
        # Whatever is wrong with rules must not keep hosts from being read.
        except Exception as error:  # noqa: BLE001
            _log.error("alert_rules_unreadable", error=type(error).__name__, detail=str(error)[:200])
        self._known_rules = frozenset(rule.id for rule in self._rulebook.rules)
        self._is_read = True
        for broken in self._rulebook.broken:
            _log.warning("alert_rule_broken", rule=broken.name, place=broken.place, detail=broken.reason)

    async def _arrange(self, rows: Collection[AlertRow]) -> None:
        """Has everybody follow what holds now, and go on with what fires."""
        self._rules = await asyncio.to_thread(self._sets.applied, self._rulebook, self._hosts.mine)
        now = self._clock_ms()
        ended = self._firing.follow(self._rules, self._known_rules, now)
        ended += self._firing.restore(rows, self._known_rules, now)
        self._end(ended)
        self._book.follow(self._rules)
        self._book.restore(self._firing.of({row.host_id for row in rows}, live=False), now)
        self._reachability.keep(self._rules)
        self._follow_rules(self._rules)

    def _end_gone(self, every: Mapping[int, Host], mine: Collection[int]) -> None:
        """Ends what fires on hosts that nobody reads any more."""
        now = self._clock_ms()
        for host in self._hosts.mine:
            if host.id not in every:
                self._end(self._firing.end(host.id, now, Resolution.HOST_REMOVED))
            elif host.id not in mine and not every[host.id].enabled:
                self._end(self._firing.end(host.id, now, Resolution.HOST_DISABLED))

    def _end(self, ended: Sequence[AlertChange]) -> None:
        """Tells of ends that nobody has judged."""
        for change in ended:
            self._firing.take(change)
            self._words.tell(change)
        self._writer.put(ended)

    def _unreachable_rules(self, host_id: int) -> Sequence[AppliedRule]:
        return [applied for applied in self.applied(host_id) if applied.rule.signal.function is Function.UNREACHABLE]

    def _name_of(self, host_id: int) -> str:
        host = self._hosts.every.get(host_id)
        return host.name if host else str(host_id)

    def _revision(self) -> int:
        with self._database.reading() as connection:
            return rules_revision(connection)

    def _rulebook_now(self) -> Rulebook:
        with self._database.reading() as connection:
            return read_rulebook(connection)

    def _read_alerts(self, host_ids: Collection[int]) -> list[AlertRow]:
        # Of a host that was ours a moment ago, something may still wait to be written.
        self._writer.flush(FLUSH_S)
        with self._database.reading() as connection:
            return open_alerts(connection, host_ids)
