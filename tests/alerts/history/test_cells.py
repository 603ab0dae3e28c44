import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alerts.history.cells import CELLS, in_cells

NOW = 1_760_000_000_000


def test_each_cell_has_the_median_of_what_is_in_it() -> None:
    ts = NOW - np.array([290, 280, 270, 50, 40, 30]) * 1000
    cells = in_cells(ts, np.array([1.0, 100.0, 2.0, 7.0, 9.0, 8.0]), now=NOW, window_s=600, least_s=100)
    assert cells.values.tolist() == [2.0, 8.0]
    assert cells.length_s == 100


def test_only_the_window_counts_and_no_absent_value() -> None:
    ts = NOW - np.array([601, 600, 599, 10, 0, -1]) * 1000
    values = np.array([1.0, 2.0, 3.0, np.nan, 5.0, 6.0])
    cells = in_cells(ts, values, now=NOW, window_s=600, least_s=0)
    assert cells.values.tolist() == [3.0, 5.0]


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=500, unique=True), st.integers(60, 10**6))
def test_there_are_never_more_than_a_fit_takes(ages_ms: list[int], window_s: int) -> None:
    ts = np.sort(NOW - np.array(ages_ms))
    cells = in_cells(ts, np.arange(len(ts), dtype=np.float64), now=NOW, window_s=window_s, least_s=0)
    # One more, as the first and the last may be cut.
    assert len(cells.at_s) <= CELLS + 1
    assert (np.diff(cells.at_s) > 0).all()


def test_cells_stand_still_while_time_goes_on() -> None:
    ts = NOW - np.arange(600, 0, -5) * 1000
    values = np.sin(np.arange(len(ts)))
    before = in_cells(ts, values, now=NOW, window_s=6000, least_s=0)
    after = in_cells(ts, values, now=NOW + 7000, window_s=6000, least_s=0)
    assert before.values.tolist() == after.values.tolist()
    assert np.allclose(before.at_s - 7, after.at_s)
