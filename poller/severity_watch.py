"""Judges every scrape against the default thresholds and logs when a host's severity has changed."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import structlog
from numpy.typing import NDArray

from alerts.thresholds import DEFAULTS, Finding, Severity, worst
from storage.derive import deriver_for, longest_gap_s
from storage.formulas import stored_sources
from storage.host import Host
from storage.layout_cache import kept_by_layout
from storage.scrape import Cadence, Scrape, Vector
from storage.series import Layout, SeriesKey, shared_layout

Floats = NDArray[np.float64]

HOLD = 3
"""A new severity counts once this many scrapes in a row agree on it: one busy reading is no news."""

_LIMITS = {
    "cpu_usage_percent": DEFAULTS.cpu,
    "memory_used_percent": DEFAULTS.memory,
    "filesystem_used_percent": DEFAULTS.disk,
    "network_error_percent": DEFAULTS.network_errors,
}

_SOURCES = frozenset(source for metric in _LIMITS for source in stored_sources(metric))

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Judged:
    """What a host was last said to be, and what it may become.

    Attributes:
        severity: the one that was logged last.
        candidate: what the latest scrapes say.
        agreed: how many scrapes in a row said so.
    """

    severity: Severity = Severity.OK
    candidate: Severity = Severity.OK
    agreed: int = 0

    @property
    def is_calm(self) -> bool:
        """Whether all has long been well."""
        return self.severity is self.candidate is Severity.OK


def step(judged: Judged, severity: Severity) -> Judged:
    """The state after one more scrape."""
    agreed = judged.agreed + 1 if severity is judged.candidate else 1
    settled = severity if agreed >= HOLD else judged.severity
    return Judged(settled, severity, agreed)


_CALM = Judged()
_NONE = Layout(())


class _Pair(NamedTuple):
    """Two readings of one host, one after the other; or the same one twice, and NaN for the time between."""

    host_id: int
    watched: "_Watched"
    elapsed_s: float
    before: Floats
    after: Floats


@dataclass(slots=True)
class _Watched:
    """What decides of one host's newest reading, and the judgement on it.

    Attributes:
        whole: the layout of the reading.
        deciding: what `_deciding` says of it, kept, as to look it up costs more than to use it.
        layout: of the values.
    """

    judged: Judged = _CALM
    whole: Layout | None = None
    deciding: tuple[Layout, NDArray[np.intp]] = (_NONE, np.array([], dtype=np.intp))
    layout: Layout | None = None
    values: Floats | None = None
    ts: int = 0
    session_at: int = 0
    disks: tuple[Finding, ...] = ()


class SeverityWatch:
    """Follows all hosts of a poller.

    Scrapes are collected and judged together, those with the same series in one go: 40 hosts at once cost what one
    would. Only the series that decide are looked at, as machines of all sizes have the same of these.
    """

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._watched: dict[int, _Watched] = {}
        self._pairs: defaultdict[Layout, list[_Pair]] = defaultdict(list)
        self._disks: defaultdict[Layout, list[_Pair]] = defaultdict(list)

    def follow(self, hosts: Iterable[Host]) -> None:
        """Takes note of which hosts there are and what they are called; others are forgotten."""
        self._names = {host.id: host.name for host in hosts}
        for host_id in self._watched.keys() - self._names.keys():
            del self._watched[host_id]

    def take(self, scrape: Scrape, interval_s: float) -> None:
        """Collects one scrape of a host that is read every `interval_s` seconds."""
        watched = self._watched.get(scrape.host_id)
        if watched is None:
            watched = self._watched[scrape.host_id] = _Watched()
        for vector in scrape.vectors:
            if vector.cadence is Cadence.FAST:
                self._collect(watched, vector, scrape, interval_s)
            elif vector.cadence is Cadence.SLOW:
                part, columns = _deciding(vector.layout)
                values = vector.values[columns]
                # How full a file system is follows from one reading.
                self._disks[part].append(_Pair(scrape.host_id, watched, math.nan, values, values))

    def judge(self) -> None:
        """Judges what was collected since the last call, and logs what has changed."""
        collected, self._disks = self._disks, defaultdict(list)
        for layout, pairs in collected.items():
            findings = judge_pairs(layout, pairs)
            for row, pair in enumerate(pairs):
                pair.watched.disks = findings.get(row, ())
        collected, self._pairs = self._pairs, defaultdict(list)
        for layout, pairs in collected.items():
            findings = judge_pairs(layout, pairs)
            for row, pair in enumerate(pairs):
                watched = pair.watched
                # Nearly always there is nothing to tell; how often it was so changes nothing.
                if row in findings or watched.disks or not watched.judged.is_calm:
                    self._settle(pair.host_id, findings.get(row, ()))

    def severity(self, host_id: int) -> Severity:
        """What a host was last said to be."""
        watched = self._watched.get(host_id)
        return watched.judged.severity if watched else Severity.OK

    def _collect(self, watched: _Watched, vector: Vector, scrape: Scrape, interval_s: float) -> None:
        if vector.layout is watched.whole:
            part, columns = watched.deciding
        else:
            part, columns = watched.deciding = _deciding(vector.layout)
            watched.whole = vector.layout
        values = vector.values[columns]
        elapsed_s = (scrape.ts - watched.ts) / 1000
        follows = watched.session_at == scrape.session_at and elapsed_s <= longest_gap_s(interval_s)
        if watched.values is not None and follows and watched.layout is part:
            self._pairs[part].append(_Pair(scrape.host_id, watched, elapsed_s, watched.values, values))
        watched.layout, watched.values = part, values
        watched.ts, watched.session_at = scrape.ts, scrape.session_at

    def _settle(self, host_id: int, findings: tuple[Finding, ...]) -> None:
        watched = self._watched.get(host_id)
        if watched is None:
            return
        findings += watched.disks
        before = watched.judged
        if not findings and before.is_calm:
            return
        watched.judged = step(before, worst(findings))
        severity = watched.judged.severity
        if severity is not before.severity:
            log = _log.info if severity is Severity.OK else _log.warning
            found = [f"{finding.metric} {finding.subject} {finding.value:.1f}" for finding in findings[:8]]
            log("host_severity", host=self._names.get(host_id, host_id), severity=severity.value, findings=found)


def judge_pairs(layout: Layout, pairs: Sequence[_Pair]) -> dict[int, tuple[Finding, ...]]:
    """What is above its limit, by the place of the pair in the sequence; pairs without findings are left out."""
    if not _judged_columns(layout):
        return {}
    elapsed_s = np.array([pair.elapsed_s for pair in pairs])
    before = np.concatenate([pair.before for pair in pairs]).reshape(len(pairs), -1)
    after = np.concatenate([pair.after for pair in pairs]).reshape(len(pairs), -1)
    deriver = deriver_for(layout)
    derived = deriver.between(elapsed_s, before, after)
    found: dict[int, tuple[Finding, ...]] = {}
    for column, key in _judged_columns(layout):
        values = derived[:, column]
        threshold = _LIMITS[key.name]
        lowest = threshold.warning if threshold.warning is not None else threshold.critical
        for row in np.flatnonzero(values > (np.inf if lowest is None else lowest)):
            found[int(row)] = (*found.get(int(row), ()), *_finding(key, float(values[row])))
    return found


@kept_by_layout
def _deciding(layout: Layout) -> tuple[Layout, NDArray[np.intp]]:
    """The series of a layout from which follows what has a limit, as a layout of their own, and where they are."""
    columns = [column for column, key in enumerate(layout.series) if key.name in _SOURCES]
    part = shared_layout(tuple(layout.series[column] for column in columns))
    return part, np.array(columns, dtype=np.intp)


@kept_by_layout
def _judged_columns(layout: Layout) -> tuple[tuple[int, SeriesKey], ...]:
    """Which derived columns of a layout have a limit."""
    series = deriver_for(layout).series
    return tuple((column, key) for column, key in enumerate(series) if key.name in _LIMITS)


def _finding(key: SeriesKey, value: float) -> tuple[Finding, ...]:
    """The one finding that a value gives, or none."""
    verdict = _LIMITS[key.name].judge(value)
    subject = key.labels[0][1] if key.labels else ""
    return (Finding(key.name, verdict[0], value, verdict[1], subject),) if verdict else ()
