"""Series of many hosts, each with the gap that its own pace allows."""

from collections import defaultdict
from collections.abc import Sequence

from storage.connection import Connection
from storage.host import Host
from storage.queries import SeriesPoints, find_metric, read_series
from storage.rhythm import Rhythm
from storage.rollup import Interval


def read_of_hosts(  # noqa: PLR0913 - by name
    connection: Connection,
    hosts: Sequence[Host],
    metric: str,
    *,
    span: tuple[int, int],
    rhythm: Rhythm,
    interval: Interval = Interval.RAW,
) -> dict[int, list[SeriesPoints]]:
    """All series of a metric by host id; hosts that have none are not in there.

    Args:
        connection: to read from.
        hosts: whose.
        metric: any name of the catalogue.
        span: start, inclusive, and end, exclusive; UTC milliseconds.
        rhythm: as the settings have it.
        interval: RAW gives readings, the others buckets.

    Raises:
        InvalidInputError: there is no such metric.
        DatabaseCorruptError: rows do not fit their layouts.
    """
    cadence = find_metric(metric).cadence
    of_pace: dict[float, list[int]] = defaultdict(list)
    for host in hosts:
        of_pace[rhythm.gap_s(cadence, host.interval_s)].append(host.id)
    found: dict[int, list[SeriesPoints]] = defaultdict(list)
    for gap_s, host_ids in of_pace.items():
        read = read_series(
            connection,
            host_ids=host_ids,
            metric=metric,
            start=span[0],
            end=span[1],
            interval=interval,
            max_gap_s=gap_s,
        )
        for points in read:
            found[points.host_id].append(points)
    return found
