"""All series of a selection, streamed: whole series in turn, memory flat however long the range."""

from collections.abc import Callable, Iterator
from itertools import product

from sqlalchemy import Connection

from storage.catalogue import Metric
from storage.host import Host
from storage.queries import SeriesPoints
from storage.rhythm import read_rhythm
from storage.transfer.selection import Selection
from storage.transfer.series_spool import SeriesSpool
from storage.transfer.slices import Range, read_slices

OnProgress = Callable[[int, int], None]
"""Called with the parts done so far and the parts in all; a part is one metric of one host."""


def stream_by_host(
    connection: Connection, selection: Selection, on_progress: OnProgress | None = None
) -> Iterator[tuple[Host, SeriesPoints]]:
    """By host, metric, series and time; a long series comes in several pieces.

    Raises:
        DatabaseCorruptError: rows do not fit their layouts.
        InvalidInputError: there is no room in the temporary folder.
    """
    return _stream(connection, selection, list(product(selection.hosts, selection.metrics)), on_progress)


def stream_by_metric(
    connection: Connection, selection: Selection, on_progress: OnProgress | None = None
) -> Iterator[tuple[Host, SeriesPoints]]:
    """By metric, host, series and time; else as `stream_by_host`."""
    pairs = [(host, metric) for metric, host in product(selection.metrics, selection.hosts)]
    return _stream(connection, selection, pairs, on_progress)


def _stream(
    connection: Connection, selection: Selection, pairs: list[tuple[Host, Metric]], on_progress: OnProgress | None
) -> Iterator[tuple[Host, SeriesPoints]]:
    rhythm = read_rhythm(connection)
    for done, (host, metric) in enumerate(pairs, start=1):
        wanted = Range(
            host=host,
            metric=metric,
            start=selection.start,
            end=selection.end,
            interval=selection.interval,
            gap_s=rhythm.gap_s(metric.cadence, host.interval_s),
        )
        with SeriesSpool(host.id, selection.interval) as spool:
            for found in read_slices(connection, wanted):
                spool.add(found)
            for points in spool.series():
                yield host, points
        if on_progress is not None:
            on_progress(done, len(pairs))
