"""Ten minutes of CPU use, kept up."""

import numpy as np

from fleet.cpu_history import SPAN_MS, CpuHistory
from fleet.points import Points
from storage.latest import Latest
from storage.series import SeriesKey


def latest(ts: int, cpu: float | None = 5.0) -> dict[int, Latest]:
    return {1: Latest(1, ts, {} if cpu is None else {SeriesKey("cpu_usage_percent"): cpu})}


def test_a_curve_goes_on_where_the_past_ends() -> None:
    history = CpuHistory()
    assert history.unknown([1, 2]) == [1, 2]
    history.begin(1, Points(np.array([1000]), np.array([3.0])))
    history.add(latest(6000))
    assert history.unknown([1, 2]) == [2]
    assert history.curves()[1].ts.tolist() == [1000, 6000]
    assert history.curves()[1].values.tolist() == [3, 5]


def test_the_same_reading_counts_once() -> None:
    history = CpuHistory()
    history.begin(1, Points())
    history.add(latest(1000))
    history.add(latest(1000))
    history.add(latest(500))
    assert history.curves()[1].ts.tolist() == [1000]


def test_a_reading_without_cpu_use_adds_nothing() -> None:
    history = CpuHistory()
    history.begin(1, Points())
    history.add(latest(1000, cpu=None))
    assert history.curves()[1].ts.tolist() == []


def test_what_is_older_than_ten_minutes_is_let_go() -> None:
    history = CpuHistory()
    history.begin(1, Points(np.arange(0, SPAN_MS, 1000), np.zeros(600)))
    history.add(latest(SPAN_MS + 5000))
    assert history.curves()[1].ts[0] == 5000


def test_hosts_that_are_gone_are_forgotten() -> None:
    history = CpuHistory()
    history.begin(1, Points())
    history.begin(2, Points())
    history.keep([2])
    assert list(history.curves()) == [2]
