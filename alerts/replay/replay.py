"""What would have fired: today's rules over stored history, through the evaluation that a poller has."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from functools import partial

from alerts.evaluation.book import AlertBook
from alerts.evaluation.live import LiveEvaluation
from alerts.evaluation.live_signal import is_live
from alerts.evaluation.reachability import Reachability
from alerts.history.history_rules import HistoryRules
from alerts.history.needs import LOOK_S, Need, longest_gap_ms
from alerts.history.worked_out import Explanation
from alerts.replay.coarse_values import can_be_coarse, coarse_values, read_coarse
from alerts.replay.gaps import BEAT_MS, Gaps
from alerts.replay.stored_past import StoredPast
from alerts.replay.stored_scrapes import ScrapeReader
from alerts.rules.applied_rule import AppliedRule
from storage.alerting.alert_change import AlertChange, ChangeKind
from storage.connection import Connection
from storage.host import Host
from storage.queries import SeriesPoints
from storage.rhythm import Rhythm
from storage.rollup import Interval
from storage.scrape import Cadence, Scrape
from storage.series import SeriesKey, format_labels
from storage.tier import BLOCK_MS

HOSTS_AT_ONCE = 16
"""Six hours of their readings are in memory, a kilobyte each."""
_LOOK_MS = round(LOOK_S * 1000)
_MISSED_EVERY_MS = 10_000

Rules = Mapping[int, Sequence[AppliedRule]]


@dataclass(frozen=True, slots=True)
class Fired:
    """One alert that there would have been.

    Attributes:
        first: when it fired, with what it was about.
        severity: the worst that it came to.
        worst_value: the one furthest beyond the level, of those that would have been told.
        resolved_at: UTC milliseconds; None where it still fired at the end.
    """

    first: AlertChange
    severity: str
    worst_value: float | None
    resolved_at: int | None = None


@dataclass(slots=True)
class Replayed:
    """What came of it.

    Attributes:
        fired: in order of time.
        from_buckets: where readings are no longer kept, which roll-ups stood in for them: by host id and interval the
            milliseconds of it.
        nothing: host ids of which nothing at all is stored in the span.
    """

    fired: list[Fired] = field(default_factory=list)
    from_buckets: dict[int, dict[Interval, int]] = field(default_factory=dict)
    nothing: list[int] = field(default_factory=list)


OnProgress = Callable[[int, int], None]
"""Told how many of how many parts are done."""


def replay(  # noqa: PLR0913 - by name
    connection: Connection,
    hosts: Sequence[Host],
    rules: Rules,
    *,
    span: tuple[int, int],
    rhythm: Rhythm,
    zone: tzinfo,
    on_progress: OnProgress | None = None,
) -> Replayed:
    """Holds what is stored of hosts against rules. Writes nothing.

    Where readings are no longer kept, the finest roll-ups stand in for them: a mean counts for the length of its
    bucket. A gap in the readings counts as a host that cannot be reached, whatever the cause was.

    Args:
        connection: to read from.
        hosts: whose history.
        rules: what holds on each of them today, by host id.
        span: from when until before when, UTC milliseconds.
        rhythm: as the settings have it.
        zone: whose hours and days what is usual goes by.
        on_progress: told of each part that is done.

    Raises:
        DatabaseCorruptError: what is stored cannot be read.
    """
    done = Replayed()
    parts = -(-(span[1] - span[0]) // BLOCK_MS)
    batches = [hosts[first : first + HOSTS_AT_ONCE] for first in range(0, len(hosts), HOSTS_AT_ONCE)]
    for number, some in enumerate(batches):
        batch = _Batch(connection, some, rules, span=span, rhythm=rhythm, zone=zone)
        for part, _ in enumerate(batch.run(), start=1):
            if on_progress:
                on_progress(number * parts + part, parts * len(batches))
        done.fired += put_together(batch.changes)
        done.from_buckets |= {host_id: found for host_id, found in batch.buckets.items() if found}
        done.nothing += [host.id for host in some if host.id not in batch.has_something]
    done.fired.sort(key=lambda each: (each.first.ts, each.first.host_id, each.first.rule_name, each.first.series))
    return done


class _Batch:
    """Some hosts through the whole span, together: what is alike is looked at in one go."""

    def __init__(  # noqa: PLR0913 - what a replay is given
        self,
        connection: Connection,
        hosts: Sequence[Host],
        rules: Rules,
        *,
        span: tuple[int, int],
        rhythm: Rhythm,
        zone: tzinfo,
    ) -> None:
        self._connection = connection
        self._hosts = {host.id: host for host in hosts}
        self._rules = {host.id: tuple(rules.get(host.id, ())) for host in hosts}
        self._span = span
        self._rhythm = rhythm
        self._zone = zone
        self._book = AlertBook()
        self._live = LiveEvaluation(self._book)
        self._live.follow(self._rules)
        self._gaps = Gaps(Reachability(self._book), {host.id: host.interval_s or rhythm.interval_s for host in hosts})
        self._history = HistoryRules()
        self._pasts = {
            host.id: StoredPast(connection, host.id, *span, max_gap_s=rhythm.gap_s(Cadence.FAST, host.interval_s))
            for host in hosts
        }
        signals = {rule.rule.signal for its in self._rules.values() for rule in its}
        self._scrapes = ScrapeReader(signal for signal in signals if is_live(signal))
        self.changes: list[AlertChange] = []
        self.buckets: dict[int, dict[Interval, int]] = {host.id: {} for host in hosts}
        self.has_something: set[int] = set()

    def run(self) -> Iterator[None]:
        """A part at a time."""
        start, end = self._span
        for since in range(start, end, BLOCK_MS):
            until = min(since + BLOCK_MS, end)
            scrapes = self._scrapes.read(self._connection, list(self._hosts), since, until)
            self._take(scrapes, since, until)
            read = {scrape.host_id for scrape in scrapes}
            self.has_something |= read
            for host_id in self._hosts.keys() - read:
                self._take_coarse(host_id, since, until)
            self._look_back(since, until)
            yield

    def _take(self, scrapes: Sequence[Scrape], since: int, until: int) -> None:
        coming = iter(scrapes)
        scrape = next(coming, None)
        for beat in range(since, until, BEAT_MS):
            while scrape is not None and scrape.ts < beat + BEAT_MS:
                host = self._hosts[scrape.host_id]
                interval_s = host.interval_s or self._rhythm.interval_s
                self.changes += self._live.take(scrape, interval_s, self._rhythm.checks_interval_s)
                self._gaps.read(scrape.host_id, scrape.ts)
                scrape = next(coming, None)
            self.changes += self._live.judge()
            if beat % _MISSED_EVERY_MS == 0:
                self.changes += self._live.look(beat)
            self.changes += self._gaps.look(beat + BEAT_MS, self._rules.__getitem__)

    def _take_coarse(self, host_id: int, since: int, until: int) -> None:
        rules = self._rules[host_id]
        metrics = dict.fromkeys(rule.rule.signal.metric for rule in rules if can_be_coarse(rule.rule.signal))
        coarse = read_coarse(self._connection, host_id, metrics, since, until)
        if not coarse.intervals:
            return
        self.has_something.add(host_id)
        # Of what the store has by the minute no reading can be missed.
        self._gaps.forget(host_id)
        worst = max(coarse.intervals.values(), key=list(Interval).index)
        self.buckets[host_id][worst] = self.buckets[host_id].get(worst, 0) + until - since
        for each in coarse_values(coarse, rules, since, until):
            self._judge(each.applied, host_id, each.key, each.value, each.ts, gap_ms=3 * each.length_ms)

    def _look_back(self, since: int, until: int) -> None:
        """The rules of history, every few minutes. They have alerts of their own, so it may come after the others."""
        for at in range(-(-since // _LOOK_MS) * _LOOK_MS, until, _LOOK_MS):
            for host_id, rules in self._rules.items():
                due = self._history.due(host_id, rules, at)
                read = partial(self._stored, host_id, at)
                for each in self._history.values(host_id, due, read, now=at, zone=self._zone):
                    self._judge(
                        each.applied,
                        host_id,
                        each.key,
                        each.value,
                        at,
                        gap_ms=longest_gap_ms(each.applied.rule.signal),
                        explanation=each.explanation,
                    )

    def _judge(  # noqa: PLR0913 - all that a value is
        self,
        applied: AppliedRule,
        host_id: int,
        key: SeriesKey,
        value: float,
        ts: int,
        *,
        gap_ms: int,
        explanation: Explanation | None = None,
    ) -> None:
        change = self._book.take(
            applied,
            host_id,
            format_labels(key.labels),
            value,
            ts,
            longest_gap_ms=gap_ms,
            explanation=explanation,
            labels=key.labels,
        )
        if change is not None:
            self.changes.append(change)

    def _stored(self, host_id: int, now: int, need: Need) -> list[SeriesPoints]:
        return self._pasts[host_id].at(need, now)


def put_together(changes: Iterable[AlertChange]) -> list[Fired]:
    """Changes as alerts, each with what became of it, in the order in which they fired."""
    found: list[Fired] = []
    going_on: dict[tuple[int, int, str, str], int] = {}
    for change in sorted(changes, key=lambda each: each.ts):
        key = change.host_id, change.rule_id, change.series, change.owner
        if change.kind is ChangeKind.FIRED:
            going_on[key] = len(found)
            found.append(Fired(change, change.severity, change.worst_value))
        elif key in going_on:
            place = going_on[key]
            found[place] = _with(found[place], change)
            if change.kind is ChangeKind.RESOLVED:
                del going_on[key]
    return found


def _with(fired: Fired, change: AlertChange) -> Fired:
    severity = "critical" if "critical" in (fired.severity, change.severity) else change.severity
    worst = change.worst_value if change.worst_value is not None else fired.worst_value
    resolved_at = change.ts if change.kind is ChangeKind.RESOLVED else None
    return replace(fired, severity=severity, worst_value=worst, resolved_at=resolved_at)


def counts(fired: Iterable[Fired]) -> dict[str, int]:
    """How often each rule would have fired, most often first."""
    found: dict[str, int] = {}
    for each in fired:
        found[each.first.rule_name] = found.get(each.first.rule_name, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
