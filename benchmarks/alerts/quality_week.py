"""Runs a labelled week through the evaluation that a poller has, in simulated time, and notes what it says."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from typing import Any

import numpy as np

from alerts.evaluation.book import AlertBook, EntryKey
from alerts.evaluation.live import LiveEvaluation
from alerts.evaluation.reachability import Reachability
from alerts.history.history_rules import HistoryRules
from alerts.history.needs import LOOK_S, Need, longest_gap_ms
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rule import Rule
from benchmarks.alerts.quality_days import Days
from benchmarks.alerts.quality_history import HostStore
from benchmarks.alerts.quality_outages import Outage, outages
from benchmarks.alerts.quality_plan import Plan
from benchmarks.alerts.quality_readings import HOUR_MS, STEP_MS, Part, learn_hours, read_parts
from simulated_fleet.machine import Machine
from storage.alerting.alert_change import AlertChange
from storage.host_status import HostStatus
from storage.queries import SeriesPoints
from storage.reason import HostState
from storage.scrape import Cadence, Scrape, Vector
from storage.series import format_labels

_SECOND_MS = 1_000
_LOOK_EVERY_MS = round(LOOK_S * 1000)
_MISSED_EVERY_MS = 10_000
_SLOW_MS = 30_000


@dataclass(frozen=True, slots=True)
class Crossing:
    """A value went beyond a level: told of or not. UTC milliseconds."""

    host: int
    rule: str
    series: str
    ts: int


@dataclass(slots=True)
class Told:
    """What came of a week.

    Attributes:
        changes: all that the evaluation said, in order.
        crossings: each time that a value came to be beyond a level.
        scrapes: how many readings were looked at.
        reading_s, judging_s, history_s: CPU time that it took to make them up, to hold them against rules, and to work
            out what follows from history.
    """

    changes: list[AlertChange] = field(default_factory=list)
    crossings: list[Crossing] = field(default_factory=list)
    scrapes: int = 0
    reading_s: float = 0.0
    judging_s: float = 0.0
    history_s: float = 0.0


class _NotingBook(AlertBook):
    """Notes what comes to be pending, too."""

    def __init__(self) -> None:
        super().__init__()
        self.crossings: list[Crossing] = []

    def take(  # noqa: PLR0913 - as the book has it
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
    ) -> AlertChange | None:
        """As the book does it."""
        key = EntryKey(applied.rule.id, series, applied.owner)
        was_there = key in self.entries(host_id)
        change = super().take(
            applied,
            host_id,
            series,
            value,
            ts,
            longest_gap_ms=longest_gap_ms,
            explanation=explanation,
            labels=labels,
        )
        if not was_there and (change is not None or key in self.entries(host_id)):
            self.crossings.append(Crossing(host_id, applied.rule.name, series, ts))
        return change


def run_week(days: Days, plan: Plan, rules: Sequence[Rule], on_progress: Callable[[float], None] | None = None) -> Told:
    """Lets a fleet live through a plan. Host ids are the indexes of the machines.

    Args:
        days: the fleet, with all that happens.
        plan: what happens.
        rules: that hold on every host.
        on_progress: is told the share that is done, every now and then.
    """
    week = _Week(days, plan, rules)
    week.learn()
    hours = range(plan.live_ms, plan.end_ms, HOUR_MS)
    for done, hour in enumerate(hours, start=1):
        week.live(hour, min(hour + HOUR_MS, plan.end_ms))
        if on_progress:
            on_progress(done / len(hours))
    return week.told


class _Week:
    def __init__(self, days: Days, plan: Plan, rules: Sequence[Rule]) -> None:
        self._days = days
        self._plan = plan
        self._machines: Sequence[Machine] = days.machines
        self._down = outages(plan.scenarios, days.machines)
        applied = tuple(
            AppliedRule(rule=rule, warning=rule.warning, critical=rule.critical, hold_s=rule.hold_s) for rule in rules
        )
        self._applied: Mapping[int, tuple[AppliedRule, ...]] = dict.fromkeys(range(len(days.machines)), applied)
        self._book = _NotingBook()
        self._evaluation = LiveEvaluation(self._book)
        self._evaluation.follow(self._applied)
        self._reachability = Reachability(self._book)
        self._statuses = sorted(self._all_statuses(), key=lambda status: status.since_at, reverse=True)
        self._history = HistoryRules()
        self._stores: list[HostStore] = []
        self.told = Told(crossings=self._book.crossings)

    def learn(self) -> None:
        """The weeks before: of CPU by the hour, of file systems the last two days."""
        start, live = self._plan.start_ms, self._plan.live_ms
        self._stores = [HostStore(hours) for hours in learn_hours(self._days, start, live)]
        for day in (2, 1):
            ts = np.arange(live - day * 24 * HOUR_MS, live - (day - 1) * 24 * HOUR_MS, _SLOW_MS)
            for machine, store in zip(self._machines, self._stores, strict=True):
                store.add(*read_parts(self._days, machine.index, ts, ()))

    def live(self, start: int, end: int) -> None:
        """An hour."""
        began = time.process_time()
        ts = np.arange(start, end, STEP_MS)
        parts = [
            read_parts(self._days, machine.index, ts, self._down.get(machine.index, ())) for machine in self._machines
        ]
        for store, (fast, slow) in zip(self._stores, parts, strict=True):
            store.add(fast, slow)
        scrapes = [_scrapes(index, fast, slow) for index, (fast, slow) in enumerate(parts)]
        self.told.reading_s += time.process_time() - began
        began, looking_back_s = time.process_time(), self.told.history_s
        for moment in ts.tolist():
            if moment % _LOOK_EVERY_MS == 0:
                self._look_back(moment)
            self._take(moment, scrapes)
        self.told.judging_s += time.process_time() - began - (self.told.history_s - looking_back_s)

    def _take(self, moment: int, scrapes: Sequence[Mapping[int, Scrape]]) -> None:
        """What comes at a moment, and what time alone has brought until the next one."""
        for of_host in scrapes:
            scrape = of_host.get(moment)
            if scrape is not None:
                self.told.scrapes += 1
                self.told.changes += self._evaluation.take(scrape, STEP_MS / 1000)
        self.told.changes += self._evaluation.judge()
        if moment % _MISSED_EVERY_MS == 0:
            self.told.changes += self._evaluation.look(moment)
        for second in range(moment, moment + STEP_MS, _SECOND_MS):
            while self._statuses and self._statuses[-1].since_at <= second:
                self._reachability.take(self._statuses.pop())
            self.told.changes += self._reachability.look(second, self._applied.__getitem__)

    def _look_back(self, now: int) -> None:
        began = time.process_time()
        for host, store in enumerate(self._stores):
            due = self._history.due(host, self._applied[host], now)
            for each in self._history.values(host, due, partial(_read, store, now), now=now, zone=UTC):
                change = self._book.take(
                    each.applied,
                    host,
                    format_labels(each.key.labels),
                    each.value,
                    now,
                    longest_gap_ms=longest_gap_ms(each.applied.rule.signal),
                    explanation=each.explanation,
                    labels=each.key.labels,
                )
                if change is not None:
                    self.told.changes.append(change)
        self.told.history_s += time.process_time() - began

    def _all_statuses(self) -> Iterator[HostStatus]:
        for machine in self._machines:
            yield _up(machine.index, self._plan.live_ms - HOUR_MS)
            for outage in self._down.get(machine.index, ()):
                if outage.told < outage.end:
                    yield _away(machine.index, outage)
                    yield _up(machine.index, outage.end)


def _scrapes(host_id: int, fast: Part, slow: Part) -> dict[int, Scrape]:
    """By moment."""
    seldom = {
        ts: Vector(Cadence.SLOW, slow.layout, values) for ts, values in zip(slow.ts.tolist(), slow.values, strict=True)
    }
    found = {}
    for ts, session_at, values in zip(fast.ts.tolist(), fast.session_at.tolist(), fast.values, strict=True):
        vectors: Iterable[Vector] = (Vector(Cadence.FAST, fast.layout, values),)
        if ts in seldom:
            vectors = (*vectors, seldom[ts])
        found[ts] = Scrape(host_id, ts, session_at, tuple(vectors))
    return found


def _read(store: HostStore, now: int, need: Need) -> Sequence[SeriesPoints]:
    return store.read(need, now)


def _away(host_id: int, outage: Outage) -> HostStatus:
    return HostStatus(host_id, outage.state, outage.reason, "", outage.told, None)


def _up(host_id: int, ts: int) -> HostStatus:
    return HostStatus(host_id, HostState.UP, None, "", ts, None)
