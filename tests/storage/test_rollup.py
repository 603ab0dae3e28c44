"""Buckets of readings."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.rollup import LENGTH_MS, Interval, coarser, mean_of_sums, means, pick_tier, roll_up, roll_up_columns

HOUR_S = 3_600
DAY_S = 24 * HOUR_S


def test_buckets_start_at_full_minutes_whatever_the_first_reading() -> None:
    buckets = roll_up(np.array([59_999, 60_000, 119_999, 120_000]), np.array([1.0, 2.0, 4.0, 8.0]), 60_000)
    assert buckets.ts.tolist() == [0, 60_000, 120_000]
    assert buckets.mean.tolist() == [1, 3, 8]
    assert buckets.minimum.tolist() == [1, 2, 8]
    assert buckets.maximum.tolist() == [1, 4, 8]
    assert buckets.count.tolist() == [1, 2, 1]


def test_a_gap_stays_a_gap() -> None:
    assert roll_up(np.array([0, 600_000]), np.array([1.0, 2.0]), 60_000).ts.tolist() == [0, 600_000]


def test_absent_values_do_not_count() -> None:
    buckets = roll_up(np.array([0, 1, 60_000]), np.array([3.0, math.nan, math.nan]), 60_000)
    assert (buckets.ts.tolist(), buckets.mean.tolist(), buckets.count.tolist()) == ([0], [3.0], [1])


@pytest.mark.parametrize("values", [[], [math.nan, math.nan]])
def test_nothing_gives_no_buckets(values: list[float]) -> None:
    buckets = roll_up(np.arange(len(values)), np.array(values), 60_000)
    assert [len(column) for column in (buckets.ts, buckets.mean, buckets.minimum, buckets.maximum, buckets.count)] == [
        0
    ] * 5


def test_times_before_1970_fall_into_the_bucket_that_holds_them() -> None:
    assert roll_up(np.array([-1]), np.array([1.0]), 60_000).ts.tolist() == [-60_000]


@pytest.mark.parametrize("value", [0.1, 1.7e308, -1.7e308])
def test_the_mean_of_equal_values_is_that_value(value: float) -> None:
    assert roll_up(np.arange(3), np.full(3, value), 60_000).mean.tolist() == [value]


READINGS = st.lists(
    st.tuples(st.integers(0, 20_000), st.floats(allow_infinity=False, width=64)), min_size=0, max_size=60
)


@settings(deadline=None)
@given(readings=READINGS, interval_ms=st.sampled_from([1, 7, 1_000, 60_000]))
def test_buckets_are_what_a_plain_loop_finds(readings: list[tuple[int, float]], interval_ms: int) -> None:
    readings = sorted(readings, key=lambda reading: reading[0])
    groups: dict[int, list[float]] = {}
    for ts, value in readings:
        if not math.isnan(value):
            groups.setdefault(ts // interval_ms * interval_ms, []).append(value)
    times = np.array([ts for ts, _ in readings], dtype=np.int64)
    buckets = roll_up(times, np.array([value for _, value in readings], dtype=np.float64), interval_ms)
    assert buckets.ts.tolist() == list(groups)
    assert buckets.count.tolist() == [len(group) for group in groups.values()]
    assert buckets.minimum.tolist() == [min(group) for group in groups.values()]
    assert buckets.maximum.tolist() == [max(group) for group in groups.values()]
    for mean, group in zip(buckets.mean.tolist(), groups.values(), strict=True):
        assert min(group) <= mean <= max(group)
        if max(map(abs, group)) < 1e300:
            scale = max(map(abs, group))
            assert mean == pytest.approx(math.fsum(group) / len(group), rel=1e-9, abs=1e-9 * scale)


@pytest.mark.parametrize(
    ("span_s", "width", "interval"),
    [
        (HOUR_S, 720, Interval.RAW),
        (HOUR_S, 719, Interval.M1),
        (DAY_S, 1_440, Interval.M1),
        (DAY_S, 1_000, Interval.M5),
        (30 * DAY_S, 1_000, Interval.H1),
        (3_650 * DAY_S, 10, Interval.D1),
        (0, 1, Interval.RAW),
    ],
)
def test_auto_takes_the_finest_interval_that_fits(span_s: float, width: int, interval: Interval) -> None:
    assert pick_tier(span_s, width) is interval


def test_every_interval_but_raw_and_auto_has_a_length() -> None:
    assert set(LENGTH_MS) == set(Interval) - {Interval.RAW, Interval.AUTO}
    assert list(LENGTH_MS.values()) == sorted(LENGTH_MS.values())


@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 50_000), st.lists(st.sampled_from([math.nan, 1.0, 2.5, -7.0, 1e12]), min_size=3, max_size=3)
        ),
        max_size=40,
    )
)
def test_columns_are_rolled_up_as_each_by_itself_and_step_by_step_as_at_once(
    rows: list[tuple[int, list[float]]],
) -> None:
    rows = sorted(rows, key=lambda row: row[0])
    ts = np.array([ts for ts, _ in rows], dtype=np.int64)
    values = np.array([row for _, row in rows], dtype=np.float64).reshape(len(rows), 3)
    whole = roll_up_columns(ts, values, 6_000)
    steps = coarser(roll_up_columns(ts, values, 1_000), 6_000)
    for column in range(3):
        alone, found = roll_up(ts, values[:, column], 6_000), whole.series(column)
        held = found.buckets(found.count > 0)
        assert held.ts.tolist() == alone.ts.tolist()
        assert held.count.tolist() == alone.count.tolist()
        assert held.minimum.tolist() == alone.minimum.tolist()
        assert held.maximum.tolist() == alone.maximum.tolist()
        np.testing.assert_allclose(means(held), alone.mean)
    for once, stepwise in zip(whole, steps, strict=True):
        np.testing.assert_allclose(once, stepwise)


def test_buckets_that_hold_nothing_have_no_statistics() -> None:
    found = roll_up_columns(np.array([0, 1]), np.array([[1.0, math.nan], [3.0, math.nan]]), 1_000)
    np.testing.assert_array_equal(found.total, [[4.0, math.nan]])
    np.testing.assert_array_equal(found.minimum, [[1.0, math.nan]])
    assert found.count.tolist() == [[2, 0]]
    np.testing.assert_array_equal(means(found), [[2.0, math.nan]])


def test_the_mean_of_a_sum_counts_what_is_away_as_nothing() -> None:
    found = roll_up_columns(np.array([0, 1, 1_000]), np.array([[1.0, 5.0], [3.0, math.nan], [math.nan] * 2]), 1_000)
    np.testing.assert_array_equal(mean_of_sums(found), [4.5, math.nan])
    assert mean_of_sums(found.series(np.array([0]))).tolist()[0] == 2.0
