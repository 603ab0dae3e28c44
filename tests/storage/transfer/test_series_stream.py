"""Series of a selection, streamed."""

import io
import tracemalloc

import pytest

from storage.database import Database
from storage.hosts import list_hosts
from storage.rollup import Interval
from storage.series import SeriesKey
from storage.transfer import series_spool, slices
from storage.transfer.csv_export import write_selection_as_csv
from storage.transfer.selection import select
from storage.transfer.series_stream import stream_by_host, stream_by_metric
from tests.recorded import key, record, visit
from tests.storage.transfer.files import sealed

START = 1_789_999_200_000
METRICS = ("load5", "load1")


def test_series_come_by_host_or_by_metric(sqlite_database: Database, two_hosts: list[int]) -> None:
    record(sqlite_database, *(visit(host, START, {key("load1"): 1.0, key("load5"): 2.0}) for host in two_hosts))
    with sqlite_database.reading() as connection:
        chosen = select(connection, list_hosts(connection), METRICS, (START, START + 1), Interval.RAW)
        by_host = [(host.name, points.key.name) for host, points in stream_by_host(connection, chosen)]
        by_metric = [(host.name, points.key.name) for host, points in stream_by_metric(connection, chosen)]
    assert by_host == [("a", "load5"), ("a", "load1"), ("b", "load5"), ("b", "load1")]
    assert by_metric == [("a", "load5"), ("b", "load5"), ("a", "load1"), ("b", "load1")]


def test_memory_does_not_grow_with_the_range(
    sqlite_database: Database, two_hosts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The proportions are those of a large export: many slices, and far more points than stay in memory.
    monkeypatch.setattr(slices, "_FEW_POINTS", 5_000)
    monkeypatch.setattr(slices, "_MANY_POINTS", 15_000)
    monkeypatch.setattr(series_spool, "_MEMORY_BYTES", 500_000)
    monkeypatch.setattr(series_spool, "POINTS_AT_A_TIME", 4_096)
    states = [key("tcp_connections", state=f"S{number}") for number in range(30)]
    for hour in range(10):
        moments = range(START + hour * 3_600_000, START + (hour + 1) * 3_600_000, 3_600)
        record(sqlite_database, *(visit(two_hosts[0], ts, _values(states, ts)) for ts in moments))
        sealed(sqlite_database)

    class Counted(io.StringIO):
        rows = 0

        def write(self, text: str) -> int:
            self.rows += 1
            return len(text)

    out = Counted()
    with sqlite_database.reading() as connection:
        chosen = select(connection, list_hosts(connection)[:1], ["tcp_connections"], (0, START * 2), Interval.RAW)
        tracemalloc.start()
        rows = write_selection_as_csv(out, connection, chosen)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert rows == 300_000
    assert out.rows == rows + 1
    # A list of the rows would take 40 MB.
    assert peak < 8_000_000


def _values(states: list[SeriesKey], ts: int) -> dict[SeriesKey, float]:
    return dict.fromkeys(states, ts / 3)
