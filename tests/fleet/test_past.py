"""Curves out of the database."""

import numpy as np
import pytest

from fleet.past import read_history, total
from storage.database import Database
from storage.queries import SeriesPoints
from storage.rollup import Interval
from storage.series import SeriesKey
from tests.fleet.sample_fleet import Machine, record, register

NOW_MS = 1_790_000_000_000


def points(ts: list[int], values: list[float]) -> SeriesPoints:
    at, numbers = np.array(ts), np.array(values)
    return SeriesPoints(
        1, SeriesKey("x"), Interval.RAW, at, numbers, numbers, numbers, np.ones(len(ts), dtype=np.int64)
    )


def test_interfaces_are_added_up_moment_by_moment() -> None:
    summed = total([points([1, 2, 3], [1, 2, 3]), points([2, 4], [10, 20])])
    assert summed.ts.tolist() == [1, 2, 3, 4]
    assert summed.values.tolist() == [1, 12, 3, 20]


def test_no_series_is_an_empty_curve() -> None:
    assert total([]).ts.tolist() == []


def test_the_last_hour_of_a_host_is_read(database: Database) -> None:
    host = register(database, ["a"], now_ms=NOW_MS)["a"]
    record(database, Machine(name="a", cpu=30, memory=61), host, start=NOW_MS - 100_000, end=NOW_MS)
    with database.reading() as connection:
        history = read_history(connection, host.id, NOW_MS, 5.0)
    assert history.cpu.ts[-1] == NOW_MS
    assert history.cpu.values == pytest.approx(30)
    assert history.memory.values == pytest.approx(61)
    assert history.received.values == pytest.approx(4.6e6)
    assert history.sent.values == pytest.approx(7.5e6)
