import numpy as np
import pytest

from poller.health import distribution
from poller.health.distribution import Distribution, Quantiles


def test_values_are_counted_in_the_bucket_whose_bound_they_do_not_exceed() -> None:
    made = Distribution((0.1, 1.0))
    made.add(np.array([0.05, 0.1, 0.2, 1.0, 7.0]), 0.0)
    assert made.buckets().counts == (2, 2, 1)
    assert made.buckets().total_s == pytest.approx(8.35)


def test_a_reading_from_the_future_came_without_delay() -> None:
    made = Distribution((0.1,))
    made.add(np.array([-3600.0]), 0.0)
    assert made.buckets().counts == (1, 0)
    assert made.buckets().total_s == 0.0


def test_quantiles_are_of_the_latest_values_alone_and_buckets_of_all() -> None:
    made = Distribution((0.1,))
    made.add(np.full(1000, 9.0), 0.0)
    made.add(np.linspace(0.0, 0.1, 101), 40.0)
    assert made.quantiles(60.0) == Quantiles(50.0, 99.0)
    assert sum(made.buckets().counts) == 1101


def test_without_values_there_are_no_quantiles() -> None:
    made = Distribution((0.1,))
    made.add(np.array([]), 0.0)
    made.add(np.array([1.0]), 0.0)
    assert made.quantiles(31.0) == Quantiles(None, None)


def test_a_flood_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "KEPT_LIMIT", 100)
    made = Distribution((0.1,))
    made.add(np.full(100, 5.0), 0.0)
    made.add(np.full(60, 1.0), 0.0)
    assert made.quantiles(0.0).p99_ms == 1000.0
    assert sum(made.buckets().counts) == 160
