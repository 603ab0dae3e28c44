"""Half-minute means of many hosts in one array."""

import numpy as np
import pytest

from fleet.curve_grid import BUCKET_MS, COLUMNS, HOUR_MS, CurveGrid, Measure, Readings, held

NOW = 1_790_000_000_000 // BUCKET_MS * BUCKET_MS + 20_000
"""Twenty seconds into a bucket."""


def readings(*points: tuple[int, float]) -> Readings:
    """CPU readings, by milliseconds before now."""
    values = np.full((len(Measure), len(points)), np.nan)
    values[Measure.CPU] = [value for _, value in points]
    return Readings(np.array([NOW - ago for ago, _ in points], dtype=np.int64), values)


def one(cpu: float, memory: float, network: float, disk: float, *, ago: int = 0) -> Readings:
    """One reading of one host."""
    return Readings(np.array([NOW - ago], dtype=np.int64), np.array([[cpu], [memory], [network], [disk]]))


def cpu(grid: CurveGrid, host_id: int = 1) -> list[float]:
    """What there is of a host, oldest first."""
    return [value for value in grid.row(host_id, Measure.CPU).tolist() if value == value]  # noqa: PLR0124 - NaN is not


def test_readings_of_one_bucket_become_their_mean_and_the_rest_stays_absent() -> None:
    grid = CurveGrid(NOW)
    grid.begin(1, [readings((65_000, 10), (61_000, 20), (5_000, 50), (1_000, 70))], 5.0)
    assert cpu(grid) == [15, 60]
    assert grid.newest(1) == NOW - 1000


def test_a_new_reading_joins_the_bucket_that_is_filling() -> None:
    grid = CurveGrid(NOW)
    grid.begin(1, [readings((10_000, 10), (5_000, 20))], 5.0)
    assert grid.add([1], readings((0, 60))) == COLUMNS - 1
    assert cpu(grid) == [30]


def test_time_goes_on_and_what_is_over_an_hour_old_is_let_go() -> None:
    grid = CurveGrid(NOW)
    grid.begin(1, [readings((HOUR_MS - 30_000, 5), (0, 9))], 5.0)
    assert grid.advance(NOW + BUCKET_MS) == 1
    assert cpu(grid) == [5, 9]
    assert grid.advance(NOW + 3 * BUCKET_MS) == 2
    assert cpu(grid) == [9]
    assert grid.advance(NOW + 10 * HOUR_MS) is not None
    assert cpu(grid) == []


def test_a_clock_that_is_set_back_far_fits_nothing_of_it() -> None:
    grid = CurveGrid(NOW)
    assert grid.advance(NOW - BUCKET_MS) == 0
    assert grid.advance(NOW - HOUR_MS) is None


def test_what_lies_outside_of_the_hour_is_not_taken() -> None:
    grid = CurveGrid(NOW)
    grid.begin(1, [readings((2 * HOUR_MS, 5))], 5.0)
    assert grid.add([1], readings((-HOUR_MS, 5))) == COLUMNS
    assert cpu(grid) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_changes_nothing(value: float) -> None:
    grid = CurveGrid(NOW)
    grid.begin(1, [readings((5_000, 20))], 5.0)
    grid.add([1], readings((0, value)))
    assert cpu(grid) == [20]


def test_the_fleet_is_a_mean_of_cpu_sums_of_memory_and_network_and_the_fullest_disk() -> None:
    grid = CurveGrid(NOW)
    grid.begin(1, [one(10, 100, 7, 50)], 5.0)
    grid.begin(2, [one(30, 200, 5, 80)], 5.0)
    assert grid.totals()[:, -1].tolist() == [20, 300, 12, 80]
    assert np.isnan(grid.totals()[:, 0]).all()


def test_a_host_that_is_read_rarely_counts_with_its_last_value_until_that_is_stale() -> None:
    grid = CurveGrid(NOW)
    grid.begin(1, [one(10, 100, 7, 50, ago=5 * BUCKET_MS)], 60.0)
    grid.begin(2, [one(30, 200, 5, 80)], 5.0)
    assert grid.totals()[Measure.MEMORY, -1] == 300
    grid.advance(NOW + 2 * BUCKET_MS)
    assert grid.totals()[Measure.MEMORY, -1] == 200
    grid.advance(NOW + 4 * BUCKET_MS)
    assert np.isnan(grid.totals()[Measure.MEMORY, -1])


def test_totals_from_a_bucket_on_are_those_of_the_whole_hour() -> None:
    grid = CurveGrid(NOW)
    grid.begin(1, [readings(*((ago, ago / 1e6) for ago in range(HOUR_MS - 1000, 0, -50_000)))], 20.0)
    np.testing.assert_array_equal(grid.totals(100), grid.totals()[:, 100:])


def test_an_empty_grid_has_no_totals() -> None:
    assert np.isnan(CurveGrid(NOW).totals()).all()


def test_rows_are_used_again_and_start_empty() -> None:
    grid = CurveGrid(NOW)
    for host_id in range(200):
        grid.begin(host_id, [readings((0, host_id))], 5.0)
    grid.forget(7)
    grid.begin(900, [], 5.0)
    assert cpu(grid, 900) == []
    assert cpu(grid, 8) == [8]
    assert cpu(grid, 199) == [199]
    assert len(grid.hosts) == 200


def test_holes_are_filled_as_far_as_the_hold_reaches() -> None:
    values = np.array([[[np.nan, 1, np.nan, np.nan, np.nan, 2]]])
    filled = held(values, np.array([2]))[0, 0]
    np.testing.assert_array_equal(filled, [np.nan, 1, 1, 1, np.nan, 2])


def test_buckets_may_be_of_another_length() -> None:
    grid = CurveGrid(NOW, 5_000)
    grid.begin(1, [readings((700_000, 1), (12_000, 10), (1_000, 20), (500, 40))], 5.0)
    assert cpu(grid) == [10, 30]
    assert grid.starts[-1] == NOW // 5_000 * 5_000
    assert grid.starts[-1] - grid.starts[0] == 120 * 5_000
    assert grid.advance(NOW + 5_000) == 1
