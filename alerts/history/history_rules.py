"""The values of a host's rules that look at its history: what has to be read for them, and what comes out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import NamedTuple

from alerts.history.forecast import Outlook
from alerts.history.needs import Need, is_of_history, pace_s, past_needed, present_needed
from alerts.history.usual import Usual
from alerts.history.worked_out import (
    Explanation,
    WorkedOut,
    departure_of,
    forecast_of,
    outlook_of,
    usual_of,
    window_of,
)
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.matchers import matches
from alerts.rules.signal import Function, Signal
from storage.queries import SeriesPoints
from storage.series import SeriesKey

_HOUR_MS = 3_600_000
_EARLY_S = 30.0
"""Whose turn comes a little too early is not left for a whole round."""

ReadPast = Callable[[Need], Sequence[SeriesPoints]]
"""What is stored of one host, of each series that has something."""


class HistoryValue(NamedTuple):
    """What a rule's levels are compared with, for one series of a host."""

    applied: AppliedRule
    key: SeriesKey
    value: float
    explanation: Explanation


class HistoryRules:
    """Works them out, each at its pace. Keeps what is usual for each series for an hour, as that is dear to read."""

    def __init__(self) -> None:
        self._usual: dict[int, dict[Signal, tuple[int, dict[SeriesKey, Usual | None]]]] = {}
        self._looked_at: dict[int, dict[Signal, int]] = {}

    def due(self, host_id: int, applied: Iterable[AppliedRule], now: int) -> list[AppliedRule]:
        """The rules of a host that it is time to look at again, at a moment, UTC milliseconds."""
        looked_at = self._looked_at.get(host_id, {})
        return [
            rule
            for rule in of_history(applied)
            if now - looked_at.get(rule.rule.signal, 0) >= (pace_s(rule.rule.signal) - _EARLY_S) * 1000
        ]

    def needs(self, host_id: int, applied: Iterable[AppliedRule], now: int) -> set[Need]:
        """What has to be read of a host for those rules that are due, at a moment, UTC milliseconds."""
        found: set[Need] = set()
        for signal in {rule.rule.signal for rule in applied}:
            present = present_needed(signal)
            if present is None or self._known_usual(host_id, signal, now) is None:
                found.add(past_needed(signal))
            if present is not None:
                found.add(present)
        return found

    def values(
        self, host_id: int, applied: Iterable[AppliedRule], read: ReadPast, *, now: int, zone: tzinfo
    ) -> Iterator[HistoryValue]:
        """What comes out, for each rule and each series of which enough is known.

        Args:
            host_id: whose.
            applied: those rules of the host that are due.
            read: what is stored up to now, of each of `needs`.
            now: UTC milliseconds.
            zone: whose hours and days what is usual goes by.
        """
        by_signal: dict[Signal, list[AppliedRule]] = {}
        for rule in applied:
            by_signal.setdefault(rule.rule.signal, []).append(rule)
        self._looked_at.setdefault(host_id, {}).update(dict.fromkeys(by_signal, now))
        for signal, rules in by_signal.items():
            match signal.function:
                case Function.FORECAST:
                    yield from _forecasts(signal, rules, read, now)
                case Function.DEPARTURE:
                    yield from self._departures(host_id, signal, rules, read, now=now, zone=zone)
                case _:
                    for points in _meant(signal, read(past_needed(signal))):
                        yield from _for_each(rules, points.key, window_of(signal, points, now=now))

    def forget(self, kept: Iterable[int]) -> None:
        """Forgets all hosts but these."""
        known = set(kept)
        for of_hosts in (self._usual, self._looked_at):
            for host_id in of_hosts.keys() - known:
                del of_hosts[host_id]

    def _known_usual(self, host_id: int, signal: Signal, now: int) -> dict[SeriesKey, Usual | None] | None:
        hour, known = self._usual.get(host_id, {}).get(signal, (None, {}))
        return known if hour == now // _HOUR_MS else None

    def _departures(  # noqa: PLR0913 - by name
        self, host_id: int, signal: Signal, rules: Sequence[AppliedRule], read: ReadPast, *, now: int, zone: tzinfo
    ) -> Iterator[HistoryValue]:
        known = self._known_usual(host_id, signal, now)
        if known is None:
            series = _meant(signal, read(past_needed(signal)))
            known = {points.key: usual_of(signal, points, now=now, zone=zone) for points in series}
            self._usual.setdefault(host_id, {})[signal] = (now // _HOUR_MS, known)
        present = present_needed(signal)
        if present is None or not any(known.values()):
            return
        for points in read(present):
            usual = known.get(points.key)
            if usual is not None:
                yield from _for_each(rules, points.key, departure_of(signal, usual, points, now=now, zone=zone))


def of_history(applied: Iterable[AppliedRule]) -> list[AppliedRule]:
    """Those that are worked out from the store."""
    return [rule for rule in applied if is_of_history(rule.rule.signal)]


def _forecasts(signal: Signal, rules: Sequence[AppliedRule], read: ReadPast, now: int) -> Iterator[HistoryValue]:
    for points in _meant(signal, read(past_needed(signal))):
        found: Outlook | None = outlook_of(signal, points, now=now)
        if found is not None:
            for rule in rules:
                limits = [level.limit for level in (rule.warning, rule.critical) if level is not None]
                yield from _for_each([rule], points.key, forecast_of(signal, found, limits))


def _meant(signal: Signal, series: Sequence[SeriesPoints]) -> Iterator[SeriesPoints]:
    return (points for points in series if matches(signal.matchers, dict(points.key.labels)))


def _for_each(rules: Sequence[AppliedRule], key: SeriesKey, found: WorkedOut | None) -> Iterator[HistoryValue]:
    if found is not None:
        yield from (HistoryValue(rule, key, found.value, found.explanation) for rule in rules)
