"""A minute of a host as a row for scripts."""

import math

import numpy as np
import pytest

from fleet.minute_means import DISK_BACK_MS, MINUTE_MS, minute_row, read_minutes
from storage.queries import SeriesPoints
from storage.rollup import Interval
from tests.recorded import key

MINUTE = 1_790_000_040_000


def points(name: str, *readings: tuple[int, float], **labels: str) -> SeriesPoints:
    """Readings by seconds after the minute's start."""
    ts = np.array([MINUTE + second * 1000 for second, _ in readings], dtype=np.int64)
    values = np.array([value for _, value in readings])
    return SeriesPoints(1, key(name, **labels), Interval.RAW, ts, values, values, values, np.ones(len(ts), np.int64))


def test_cpu_and_memory_are_means_load_and_swap_the_newest() -> None:
    series = {
        name: [points(name, (-5, 99.0), (0, 10.0), (30, 20.0), (55, 60.0), (60, 99.0))]
        for name in ("cpu_usage_percent", "memory_used_percent", "load1", "swap_used_percent")
    }
    row = minute_row("db1", MINUTE, series)
    assert row is not None
    assert (row.ts, row.hostname) == (MINUTE, "db1")
    assert (row.cpu_percent, row.memory_percent, row.load1, row.swap_percent) == (30.0, 30.0, 60.0, 60.0)
    assert row.disk_percent is None


def test_the_disk_is_the_one_that_is_fullest_now_and_not_the_one_that_was() -> None:
    series = {
        "load1": [points("load1", (0, 1.0))],
        "filesystem_used_percent": [
            points("filesystem_used_percent", (10, 99.0), (40, 50.0), mount="/"),
            points("filesystem_used_percent", (40, 60.0), mount="/var"),
        ],
    }
    row = minute_row("db1", MINUTE, series)
    assert row is not None
    assert row.disk_percent == 60.0


@pytest.mark.parametrize(("seconds_before", "there"), [(59, True), (61, False)])
def test_a_disk_may_have_been_read_a_little_earlier(seconds_before: int, *, there: bool) -> None:
    assert DISK_BACK_MS == 2 * MINUTE_MS
    series = {
        "load1": [points("load1", (0, 1.0))],
        "filesystem_used_percent": [points("filesystem_used_percent", (-seconds_before, 40.0), mount="/")],
    }
    row = minute_row("db1", MINUTE, series)
    assert row is not None
    assert row.disk_percent == (40.0 if there else None)


def test_a_minute_in_which_the_host_was_not_read_has_no_row() -> None:
    series = {
        "load1": [points("load1", (-1, 1.0), (60, 1.0))],
        "filesystem_used_percent": [points("filesystem_used_percent", (10, 40.0), mount="/")],
    }
    assert minute_row("db1", MINUTE, series) is None
    assert minute_row("db1", MINUTE, {}) is None


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1.7e308], ids=["inf", "-inf", "overflow"])
def test_what_is_no_number_is_absent(value: float) -> None:
    series = {
        "memory_used_percent": [points("memory_used_percent", (0, value), (5, value))],
        "load1": [points("load1", (0, 1.0))],
    }
    row = minute_row("db1", MINUTE, series)
    assert row is not None
    assert row.memory_percent is None


def test_numbers_are_kept_to_a_thousandth() -> None:
    row = minute_row("db1", MINUTE, {"load1": [points("load1", (0, 1 / 3))]})
    assert row is not None
    assert row.load1 == 0.333


def test_the_minutes_in_which_a_host_was_read_are_told() -> None:
    series = {
        "load1": [points("load1", (0, 1.0), (59, 1.0), (125, 1.0))],
        "filesystem_used_percent": [points("filesystem_used_percent", (200, 1.0), mount="/")],
    }
    assert read_minutes(series) == {MINUTE, MINUTE + 2 * MINUTE_MS}
    assert read_minutes({}) == set()
