"""Holds what was told against what was true. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from statistics import median
from typing import NamedTuple

from benchmarks.alerts.quality_plan import DISK_SOON, SHOWS_AS, UNREACHABLE, Happening
from benchmarks.alerts.quality_truth import Symptom
from benchmarks.alerts.quality_week import Crossing
from simulated_fleet.machine import Machine
from simulated_fleet.scenario import ScenarioKind
from storage.alerting.alert_change import AlertChange, ChangeKind

_LATE_MS = 120_000
"""So long after a fault its last readings may still be told of."""
_ONE_CROSSING_MS = 300_000
"""A value that hovers about a level crosses it once."""


class Hit(NamedTuple):
    """A symptom that was told of, and how long after its rule had waited, in seconds."""

    symptom: Symptom
    late_s: float


@dataclass(slots=True)
class Score:
    """How a kind of rule did.

    Attributes:
        right, wrong: alerts that a fault was the cause of, and others.
        inhibited: alerts of a host for which “unreachable” fired at that time. A notifier says nothing of these, so
            they are neither.
        found, missed: symptoms that were told of, and others.
        benign, benign_told: crossings that no fault was the cause of, and how many of these were told of.
        crossings: all crossings.
    """

    right: int = 0
    wrong: list[AlertChange] = field(default_factory=list)
    inhibited: int = 0
    found: list[Hit] = field(default_factory=list)
    missed: list[Symptom] = field(default_factory=list)
    benign: int = 0
    benign_told: int = 0
    crossings: int = 0

    @property
    def precision(self) -> float:
        """The share of alerts that are right; 1 where there are none."""
        count = self.right + len(self.wrong)
        return self.right / count if count else 1.0

    @property
    def recall(self) -> float:
        """The share of symptoms that were told of; 1 where there are none."""
        count = len(self.found) + len(self.missed)
        return len(self.found) / count if count else 1.0

    @property
    def late_s(self) -> float | None:
        """The median time to detection beyond what the rule waits for; None where nothing was found."""
        return median(hit.late_s for hit in self.found) if self.found else None

    @property
    def false_positives(self) -> float:
        """The share of benign crossings that were told of."""
        return self.benign_told / self.benign if self.benign else 0.0

    @property
    def benign_share(self) -> float:
        """Of all crossings."""
        return self.benign / self.crossings if self.crossings else 0.0


class Causes:
    """Which fault is the cause of what is told of a host."""

    def __init__(self, happenings: Iterable[Happening], machines: Sequence[Machine]) -> None:
        self._of_host: dict[int, list[Happening]] = {}
        for happening in happenings:
            hosts = list(happening.scenario.hosts)
            if happening.scenario.kind is ScenarioKind.JUMP_HOST_DOWN:
                hosts += [machine.index for machine in machines if machine.behind in hosts]
            for host in hosts:
                self._of_host.setdefault(host, []).append(happening)

    def fault(self, host: int, rule: str, ts: int) -> Happening | None:
        """One that shows as such an alert, and is on or has just been."""
        for happening in self._of_host.get(host, ()):
            scenario = happening.scenario
            is_on = scenario.start_ms <= ts <= scenario.end_ms + _LATE_MS
            if happening.is_fault and is_on and rule in SHOWS_AS.get(scenario.kind, ()):
                return happening
        return None


def score(
    changes: Sequence[AlertChange], crossings: Sequence[Crossing], symptoms: Sequence[Symptom], causes: Causes
) -> dict[str, Score]:
    """By name of the rule."""
    found: dict[str, Score] = {}
    fired = [change for change in changes if change.kind is ChangeKind.FIRED]
    away = _unreachable(changes)
    for change in fired:
        its = found.setdefault(change.rule_name, Score())
        if causes.fault(change.host_id, change.rule_name, change.ts) is not None:
            its.right += 1
        elif change.rule_name != UNREACHABLE and _within(away.get(change.host_id, ()), change.ts):
            its.inhibited += 1
        else:
            its.wrong.append(change)
    by_place: dict[tuple[int, str], list[int]] = {}
    for change in fired:
        by_place.setdefault((change.host_id, change.rule_name), []).append(change.ts)
    for symptom in symptoms:
        its = found.setdefault(symptom.rule, Score())
        told = _told_at(symptom, by_place)
        if told is None:
            its.missed.append(symptom)
        else:
            its.found.append(Hit(symptom, (told - symptom.onset) / 1000 - symptom.waits_s))
    _count_crossings(found, crossings, by_place, causes, away)
    return found


def in_all(scores: Mapping[str, Score]) -> Score:
    """All rules together."""
    every = Score()
    for its in scores.values():
        every.right += its.right
        every.wrong += its.wrong
        every.inhibited += its.inhibited
        every.found += its.found
        every.missed += its.missed
        every.benign += its.benign
        every.benign_told += its.benign_told
        every.crossings += its.crossings
    return every


def hours_ahead(changes: Sequence[AlertChange], happenings: Iterable[Happening]) -> list[float | None]:
    """For each disk that fills over days, how long before its end the forecast was told; None where it was not."""
    found: list[float | None] = []
    for happening in happenings:
        scenario = happening.scenario
        if happening.kind == "slow fill":
            told = [
                change.ts
                for change in changes
                if change.kind is ChangeKind.FIRED
                and change.rule_name == DISK_SOON
                and change.host_id in scenario.hosts
                and scenario.start_ms <= change.ts <= scenario.end_ms
            ]
            found.append((scenario.end_ms - min(told)) / 3_600_000 if told else None)
    return found


def _unreachable(changes: Iterable[AlertChange]) -> dict[int, list[tuple[int, float]]]:
    """From when until when “unreachable” fired, by host."""
    found: dict[int, list[tuple[int, float]]] = {}
    for change in changes:
        if change.rule_name == UNREACHABLE:
            spans = found.setdefault(change.host_id, [])
            if change.kind is ChangeKind.FIRED:
                spans.append((change.ts, inf))
            elif change.kind is ChangeKind.RESOLVED and spans:
                spans[-1] = (spans[-1][0], change.ts)
    return found


def _within(spans: Iterable[tuple[int, float]], ts: int) -> bool:
    return any(start <= ts <= end for start, end in spans)


def _told_at(symptom: Symptom, by_place: Mapping[tuple[int, str], list[int]]) -> int | None:
    scenario = symptom.happening.scenario
    told = by_place.get((symptom.host, symptom.rule), ())
    return min((ts for ts in told if scenario.start_ms <= ts <= scenario.end_ms + _LATE_MS), default=None)


def _count_crossings(
    found: dict[str, Score],
    crossings: Sequence[Crossing],
    by_place: Mapping[tuple[int, str], list[int]],
    causes: Causes,
    away: Mapping[int, list[tuple[int, float]]],
) -> None:
    last: dict[tuple[int, str, str], int] = {}
    for crossing in sorted(crossings, key=lambda each: each.ts):
        place = (crossing.host, crossing.rule, crossing.series)
        before, last[place] = last.get(place), crossing.ts
        if before is not None and crossing.ts - before < _ONE_CROSSING_MS:
            continue
        its = found.setdefault(crossing.rule, Score())
        if crossing.rule != UNREACHABLE and _within(away.get(crossing.host, ()), crossing.ts):
            continue
        its.crossings += 1
        if causes.fault(crossing.host, crossing.rule, crossing.ts) is None:
            its.benign += 1
            told = by_place.get((crossing.host, crossing.rule), ())
            its.benign_told += any(crossing.ts <= ts <= crossing.ts + 3 * 3_600_000 for ts in told) and any(
                causes.fault(crossing.host, crossing.rule, ts) is None
                for ts in told
                if crossing.ts <= ts <= crossing.ts + 3 * 3_600_000
            )
