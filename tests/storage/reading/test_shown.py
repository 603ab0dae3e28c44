"""What readings show."""

import numpy as np
import pytest

from storage.reading.readings import Readings
from storage.reading.shown import show, takes_rates
from storage.series import Layout
from tests.recorded import key

RECEIVED, LOAD = key("network_receive_bytes_total", interface="eth0"), key("load1")
RATE = key("network_receive_bytes_per_second", interface="eth0")
READINGS = Readings(
    Layout((RECEIVED, LOAD)),
    host_id=np.array([1, 1, 1, 2, 2]),
    session_at=np.array([5, 5, 9, 9, 9]),
    ts=np.array([1_000, 2_000, 3_000, 4_000, 5_000]),
    values=np.array([[10.0, 1], [30, 2], [90, 3], [95, 4], [96, 5]]),
)


def test_everything_is_gauges_and_rates_within_a_session_of_a_host_and_no_counters() -> None:
    shown = show(READINGS, None, 60.0)
    assert LOAD in shown.keys
    assert RECEIVED not in shown.keys
    rates = shown.values[:, shown.keys.index(RATE)]
    np.testing.assert_array_equal(rates, [np.nan, 20, np.nan, np.nan, 1])
    assert shown.values[:, shown.keys.index(LOAD)].tolist() == [1, 2, 3, 4, 5]


def test_a_counter_is_shown_to_who_asks_for_it() -> None:
    shown = show(READINGS, frozenset({RECEIVED.name}), 60.0)
    assert shown.keys == (RECEIVED,)
    assert shown.values[:, 0].tolist() == [10, 30, 90, 95, 96]


def test_several_metrics_are_shown_side_by_side() -> None:
    shown = show(READINGS, frozenset({RATE.name, LOAD.name}), 60.0)
    assert shown.keys == (LOAD, RATE)


def test_a_gap_that_is_too_long_gives_no_rate() -> None:
    assert np.isnan(show(READINGS, frozenset({RATE.name}), 0.5).values).all()


def test_some_of_it_is_taken_with_its_times() -> None:
    some = show(READINGS, frozenset({LOAD.name}), 60.0).where(slice(3, 5))
    assert (some.host_id.tolist(), some.ts.tolist(), some.values.tolist()) == ([2, 2], [4_000, 5_000], [[4], [5]])


@pytest.mark.parametrize(
    ("metrics", "answer"),
    [(("load1",), False), ((RECEIVED.name,), False), (("memory_used_percent",), False), (("load1", RATE.name), True)],
    ids=["a gauge", "a counter", "a share of gauges", "a rate among others"],
)
def test_only_what_grows_takes_two_readings(metrics: tuple[str, ...], answer: bool) -> None:
    assert takes_rates(metrics) is answer
