"""Judges every scrape against the default thresholds and logs when a host's severity has changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from alerts.thresholds import DEFAULTS, Finding, Severity, find, worst
from storage.derive import longest_gap_s
from storage.headline import headline
from storage.host import Host
from storage.latest import derived_values
from storage.scrape import Cadence, Scrape, Vector
from storage.series import SeriesKey

HOLD = 3
"""A new severity counts once this many scrapes in a row agree on it: one busy reading is no news."""

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


def step(judged: Judged, severity: Severity) -> Judged:
    """The state after one more scrape."""
    agreed = judged.agreed + 1 if severity is judged.candidate else 1
    settled = severity if agreed >= HOLD else judged.severity
    return Judged(settled, severity, agreed)


@dataclass(slots=True)
class _Watched:
    """One host's newest reading and the judgement on it."""

    judged: Judged = field(default_factory=Judged)
    fast: Vector | None = None
    ts: int = 0
    session_at: int = 0
    values: dict[SeriesKey, float] = field(default_factory=dict)


class SeverityWatch:
    """Follows all hosts of a poller."""

    def __init__(self) -> None:
        self._hosts: dict[int, Host] = {}
        self._watched: dict[int, _Watched] = {}

    def follow(self, hosts: Iterable[Host]) -> None:
        """Takes note of which hosts there are and what they are called; others are forgotten."""
        self._hosts = {host.id: host for host in hosts}
        for host_id in self._watched.keys() - self._hosts.keys():
            del self._watched[host_id]

    def take(self, scrape: Scrape, interval_s: float) -> Severity:
        """Judges one scrape of a host that is read every `interval_s` seconds; returns the severity that now holds."""
        watched = self._watched.setdefault(scrape.host_id, _Watched())
        for vector in scrape.vectors:
            watched.values |= self._computed(watched, vector, scrape, interval_s)
        findings = find(headline(watched.values), DEFAULTS, watched.values)
        before, watched.judged = watched.judged, step(watched.judged, worst(findings))
        if watched.judged.severity is not before.severity:
            self._tell(scrape.host_id, watched.judged.severity, findings)
        return watched.judged.severity

    def _computed(self, watched: _Watched, vector: Vector, scrape: Scrape, interval_s: float) -> dict[SeriesKey, float]:
        if vector.cadence is not Cadence.FAST:
            return derived_values(vector, None, float("nan"))
        elapsed_s = (scrape.ts - watched.ts) / 1000
        follows = watched.session_at == scrape.session_at and elapsed_s <= longest_gap_s(interval_s)
        before = watched.fast if follows else None
        watched.fast, watched.ts, watched.session_at = vector, scrape.ts, scrape.session_at
        return derived_values(vector, before, elapsed_s)

    def _tell(self, host_id: int, severity: Severity, findings: tuple[Finding, ...]) -> None:
        host = self._hosts.get(host_id)
        log = _log.info if severity is Severity.OK else _log.warning
        log(
            "host_severity",
            host=host.name if host else host_id,
            severity=severity.value,
            findings=[f"{finding.metric} {finding.subject} {finding.value:.1f}" for finding in findings[:8]],
        )
