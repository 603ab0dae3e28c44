"""Buckets of one host out of several places."""

import numpy as np

from storage.reading.buckets import NO_BUCKETS, Buckets, preferring, rolled_up, strung
from storage.reading.extents import Extent
from storage.reading.shown import Shown
from storage.rollup import means, roll_up_columns
from storage.series import SeriesKey
from tests.recorded import key

A, B = key("load1"), key("load5")
NAN = np.nan


def buckets(keys: tuple[SeriesKey, ...], *rows: tuple[int, list[float]]) -> Buckets:
    """Of readings a second apart, in buckets of a second, twice the same reading counting twice."""
    ts, values = zip(*rows, strict=True)
    return Buckets(keys, roll_up_columns(np.array(ts), np.array(values, dtype=float), 1_000))


def content(found: Buckets) -> dict[tuple[int, str], tuple[float, int]]:
    """Mean and count of each bucket that holds something."""
    mean = means(found.rolled)
    return {
        (int(ts), key.name): (mean[row, column], int(found.rolled.count[row, column]))
        for row, ts in enumerate(found.rolled.ts)
        for column, key in enumerate(found.keys)
        if found.rolled.count[row, column]
    }


def test_readings_of_several_layouts_are_rolled_up_together() -> None:
    one = np.array([1])
    first = Shown((A,), one, np.array([1_500]), np.array([[4.0]]))
    second = Shown((B, A), one, np.array([1_000]), np.array([[7.0, 2.0]]))
    found = rolled_up([first, second], 1_000)
    assert content(found) == {(1_000, "load1"): (3.0, 2), (1_000, "load5"): (7.0, 1)}


def test_parts_of_a_tier_are_strung_together_whatever_series_they_have() -> None:
    found = strung([buckets((A,), (2_000, [1])), NO_BUCKETS, buckets((B, A), (0, [5, 6]))])
    assert found.rolled.ts.tolist() == [0, 2_000]
    assert content(found) == {(2_000, "load1"): (1, 1), (0, "load5"): (5, 1), (0, "load1"): (6, 1)}


def test_a_stored_bucket_wins_series_by_series() -> None:
    stored = buckets((A, B), (0, [1, NAN]), (1_000, [2, 2]))
    computed = buckets((B, A), (0, [7, 9]), (2_000, [3, 3]))
    assert content(preferring(stored, computed, fuller=False)) == {
        (0, "load1"): (1, 1),
        (0, "load5"): (7, 1),
        (1_000, "load1"): (2, 1),
        (1_000, "load5"): (2, 1),
        (2_000, "load1"): (3, 1),
        (2_000, "load5"): (3, 1),
    }


def test_a_fuller_bucket_wins_where_that_counts() -> None:
    stored = buckets((A,), (0, [1]), (1_000, [1]))
    computed = buckets((A,), (0, [8]), (1_000, [3]), (1_500, [5]))
    assert content(preferring(stored, computed, fuller=True)) == {(0, "load1"): (1, 1), (1_000, "load1"): (4, 2)}


def test_later_buckets_are_added_at_the_end() -> None:
    found = preferring(buckets((A,), (0, [1])), buckets((B,), (1_000, [2])), fuller=False)
    assert content(found) == {(0, "load1"): (1, 1), (1_000, "load5"): (2, 1)}


def test_nothing_changes_nothing() -> None:
    some = buckets((A,), (0, [1]))
    assert preferring(some, NO_BUCKETS, fuller=True) is some
    assert preferring(NO_BUCKETS, some, fuller=True) is some
    assert strung([]).is_empty
    assert rolled_up([], 1_000).is_empty


def test_those_of_some_extents_are_taken() -> None:
    some = buckets((A,), (0, [1]), (1_000, [2]), (2_000, [3]))
    assert some.within((Extent(1_000, 2_000),)).rolled.ts.tolist() == [1_000]
    assert some.within((Extent(0, 9_000),)) is some
