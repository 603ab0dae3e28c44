"""Series as CSV: streamed, lossless, harmless in a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from typing import TextIO

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storage.host import Host
from storage.queries import SeriesPoints
from storage.rollup import Interval
from storage.series import format_labels
from storage.transfer.csv_cell import text_cell
from storage.transfer.selection import Selection, select
from storage.transfer.series_stream import OnProgress, stream_by_host

COLUMNS = ("timestamp", "host", "metric", "labels", "value")
ROLLED_UP_COLUMNS = ("min", "max", "count")


def write_csv(  # noqa: PLR0913 - all by name
    out: TextIO,
    connection: Connection,
    *,
    hosts: Sequence[Host],
    metrics: Sequence[str],
    start: int,
    end: int,
    interval: Interval = Interval.RAW,
    on_progress: OnProgress | None = None,
) -> int:
    """Writes a header and a row for each value, by host, metric, series and time; absent values have none.

    Numbers are written as the shortest text that reads back as the same float64. Memory stays flat.

    Args:
        out: open for text; what opens it should say `newline=""`.
        connection: to read from.
        hosts: whose; rates take the host's interval into account.
        metrics: names of the catalogue; one named twice is written once.
        start: UTC milliseconds, inclusive.
        end: UTC milliseconds, exclusive.
        interval: RAW gives readings, the others buckets with min, max and count.
        on_progress: may raise to give up.

    Returns:
        How many rows were written, the header not counted.

    Raises:
        InvalidInputError: there is no such metric, and nothing was written; or the temporary folder has no room.
        DatabaseCorruptError: rows do not fit their layouts.
    """
    selection = select(connection, hosts, metrics, (start, end), interval)
    return write_selection_as_csv(out, connection, selection, on_progress)


def write_selection_as_csv(
    out: TextIO, connection: Connection, selection: Selection, on_progress: OnProgress | None = None
) -> int:
    """As `write_csv`, of a selection that was made before."""
    raw = selection.interval is Interval.RAW
    out.write(_line(COLUMNS if raw else COLUMNS + ROLLED_UP_COLUMNS))
    rows = 0
    for host, points in stream_by_host(connection, selection, on_progress):
        out.writelines(_rows(host, points))
        rows += len(points.ts)
    return rows


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _rows(host: Host, points: SeriesPoints) -> list[str]:
    """What only texts need, quotes and guards, is the same for all rows of a series and done once."""
    texts = _line((text_cell(host.name), points.key.name, text_cell(format_labels(points.key.labels)))).rstrip("\n")
    moments = np.datetime_as_string(points.ts.astype("datetime64[ms]"), unit="ms", timezone="UTC").tolist()
    # Python's own floats: their `repr` is the shortest text that reads back as the same number.
    values = points.value.tolist()
    if points.interval is Interval.RAW:
        return [f"{moment},{texts},{value!r}\n" for moment, value in zip(moments, values, strict=True)]
    extremes = map(_floats, (points.minimum, points.maximum))
    columns = zip(moments, values, *extremes, points.count.tolist(), strict=True)
    return [f"{moment},{texts},{value!r},{least!r},{most!r},{count}\n" for moment, value, least, most, count in columns]


def _floats(values: NDArray[np.float64]) -> list[float]:
    found: list[float] = values.tolist()
    return found
