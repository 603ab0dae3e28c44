"""Reads what was before and after a moment, or around a span, and compares it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fleet.before_after import Change, change_of
from fleet.compared_metrics import together
from fleet.compared_side import NOTHING, HostSide, host_side, quantities
from fleet.host_series import read_of_hosts
from storage.catalogue import Kind, Metric, Unit
from storage.connection import Connection
from storage.errors import InvalidInputError
from storage.host import Host
from storage.queries import find_metric
from storage.rhythm import Rhythm, read_rhythm
from storage.rollup import LENGTH_MS, Interval
from storage.series import SeriesKey

_ENOUGH_COVERED = 0.95
_CLEARLY_MORE = 0.05
_GAP_MS = 120_000
"""What is read every half minute may lie that far apart without a gap."""
_RAW_SPAN_MS = 24 * 3_600_000
"""Up to which readings are compared as they are: 17,280 of a host every 5 s."""
_RAW_HOSTS = 50
"""Of which a day of readings is compared as it is, some 100 MB a series; of more hosts a shorter span."""
_BUCKETS_AT_LEAST = 2
"""On each side: fewer may lie over an edge, all of them. Whether they are enough to judge is another question."""
_BUCKETS_AT_MOST = 20_160
"""Two weeks of minutes."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is compared: two spans, UTC milliseconds, their ends outside."""

    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One quantity, compared.

    Attributes:
        series: the metric; with labels only where its series are kept apart.
        unit: of its values.
        interval: what mean, percentile and largest value come from: RAW readings, or the means of buckets.
        change: of all hosts that have readings on both sides, taken together.
        of_host: of each host that has any, by name.
        only_one_side: names of hosts that have readings on one side only; they are in none of the numbers.
    """

    series: SeriesKey
    unit: Unit
    interval: Interval
    change: Change
    of_host: Mapping[str, Change]
    only_one_side: tuple[str, ...]


def spans_around(start: int, end: int, *, span_ms: int, now_ms: int) -> Around:
    """The span before the start and the one after the end, which ends now at the latest.

    Raises:
        InvalidInputError: there is nothing after it yet.
    """
    if end >= now_ms:
        raise InvalidInputError(
            "There is nothing after it yet to compare with.",
            hint="Try again in some minutes; “watchpost annotations edit ID --to now” ends a span early.",
        )
    return Around((max(0, start - span_ms), start), (end, min(end + span_ms, now_ms)))


def compare_around(
    connection: Connection, hosts: Sequence[Host], metrics: Iterable[str], around: Around
) -> list[Compared]:
    """What changed, by metric in the order given; quantities without any reading are left out.

    Raises:
        InvalidInputError: there is no such metric, or it is a counter.
        DatabaseCorruptError: rows do not fit their layouts.
    """
    asked = _Asked(connection, hosts, around, read_rhythm(connection))
    found = []
    for metric in [comparable(name) for name in metrics]:
        interval, sides = _read(asked, metric)
        found += [_compared(metric, interval, key, of_key, hosts) for key, of_key in sorted(sides.items())]
    return found


def comparable(name: str) -> Metric:
    """The metric of that name. Raises InvalidInputError where there is none, or where it counts up for ever."""
    metric = find_metric(name)
    if metric.kind is Kind.COUNTER:
        raise InvalidInputError(
            f"{name} counts up from the start of the host, so before and after say nothing.",
            hint="Compare how fast it grows: the metrics that end in _per_second or _percent.",
        )
    return metric


_Sides = Mapping[SeriesKey, Mapping[int, tuple[HostSide, HostSide]]]
"""By quantity and host id, before and after."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is the same for every metric."""

    connection: Connection
    hosts: Sequence[Host]
    around: Around
    rhythm: Rhythm


def _read(asked: _Asked, metric: Metric) -> tuple[Interval, _Sides]:
    """The finest readings that there are: those of long ago are kept as buckets alone."""
    best: tuple[Interval, _Sides] | None = None
    most = 0.0
    for interval in _intervals(asked.around, len(asked.hosts)):
        sides = _sides(asked, metric, interval)
        covered = _covered(sides, len(asked.hosts))
        if best is None or covered > most + _CLEARLY_MORE:
            best, most = (interval, sides), covered
        elif most > 0:
            break
        if most >= _ENOUGH_COVERED:
            break
    return best or (Interval.RAW, {})


def _intervals(around: Around, hosts: int) -> list[Interval]:
    """Which to try, the finest first: with some of them on each side, and not so many that it takes long."""
    spans = [end - start for start, end in (around.before, around.after)]
    few = [interval for interval, length in LENGTH_MS.items() if max(spans) <= _BUCKETS_AT_MOST * length]
    some = [interval for interval in few if min(spans) >= _BUCKETS_AT_LEAST * LENGTH_MS[interval]]
    is_little = max(spans) <= _RAW_SPAN_MS and max(spans) * hosts <= _RAW_SPAN_MS * _RAW_HOSTS
    return [Interval.RAW, *some] if is_little else some or few[:1] or [Interval.D1]


def _sides(asked: _Asked, metric: Metric, interval: Interval) -> _Sides:
    around, rhythm = asked.around, asked.rhythm
    before, after = (
        read_of_hosts(asked.connection, asked.hosts, metric.name, span=span, rhythm=rhythm, interval=interval)
        for span in (around.before, around.after)
    )
    found: dict[SeriesKey, dict[int, tuple[HostSide, HostSide]]] = defaultdict(dict)
    for host in asked.hosts:
        gap_ms = max(rhythm.gap_s(metric.cadence, host.interval_s) * 1000, _GAP_MS)
        first, second = (quantities(read.get(host.id, []), together(metric)) for read in (before, after))
        for key in first.keys() | second.keys():
            found[key][host.id] = (
                host_side(first.get(key, NOTHING), around.before, gap_ms),
                host_side(second.get(key, NOTHING), around.after, gap_ms),
            )
    return found


def _covered(sides: _Sides, hosts: int) -> float:
    """For how much of both sides there are readings, all hosts taken together."""
    of_host: dict[int, float] = {}
    for of_key in sides.values():
        for host_id, pair in of_key.items():
            covered = sum(each.side.covered for each in pair) / 2
            of_host[host_id] = max(covered, of_host.get(host_id, 0.0))
    return sum(of_host.values()) / hosts if hosts else 0.0


def _compared(
    metric: Metric,
    interval: Interval,
    key: SeriesKey,
    of_key: Mapping[int, tuple[HostSide, HostSide]],
    hosts: Sequence[Host],
) -> Compared:
    in_percent = metric.unit is Unit.PERCENT
    of_host = {host.name: of_key[host.id] for host in hosts if host.id in of_key}
    both = {name: pair for name, pair in of_host.items() if all(each.side.readings for each in pair)}
    # Without a host that has both, what one side was is still worth saying.
    pairs = list((both or of_host).values())
    befores, afters = ([pair[side] for pair in pairs if pair[side].side.readings] for side in (0, 1))
    if not both and befores and afters:
        befores, afters = [], []
    return Compared(
        series=key,
        unit=metric.unit,
        interval=interval,
        change=change_of(befores, afters, in_percent=in_percent),
        of_host={
            name: change_of([first], [second], in_percent=in_percent) for name, (first, second) in of_host.items()
        },
        only_one_side=tuple(name for name in of_host if name not in both),
    )
