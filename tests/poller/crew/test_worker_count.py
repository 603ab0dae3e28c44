"""How many workers there are."""

import pytest

from poller.crew.worker_count import workers_for


@pytest.mark.parametrize(
    ("hosts", "interval_s", "workers"), [(1000, 5.0, 0), (2900, 5.0, 0), (10_000, 5.0, 4), (1000, 1.0, 4)]
)
def test_they_come_where_one_event_loop_would_be_the_limit(hosts: int, interval_s: float, workers: int) -> None:
    assert workers_for(None, [interval_s] * hosts, cores=4) == workers


def test_a_person_has_the_last_word() -> None:
    assert workers_for(0, [1.0] * 10_000, cores=4) == 0
    assert workers_for(3, [], cores=1) == 3


def test_there_are_none_where_the_system_cannot_have_them() -> None:
    assert workers_for(3, [1.0] * 10_000, cores=4, possible=False) == 0
