"""Series as OpenMetrics text, as `promtool tsdb create-blocks-from openmetrics` takes it."""

from typing import TextIO

from sqlalchemy import Connection

from storage.catalogue import CATALOGUE
from storage.host import Host
from storage.queries import SeriesPoints
from storage.rollup import Interval
from storage.transfer.openmetrics_family import escaped, family_head
from storage.transfer.selection import Selection
from storage.transfer.series_stream import OnProgress, stream_by_metric

HOST_LABEL = "instance"
"""What Prometheus and its dashboards call the machine that a series is of."""
INTERVAL_LABEL = "interval"
"""Which buckets a value is the mean of. Readings do not have it, so that no mean is ever taken for one."""
_SPECIAL = {"inf": "+Inf", "-inf": "-Inf"}


def write_openmetrics(
    out: TextIO, connection: Connection, selection: Selection, on_progress: OnProgress | None = None
) -> int:
    """Writes the families one after the other, in each the series, oldest sample first, and `# EOF`.

    Args:
        out: open for text; what opens it should say `newline=""`.
        connection: to read from.
        selection: buckets are written as their means, with the label `interval`.
        on_progress: may raise to give up.

    Returns:
        How many samples were written.

    Raises:
        DatabaseCorruptError: rows do not fit their layouts.
        InvalidInputError: the temporary folder has no room.
    """
    samples = 0
    family = None
    for host, points in stream_by_metric(connection, selection, on_progress):
        if points.key.name != family:
            family = points.key.name
            out.write(family_head(CATALOGUE[family], selection.interval))
        out.writelines(_samples(host, points))
        samples += len(points.ts)
    out.write("# EOF\n")
    return samples


def _samples(host: Host, points: SeriesPoints) -> list[str]:
    series = _series(host, points)
    pairs = zip(points.ts.tolist(), map(repr, points.value.tolist()), strict=True)
    return [f"{series} {_SPECIAL.get(value, value)} {ts // 1000}.{ts % 1000:03d}\n" for ts, value in pairs]


def _series(host: Host, points: SeriesPoints) -> str:
    labels = [(HOST_LABEL, host.name), *points.key.labels]
    if points.interval is not Interval.RAW:
        labels.append((INTERVAL_LABEL, points.interval.value))
    inside = ",".join(f'{name}="{escaped(value)}"' for name, value in labels)
    return f"{points.key.name}{{{inside}}}"
