"""How many workers there are, as the load changes."""

import pytest

from poller.crew.worker_count import (
    BUSY_FOR_S,
    CALM_FOR_S,
    ONE_LOOP,
    SETTLE_S,
    WorkerCount,
    scrapes_a_second,
    workers_for,
)

AWHILE_S = SETTLE_S + BUSY_FOR_S + CALM_FOR_S


@pytest.mark.parametrize(
    ("hosts", "interval_s", "workers"), [(1000, 5.0, 0), (2900, 5.0, 0), (10_000, 5.0, 4), (1000, 1.0, 2)]
)
def test_there_are_as_many_as_the_load_takes(hosts: int, interval_s: float, workers: int) -> None:
    assert workers_for(scrapes_a_second([interval_s] * hosts), cores=8) == workers


def test_there_are_no_more_than_cores() -> None:
    assert workers_for(100 * ONE_LOOP, cores=4) == 4


def looked_at(count: WorkerCount, load: float, busy: list[float | None], for_s: float, begin_s: float = 0.0) -> int:
    """What it comes to when all stays so for a while."""
    for second in range(int(for_s) + 1):
        count.look(load, busy, begin_s + second)
    return count.count


def test_hosts_that_are_added_have_workers_before_they_are_tried() -> None:
    count = WorkerCount(cores=4)
    count.follow(10.0, 0.0)
    assert count.count == 0
    count.follow(2.5 * ONE_LOOP, 1.0)
    assert count.count == 3


def test_workers_are_given_back_when_hosts_have_been_gone_for_long() -> None:
    count = WorkerCount(cores=4)
    count.follow(2.5 * ONE_LOOP, 0.0)
    assert looked_at(count, 10.0, [0.01, 0.01, 0.01], CALM_FOR_S - 1) == 3
    assert looked_at(count, 10.0, [0.01, 0.01, 0.01], CALM_FOR_S, CALM_FOR_S) == 0


def test_hosts_that_are_gone_for_a_moment_change_nothing() -> None:
    count = WorkerCount(cores=4)
    count.follow(2.5 * ONE_LOOP, 0.0)
    for begin_s in range(0, 6000, 600):
        looked_at(count, 10.0, [0.01] * 3, CALM_FOR_S / 2, begin_s)
        count.follow(2.5 * ONE_LOOP, begin_s + 300)
        assert looked_at(count, 2.5 * ONE_LOOP, [0.4] * 3, 290, begin_s + 301) == 3


def test_a_load_that_wavers_about_the_limit_moves_nobody() -> None:
    count = WorkerCount(cores=4)
    count.follow(1.01 * ONE_LOOP, 0.0)
    assert count.count == 2
    assert looked_at(count, 0.99 * ONE_LOOP, [0.2, 0.2], 10 * CALM_FOR_S) == 2


def test_a_loop_that_stays_busy_gets_help_whatever_it_was_thought_to_carry() -> None:
    count = WorkerCount(cores=4)
    count.follow(400.0, 0.0)
    assert looked_at(count, 400.0, [0.9], BUSY_FOR_S - 1) == 0
    assert looked_at(count, 400.0, [0.9], BUSY_FOR_S, BUSY_FOR_S) == 1


def test_the_minute_in_which_a_fleet_is_logged_in_to_is_no_load() -> None:
    count = WorkerCount(cores=4)
    count.follow(2.5 * ONE_LOOP, 0.0)
    assert looked_at(count, 2.5 * ONE_LOOP, [0.95] * 3, SETTLE_S - 1) == 3


def test_what_a_busy_loop_was_given_is_not_taken_from_it_again() -> None:
    count = WorkerCount(cores=4)
    count.follow(400.0, 0.0)
    looked_at(count, 400.0, [0.9], BUSY_FOR_S)
    assert count.count == 1
    assert looked_at(count, 400.0, [0.7], 10 * AWHILE_S, 1000) == 1
    assert looked_at(count, 400.0, [0.1], 10 * AWHILE_S, 10_000 + 10 * AWHILE_S) == 0


def test_loops_of_which_nothing_is_known_are_not_given_up() -> None:
    count = WorkerCount(cores=4)
    count.follow(2.5 * ONE_LOOP, 0.0)
    assert looked_at(count, 10.0, [0.01, None, 0.01], 10 * AWHILE_S) == 3


def test_a_person_has_the_last_word() -> None:
    for fixed in (0, 3):
        count = WorkerCount(cores=1, fixed=fixed)
        count.follow(100 * ONE_LOOP, 0.0)
        assert looked_at(count, 100 * ONE_LOOP, [1.0], 10 * AWHILE_S) == fixed
        assert looked_at(count, 0.0, [0.0], 10 * AWHILE_S, 100_000) == fixed
