from threading import Thread

import pytest

from storage.backlog import Backlog, Item
from storage.host_states import HostStatus
from storage.reason import HostState
from storage.scrape_rows import PackedScrape, pack_scrape
from tests.readings import scrape


def packed(ts: int) -> PackedScrape:
    return pack_scrape(scrape(1, ts))


def state(host_id: int, since_at: int) -> HostStatus:
    return HostStatus(host_id, HostState.UP, None, "", since_at, None)


def moments(batch: list[Item]) -> list[int]:
    return [item.since_at if isinstance(item, HostStatus) else item.ts for item in batch]


def filled(limit: int, *ts: int) -> Backlog:
    backlog = Backlog(limit)
    for each in ts:
        backlog.add_scrape(packed(each))
    return backlog


def test_what_came_first_leaves_first_and_states_before_scrapes() -> None:
    backlog = filled(10, 1, 2, 3)
    backlog.add_state(state(1, 9))
    assert moments(backlog.take(2)) == [9, 1, 2]
    assert moments(backlog.take(2)) == [3]
    assert backlog.take(2) == []


def test_beyond_the_limit_the_oldest_are_given_up_and_counted() -> None:
    backlog = filled(3, 1, 2, 3, 4, 5)
    assert (len(backlog), backlog.dropped) == (3, 2)
    assert moments(backlog.take(10)) == [3, 4, 5]


def test_what_was_taken_waits_until_it_is_settled() -> None:
    backlog = filled(10, 1, 2)
    backlog.take(10)
    assert len(backlog) == 2
    backlog.settle(2)
    assert (len(backlog), backlog.dropped) == (0, 0)


def test_what_is_put_back_comes_first_again() -> None:
    backlog = filled(10, 1, 2)
    batch = backlog.take(10)
    backlog.add_scrape(packed(3))
    backlog.put_back(batch)
    assert moments(backlog.take(10)) == [1, 2, 3]


def test_the_limit_holds_while_a_batch_is_out_and_when_it_comes_back() -> None:
    backlog = filled(3, 1, 2)
    batch = backlog.take(10)
    for ts in (3, 4, 5):
        backlog.add_scrape(packed(ts))
    assert (len(backlog), backlog.dropped) == (3, 2)
    backlog.put_back(batch)
    assert moments(backlog.take(10)) == [1, 2, 5]


def test_of_a_host_only_the_latest_state_waits_and_none_is_given_up() -> None:
    backlog = Backlog(1)
    for host_id, since_at in ((1, 1), (2, 2), (1, 3)):
        backlog.add_state(state(host_id, since_at))
    assert sorted(moments(backlog.take(10))) == [2, 3]
    assert backlog.dropped == 0


def test_a_state_that_is_put_back_does_not_undo_a_later_one() -> None:
    backlog = Backlog(10)
    backlog.add_state(state(1, 1))
    backlog.add_state(state(2, 2))
    batch = backlog.take(10)
    backlog.add_state(state(1, 3))
    backlog.put_back(batch)
    assert sorted(moments(backlog.take(10))) == [2, 3]


def test_what_is_lost_is_counted() -> None:
    backlog = filled(10, 1)
    backlog.take(10)
    backlog.settle(1, lost=True)
    backlog.count_lost()
    assert (len(backlog), backlog.dropped) == (0, 2)


def test_many_threads_may_add_while_one_takes() -> None:
    backlog = Backlog(100_000)

    def add(start: int) -> None:
        for ts in range(start, start + 500):
            backlog.add_scrape(packed(ts))

    threads = [Thread(target=add, args=(start,)) for start in range(0, 4_000, 1_000)]
    for thread in threads:
        thread.start()
    taken: list[int] = []
    while any(thread.is_alive() for thread in threads) or len(backlog):
        batch = backlog.take(50)
        taken += moments(batch)
        backlog.settle(len(batch))
    assert len(taken) == len(set(taken)) == 2_000
    for start in range(0, 4_000, 1_000):
        mine = [ts for ts in taken if start <= ts < start + 1_000]
        assert mine == sorted(mine)


# Moved elsewhere


def test_what_is_moved_is_gone_from_here_and_until_it_is_kept_it_counts() -> None:
    backlog = filled(10, 1, 2)
    backlog.add_state(state(1, 9))
    batch = backlog.move(10)
    assert moments(batch) == [9, 1, 2]
    assert len(backlog) == 3
    backlog.moved(batch, kept=True)
    assert (len(backlog), backlog.take(10)) == (0, [])


def test_what_could_not_be_kept_elsewhere_waits_as_before() -> None:
    backlog = filled(10, 1, 2)
    batch = backlog.move(10)
    backlog.add_scrape(packed(3))
    backlog.moved(batch, kept=False)
    assert moments(backlog.take(10)) == [1, 2, 3]


def test_what_is_being_written_is_moved_first_and_does_not_come_back_when_that_fails() -> None:
    backlog = filled(10, 1, 2)
    writing = backlog.take(10)
    backlog.add_scrape(packed(3))
    first = backlog.move(10)
    backlog.moved(first, kept=True)
    rest = backlog.move(10)
    backlog.moved(rest, kept=True)
    assert (moments(first), moments(rest)) == ([1, 2], [3])
    backlog.put_back(writing)
    assert (len(backlog), backlog.move(10)) == (0, [])


def test_what_was_written_meanwhile_is_not_moved() -> None:
    backlog = filled(10, 1, 2)
    backlog.settle(len(backlog.take(10)))
    assert backlog.move(10) == []


@pytest.mark.parametrize("first", ["write fails", "move fails"])
def test_what_can_be_neither_written_nor_moved_waits_here_once(first: str) -> None:
    backlog = filled(10, 1, 2)
    writing = backlog.take(10)
    moving = backlog.move(10)
    if first == "write fails":
        backlog.put_back(writing)
        backlog.moved(moving, kept=False)
    else:
        backlog.moved(moving, kept=False)
        backlog.put_back(writing)
    assert moments(backlog.take(10)) == [1, 2]
    assert len(backlog) == 2


def test_missing_states_do_not_replace_later_ones() -> None:
    backlog = Backlog(10)
    backlog.add_state(state(1, 5))
    backlog.add_missing_states([state(1, 3), state(2, 4)])
    assert sorted(moments(backlog.take(10))) == [4, 5]
