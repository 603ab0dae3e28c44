"""What is to be exported: whose series, which of them, over which range, how far apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sqlalchemy import Connection

from storage.catalogue import CATALOGUE, Kind, Metric
from storage.host import Host
from storage.queries import find_metric, resolve, resolve_kept
from storage.rollup import TIER_OF, Interval

PATTERN_MARKS = "*?["


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Some series over a range.

    Attributes:
        hosts: whose; none twice.
        metrics: which; none twice.
        start: UTC milliseconds, inclusive.
        end: UTC milliseconds, exclusive.
        interval: RAW gives readings, the others buckets; never AUTO.
    """

    hosts: tuple[Host, ...]
    metrics: tuple[Metric, ...]
    start: int
    end: int
    interval: Interval


def select(
    connection: Connection, hosts: Sequence[Host], metrics: Iterable[str], span: tuple[int, int], interval: Interval
) -> Selection:
    """The selection of these hosts and names of metrics.

    AUTO is settled by the length of the range and by what is still kept: the finest interval that all metrics have.

    Raises:
        InvalidInputError: there is no such metric.
    """
    chosen = dict.fromkeys(find_metric(name) for name in metrics)
    tier = interval
    if interval is Interval.AUTO:
        ids = [host.id for host in hosts]
        kept = (resolve_kept(connection, host_ids=ids, metric=metric, span=span) for metric in chosen)
        tier = max(kept, key=TIER_OF.__getitem__, default=resolve(interval, *span))
    return Selection(hosts=tuple(hosts), metrics=tuple(chosen), start=span[0], end=span[1], interval=tier)


def matching_metrics(patterns: Iterable[str]) -> list[str]:
    """Names of the catalogue by name or by pattern such as `disk_*`, in the order asked for, none twice.

    Raises:
        InvalidInputError: a name or a pattern that fits no metric.
    """
    return list(dict.fromkeys(name for pattern in patterns for name in _matching(pattern)))


def stored_metrics() -> list[str]:
    """The metrics that are kept themselves, counters and gauges; all others follow from them."""
    return [metric.name for metric in CATALOGUE.values() if metric.kind is not Kind.DERIVED]


def _matching(pattern: str) -> Iterator[str]:
    found = [name for name in CATALOGUE if fnmatchcase(name, pattern)] if set(PATTERN_MARKS) & set(pattern) else []
    yield from found or [find_metric(pattern).name]
