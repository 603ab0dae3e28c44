import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import theilslopes

from alerts.history.forecast import Outlook, outlook
from alerts.history.line_fit import Floats

HOUR = 3_600_000
NOW = 488_889 * HOUR
DAY_S = 86_400.0


def hourly(
    days: float, start: float, per_day: float, noise: float = 0.0, seed: int = 1
) -> tuple[NDArray[np.int64], Floats]:
    """A series by the hour up to now, that ends at `start + per_day * days`."""
    ts = NOW - np.arange(round(days * 24), 0, -1) * HOUR
    values = start + per_day * (ts - ts[0]) / 86_400_000
    return ts, values + np.random.default_rng(seed).normal(0, noise, len(ts)) if noise else values


def looked(ts: NDArray[np.int64], values: Floats) -> Outlook | None:
    return outlook(ts, values, now=NOW, window_s=3 * DAY_S, horizon_s=4 * DAY_S, apart_s=3600)


def look(ts: NDArray[np.int64], values: Floats) -> Outlook:
    found = looked(ts, values)
    assert found is not None
    return found


def test_a_disk_that_fills_steadily_is_full_when_the_line_says() -> None:
    found = look(*hourly(5, 60.0, 5.0))
    assert found.level == pytest.approx(85.0, abs=0.3)
    assert found.value == pytest.approx(105.0, abs=0.5)
    assert found.seconds_until(100.0) == pytest.approx(3 * DAY_S, rel=0.02)


def test_noise_does_not_move_it_much() -> None:
    found = look(*hourly(5, 60.0, 5.0, noise=1.0))
    assert found.value == pytest.approx(105.0, abs=3.0)


@given(st.integers(0, 50), st.integers(2, 16), st.floats(5.0, 60.0))
def test_one_burst_is_no_trend(at: int, length: int, height: float) -> None:
    ts, values = hourly(3, 40.0, 0.0, noise=0.2)
    values[at : at + length] += height
    found = looked(ts, values)
    assert found is None or found.value < 42.0


@given(st.integers(1, 20), st.floats(10.0, 55.0))
def test_nor_is_one_that_still_goes_on(length: int, height: float) -> None:
    ts, values = hourly(3, 40.0, 0.0, noise=0.2)
    values[-length:] += height
    assert look(ts, values).value <= 41.0 + height


def test_a_disk_that_was_cleaned_up_begins_anew_at_the_drop() -> None:
    ts, values = hourly(3, 60.0, 12.0)
    values[-30:] -= 50
    found = look(ts, values)
    # Thirty hours are enough of a past again: as fast as before, but from further down.
    assert found.span_s == pytest.approx(29 * 3600)
    assert found.per_second == pytest.approx(12.0 / DAY_S, rel=0.01)
    assert found.level == pytest.approx(46.0, abs=1.0)
    assert found.value == pytest.approx(94.0, abs=1.5)


@given(st.integers(1, 10))
def test_just_after_the_drop_it_is_taken_to_stay_as_it_is(hours: float) -> None:
    ts, values = hourly(3, 60.0, 12.0)
    values[-hours:] -= 50
    found = look(ts, values)
    assert found.per_second == 0.0
    assert found.value == pytest.approx(values[-hours:].mean(), abs=3.0)


def test_a_daily_swing_is_no_trend() -> None:
    ts = NOW - np.arange(72, 0, -1) * HOUR
    for phase in range(24):
        values = 50 + 15 * np.sin((ts / HOUR + phase) * np.pi / 12)
        assert look(ts, values).value < 80


def test_a_saw_that_rises_in_the_end_is_seen_to_rise() -> None:
    ts = NOW - np.arange(72, 0, -1) * HOUR
    hours = np.arange(72)
    # Logs are thrown away every night, but less than came.
    values = 40 + hours * 0.25 + (hours % 24) * 0.2
    found = look(ts, values)
    assert 0.2 * 24 < found.per_second * DAY_S < 0.6 * 24


@pytest.mark.parametrize("hours", [1, 5, 11, 17])
def test_a_short_past_says_nothing(hours: float) -> None:
    assert looked(*hourly(hours / 24, 60.0, 5.0)) is None


def test_a_sparse_past_says_nothing() -> None:
    ts, values = hourly(3, 60.0, 5.0)
    assert looked(ts[::3], values[::3]) is None


def test_a_past_that_is_over_says_nothing() -> None:
    ts, values = hourly(3, 60.0, 5.0)
    assert looked(ts - 4 * HOUR, values) is None
    assert looked(np.empty(0, dtype=np.int64), np.empty(0)) is None


def test_a_line_that_leads_away_never_gets_there() -> None:
    found = look(*hourly(3, 60.0, -5.0))
    assert found.seconds_until(100.0) is None
    assert found.seconds_until(0.0) == pytest.approx(9 * DAY_S, rel=0.05)
    assert look(*hourly(3, 60.0, 0.0)).seconds_until(100.0) is None


@given(st.floats(-20.0, 20.0).filter(lambda rate: abs(rate) > 0.5), st.integers(0, 1000))
def test_without_a_step_it_is_the_line_of_theil_and_sen(per_day: float, seed: int) -> None:
    ts, values = hourly(3, 60.0, per_day, noise=0.05, seed=seed)
    found = look(ts, values)
    # What is three days old to the second is no longer in the window.
    at_s = (ts[1:] + HOUR / 2 - NOW) / 1000
    slope, intercept, _, _ = theilslopes(values[1:], at_s, method="joint")
    assert found.per_second == pytest.approx(slope, rel=1e-6)
    assert found.level == pytest.approx(intercept, rel=1e-6)
    assert found.value == pytest.approx(intercept + 4 * DAY_S * slope, rel=1e-6)


@given(st.integers(0, 1000))
def test_noise_alone_is_no_trend(seed: int) -> None:
    found = look(*hourly(3, 60.0, 0.0, noise=2.0, seed=seed))
    assert found.per_second == 0.0
    assert found.value == found.level == pytest.approx(60.0, abs=3.0)
