"""Holds every reading of many hosts against the rules that hold there. Time only comes in; belongs to one thread.

Readings are collected and looked at together, those of alike machines in one go. Nothing but the last reading is kept
of what is calm, and what has been in the windows that rules ask for.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from alerts.evaluation.book import AlertBook, EntryKey
from alerts.evaluation.group import Group, Reading, Source, look_back
from alerts.evaluation.limits import Limits, limits_of
from alerts.evaluation.live_signal import Terms, is_live, terms_of
from alerts.evaluation.lost_series import LostSeries
from alerts.evaluation.program import Compiler, Program, Shape
from alerts.evaluation.windows import Windows
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.signal import Function, Signal
from storage.alerting.alert_change import AlertChange, Resolution
from storage.catalogue import CATALOGUE
from storage.derive import longest_gap_s
from storage.scrape import Cadence, Scrape, Vector
from storage.series import Layout

SELDOM_S = 30.0
"""What is not read with every scrape is read this often, or with every scrape where these are further apart."""
FEW = 64
"""Readings that are looked at without a thought of what that costs."""
GONE_MS = 300_000
"""A series that a host no longer tells of is nothing that can be well again: after this long its alerts are over."""
MISSING_GAP_MS = 120_000
"""It is looked for again and again; where that has not been so for as long, it begins anew."""


class _Set(NamedTuple):
    """What holds together on some hosts."""

    rules: Sequence[AppliedRule]
    terms: Terms


class LiveEvaluation:
    """Follows all hosts of an event loop."""

    def __init__(self, book: AlertBook) -> None:
        """Takes where alerts are held."""
        self._book = book
        self._compiler = Compiler(())
        self._terms: dict[int, Terms] = {}
        # By the id of the object, which is the same one for all hosts on which the same holds.
        self._sets: dict[int, _Set] = {}
        # By host, in the order of cadences.
        self._sources: dict[int, list[Source | None]] = {}
        self._groups: dict[Shape, Group] = {}
        self._windows = Windows()
        self._lost = LostSeries()

    def follow(self, rules: Mapping[int, Sequence[AppliedRule]]) -> None:
        """Takes what holds on which host from now on, by host id; hosts that are not named are forgotten.

        Readings go on where they were; windows begin anew where a rule looks at something that none looked at before.
        """
        self._book.follow(rules)
        signals = _signals(rules.values())
        if set(signals) != set(self._compiler.signals):
            self._begin_anew(signals)
        numbers = {signal: number for number, signal in enumerate(self._compiler.signals)}
        before, self._sets = self._sets, {}
        for host_id, applied in rules.items():
            known = self._sets.get(id(applied)) or before.get(id(applied))
            if known is None or known.rules is not applied:
                known = _Set(applied, terms_of(applied, numbers))
            self._sets[id(applied)] = known
            self._terms[host_id] = known.terms
        for host_id in [host_id for host_id in self._terms if host_id not in rules]:
            self._forget(host_id)
        for source in self._every_source():
            terms = self._terms[source.host_id]
            if terms is not source.terms:
                source.terms, source.limits = terms, None

    def take(self, scrape: Scrape, interval_s: float, checks_interval_s: float = SELDOM_S) -> list[AlertChange]:
        """Collects one scrape.

        Args:
            scrape: of a host; one that is not followed is left alone.
            interval_s: seconds between two of them.
            checks_interval_s: seconds between two answers to its checks.

        Returns:
            Nothing, nearly always; what was found where an earlier reading of the same host had to be looked at first.
        """
        terms = self._terms.get(scrape.host_id)
        if terms is None or not terms.by_rule:
            return []
        changes: list[AlertChange] = []
        sources = self._sources.get(scrape.host_id)
        if sources is None:
            sources = self._sources[scrape.host_id] = [None] * len(Cadence)
        pace = interval_s, checks_interval_s
        for vector in scrape.vectors:
            source = sources[vector.cadence]
            if source is None:
                source = sources[vector.cadence] = Source(scrape.host_id, terms)
            if source.pace != pace:
                source.pace, source.longest_gap_ms = pace, _longest_gap_ms(vector.cadence, *pace)
            if source.is_waiting and source.group is not None:
                changes += self._judge([source.group])
            if vector.layout is not source.layout:
                self._change_layout(source, vector.layout)
            if source.program is None:
                source.ts, source.session_at = scrape.ts, scrape.session_at
            else:
                self._collect(source, source.program, vector, scrape)
        return changes

    def judge(self) -> list[AlertChange]:
        """Looks at all that was collected and not looked at yet."""
        return self._judge([group for group in self._groups.values() if group.waiting])

    def judge_due(self) -> list[AlertChange]:
        """The same, but in a large fleet what few machines have waits for a call or two, so that more comes together.

        To be called every second.
        """
        waiting = [group for group in self._groups.values() if group.waiting]
        are_few = sum(len(group.waiting) for group in waiting) <= FEW
        return self._judge([group for group in waiting if group.is_due() or are_few])

    def look(self, now_ms: int) -> list[AlertChange]:
        """Looks at what time alone brings: series that have been missed, and those that are gone for good.

        To be called every few seconds.
        """
        return [*self._missed(now_ms), *self._gone()]

    def _judge(self, groups: Sequence[Group]) -> list[AlertChange]:
        works = [group.begin() for group in groups]
        look_back(works, self._windows)
        return [change for work in works for change in work.judge(self._book)]

    def _collect(self, source: Source, program: Program, vector: Vector, scrape: Scrape) -> None:
        limits, group, ts = source.limits, source.group, scrape.ts
        if limits is None:
            limits = source.limits = self._limits(program, source.terms)
        after = vector.values.take(program.columns)
        before, elapsed_ms = source.values, ts - source.ts
        if before is None or source.session_at != scrape.session_at or not 0 < elapsed_ms <= source.longest_gap_ms:
            before, elapsed_s = after, math.nan
        else:
            elapsed_s = elapsed_ms / 1000
        source.values, source.session_at, source.ts = after, scrape.session_at, ts
        if group is not None:
            source.is_waiting = True
            group.waiting.append(Reading(source, program, limits, ts, elapsed_s, before, after))

    def _change_layout(self, source: Source, layout: Layout) -> None:
        """What was missing, or is now, is known on."""
        if source.program is not None:
            self._lost.note(source)
        if source.group is not None:
            self._leave(source)
        source.layout, source.values, source.limits = layout, None, None
        source.program = program = self._compiler.program(layout)
        if program is None:
            return
        group = self._groups.get(program.shape)
        if group is None:
            group = self._groups[program.shape] = Group(program.shape)
        group.join(source)
        if program.shape.windows:
            source.places = self._windows.places_for(program.windowed)
        self._lost.take_back(source)

    def _leave(self, source: Source) -> None:
        group = source.group
        if source.places is not None:
            self._windows.give_back(source.places)
            source.places = None
        if group is not None:
            group.leave(source)
            if group.is_empty and self._groups.get(group.shape) is group:
                del self._groups[group.shape]

    def _missed(self, now_ms: int) -> list[AlertChange]:
        changes: list[AlertChange] = []
        for group in self._groups.values():
            if group.absences is not None:
                for source, number, _ in list(group.absences.missed(now_ms)):
                    cell = group.shape.windows + number
                    program = source.program
                    if program is not None and program.is_meant[cell]:
                        place = group.shape.cells[cell].number, program.texts[cell]
                        changes += self._miss(source.host_id, *place, program.keys[cell].labels, now_ms)
        for host_id, lost in self._lost:
            if now_ms - lost.seen_at >= self._compiler.signals[lost.number].window_s * 1000:
                changes += self._miss(host_id, lost.number, lost.text, lost.labels, now_ms)
        return changes

    def _read_for_s(self, host_id: int, now_ms: int) -> float:
        """How long the session has lasted that reads the host just now; 0 where none does."""
        began = [
            source.session_at
            for source in self._sources.get(host_id, ())
            if source is not None and now_ms - source.ts <= source.longest_gap_ms
        ]
        return max(0.0, (now_ms - max(began)) / 1000) if began else 0.0

    def _miss(
        self, host_id: int, number: int, text: str, labels: tuple[tuple[str, str], ...], now_ms: int
    ) -> list[AlertChange]:
        signal = self._compiler.signals[number]
        # Of a host that is not read nothing comes, and that says nothing about its disks.
        if self._read_for_s(host_id, now_ms) < signal.window_s:
            return []
        value = signal.scale + signal.offset
        changes = [
            self._book.take(applied, host_id, text, value, now_ms, longest_gap_ms=MISSING_GAP_MS, labels=labels)
            for applied in self._terms[host_id].by_signal.get(number, ())
        ]
        return [change for change in changes if change is not None]

    def _gone(self) -> list[AlertChange]:
        changes: list[AlertChange] = []
        for host_id in list(self._book.busy_hosts):
            terms = self._terms.get(host_id)
            for key in list(self._book.entries(host_id)) if terms is not None else ():
                source = self._silent_source(host_id, key, terms) if terms is not None else None
                change = None if source is None else self._book.resolve(host_id, key, source.ts, Resolution.SERIES_GONE)
                if change is not None:
                    changes.append(change)
        return changes

    def _silent_source(self, host_id: int, key: EntryKey, terms: Terms) -> Source | None:
        """Where the series of an alert should have come from, if that is read and has not told of it for a while."""
        known = terms.by_rule.get((key.rule_id, key.owner))
        signal = None if known is None else known[0].rule.signal
        if signal is None or signal.function is Function.ABSENCE:
            return None
        sources = self._sources.get(host_id)
        source = None if sources is None else sources[CATALOGUE[signal.metric].cadence]
        entry = self._book.entries(host_id)[key]
        if source is None or source.is_waiting:
            return None
        patience_ms = max(GONE_MS, 3 * source.longest_gap_ms, int(signal.window_s * 1000))
        return source if source.ts - entry.seen_at >= patience_ms else None

    def _begin_anew(self, signals: Iterable[Signal]) -> None:
        self._compiler = Compiler(tuple(signals))
        self._groups.clear()
        self._windows = Windows()
        self._sets.clear()
        self._lost = LostSeries()
        for source in self._every_source():
            source.layout = source.program = source.group = source.values = None
            source.row, source.places, source.limits, source.is_waiting = -1, None, None, False

    def _forget(self, host_id: int) -> None:
        del self._terms[host_id]
        self._lost.forget(host_id)
        for source in self._sources.pop(host_id, ()):
            if source is not None:
                self._leave(source)

    def _every_source(self) -> Iterator[Source]:
        return (source for sources in self._sources.values() for source in sources if source is not None)

    def _limits(self, program: Program, terms: Terms) -> Limits:
        limits = program.limits.get(terms)
        if limits is None:
            limits = program.limits[terms] = limits_of(program, terms)
        return limits


def _signals(every: Iterable[Sequence[AppliedRule]]) -> tuple[Signal, ...]:
    """All live ones, each once."""
    seen: dict[int, AppliedRule] = {}
    known: set[int] = set()
    for rules in every:
        if id(rules) not in known:
            known.add(id(rules))
            seen.update((id(applied), applied) for applied in rules)
    return tuple(dict.fromkeys(applied.rule.signal for applied in seen.values() if is_live(applied.rule.signal)))


def _longest_gap_ms(cadence: Cadence, interval_s: float, checks_interval_s: float) -> int:
    if cadence is Cadence.CHECKS:
        interval_s = max(interval_s, checks_interval_s)
    elif cadence is not Cadence.FAST:
        interval_s = max(interval_s, SELDOM_S)
    return int(longest_gap_s(interval_s) * 1000)
