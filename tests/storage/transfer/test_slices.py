"""One metric of one host, read a slice of time after the other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from storage.catalogue import CATALOGUE
from storage.connection import Connection
from storage.database import Database
from storage.hosts import list_hosts
from storage.queries import SeriesPoints, read_series
from storage.rollup import Interval
from storage.transfer import slices
from storage.transfer.slices import Range, read_slices
from tests.recorded import key, record, visit
from tests.storage.transfer.files import sealed

HOUR_MS = 3_600_000
START = 1_790_000_040_000
END = START + 30 * HOUR_MS
COLUMNS = ("ts", "value", "minimum", "maximum", "count")


def a_day_with_a_gap(database: Database, host_id: int) -> None:
    moments = [START + minute * 60_000 for minute in range(1_500) if not 300 < minute < 900]
    sent = {
        ts: {key("network_receive_bytes_total", interface=name): (ts - START) / 3 for name in "ab"} for ts in moments
    }
    record(database, *(visit(host_id, ts, values, session_at=START) for ts, values in sent.items()))


def whole(found: Sequence[Sequence[SeriesPoints]]) -> dict[str, list[np.ndarray]]:
    keys = dict.fromkeys(points.key for slice_ in found for points in slice_)
    return {
        str(each): [
            np.concatenate([getattr(points, column) for slice_ in found for points in slice_ if points.key == each])
            for column in COLUMNS
        ]
        for each in keys
    }


@pytest.mark.parametrize("metric", ["network_receive_bytes_total", "network_receive_bytes_per_second"])
@pytest.mark.parametrize("interval", [tier for tier in Interval if tier is not Interval.AUTO], ids=str)
@pytest.mark.parametrize("are_sealed", [False, True], ids=["waiting", "sealed"])
def test_slices_together_are_the_whole(
    database: Database,
    host_id: int,
    metric: str,
    interval: Interval,
    *,
    are_sealed: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_day_with_a_gap(database, host_id)
    if are_sealed:
        sealed(database)
    # So that slices get longer, and then shorter again.
    monkeypatch.setattr(slices, "_FEW_POINTS", 100)
    monkeypatch.setattr(slices, "_MANY_POINTS", 200)
    monkeypatch.setattr(slices, "longest_ms", lambda *_: HOUR_MS)
    with database.reading() as connection:
        (host,) = list_hosts(connection)
        wanted = Range(host=host, metric=CATALOGUE[metric], start=START + 5, end=END, interval=interval, gap_s=60.0)
        found = list(read_slices(connection, wanted))
        at_once = read_series(
            connection, host_ids=[host_id], metric=metric, start=START + 5, end=END, interval=interval, max_gap_s=60.0
        )
    sliced, expected = whole(found), whole([at_once])
    assert sliced.keys() == expected.keys()
    for name, columns in expected.items():
        for mine, theirs in zip(sliced[name], columns, strict=True):
            np.testing.assert_array_equal(mine, theirs)
    assert len(found) > 2 or interval is Interval.D1


def test_where_readings_have_to_be_rolled_up_slices_stay_short(
    database: Database, host_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(database, *(visit(host_id, START + hour * HOUR_MS, {key("load1"): 1.0}) for hour in range(72)))
    reads = counted_reads(monkeypatch)
    with database.reading() as connection:
        (host,) = list_hosts(connection)
        wanted = Range(host=host, metric=CATALOGUE["load1"], start=0, end=START * 2, interval=Interval.H1, gap_s=60.0)
        assert sum(len(points.ts) for slice_ in read_slices(connection, wanted) for points in slice_) == 72
    last = START + 71 * HOUR_MS
    assert max(end - start for start, end in reads if start <= last) == 6 * HOUR_MS


def test_years_without_readings_cost_nothing(database: Database, host_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    record(database, *(visit(host_id, ts, {key("load1"): 1.0}) for ts in (5, START)))
    reads = counted_reads(monkeypatch)
    with database.reading() as connection:
        (host,) = list_hosts(connection)
        wanted = Range(host=host, metric=CATALOGUE["load1"], start=0, end=END, interval=Interval.RAW, gap_s=60.0)
        assert sum(len(points.ts) for slice_ in read_slices(connection, wanted) for points in slice_) == 2
    assert len(reads) <= 4


def counted_reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Start and end of each read that is made from now on."""
    reads: list[tuple[int, int]] = []

    def counted(connection: Connection, **named: Any) -> list[SeriesPoints]:  # noqa: ANN401 - as it is called
        reads.append((named["start"], named["end"]))
        return read_series(connection, **named)

    monkeypatch.setattr(slices, "read_series", counted)
    return reads
