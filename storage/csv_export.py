"""Series as CSV: streamed, lossless in its numbers, harmless in a spreadsheet."""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import product, repeat
from typing import Any, TextIO

import numpy as np
from sqlalchemy import Connection

from storage.host import Host
from storage.printable import printable
from storage.queries import SeriesPoints, find_metric, read_series, resolve
from storage.rhythm import read_rhythm
from storage.rollup import Interval
from storage.series import format_labels

OnProgress = Callable[[int, int], None]
"""Called with the parts done so far and the parts in all; a part is one metric of one host."""

_COLUMNS = ("timestamp", "host", "metric", "labels", "value")
_ROLLED_UP_COLUMNS = ("min", "max", "count")

# What makes a spreadsheet take a cell for a formula; the last four are the full-width forms, which some take as well.
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_TEXT_LIMIT = 1024


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

    Memory holds one metric of one host at a time.

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
        InvalidInputError: there is no such metric; nothing was written.
        DatabaseCorruptError: rows do not fit their layouts.
    """
    chosen = list(dict.fromkeys(map(find_metric, metrics)))
    tier = resolve(interval, start, end)
    rhythm = read_rhythm(connection)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS if tier is Interval.RAW else _COLUMNS + _ROLLED_UP_COLUMNS)
    parts = list(product(hosts, chosen))
    rows = 0
    for done, (host, metric) in enumerate(parts, start=1):
        gap_s = rhythm.gap_s(metric.cadence, host.interval_s)
        for points in read_series(
            connection, host_ids=[host.id], metric=metric.name, start=start, end=end, interval=tier, max_gap_s=gap_s
        ):
            writer.writerows(_rows(host, points))
            rows += len(points.ts)
        if on_progress is not None:
            on_progress(done, len(parts))
    return rows


def text_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula and no terminal for a command."""
    return f"'{printable(text, _TEXT_LIMIT)}" if text.startswith(_FORMULA_STARTS) else printable(text, _TEXT_LIMIT)


def _rows(host: Host, points: SeriesPoints) -> Iterator[tuple[Any, ...]]:
    # Python's own floats: `csv` writes them as `repr` does, the shortest text that reads back as the same number.
    columns: list[Any] = [
        np.datetime_as_string(points.ts.astype("datetime64[ms]"), unit="ms", timezone="UTC").tolist(),
        repeat(text_cell(host.name)),
        repeat(points.key.name),
        repeat(text_cell(format_labels(points.key.labels))),
        points.value.tolist(),
    ]
    if points.interval is not Interval.RAW:
        columns += [points.minimum.tolist(), points.maximum.tolist(), points.count.tolist()]
    return zip(*columns, strict=False)
