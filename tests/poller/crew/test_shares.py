"""Which event loop holds which host."""

from collections import Counter

from poller.crew.shares import next_moves, places_of, shared_out


def even(hosts: int) -> dict[int, float]:
    return dict.fromkeys(range(hosts), 0.2)


def carried(target: dict[int, int], loads: dict[int, float]) -> dict[int, float]:
    sums: Counter[int] = Counter()
    for host_id, place in target.items():
        sums[place] += loads[host_id]  # type: ignore[assignment]
    return dict(sums)


def test_without_workers_all_hosts_are_in_the_pollers_own_loop() -> None:
    assert set(shared_out(even(5), {}, places_of(0)).values()) == {0}


def test_hosts_are_shared_out_evenly() -> None:
    assert Counter(shared_out(even(10), {}, places_of(2)).values()) == {1: 5, 2: 5}


def test_a_host_that_is_read_often_counts_for_more() -> None:
    loads = {1: 1.0, **dict.fromkeys(range(2, 12), 0.1)}
    assert Counter(shared_out(loads, {}, places_of(2)).values()) == {1: 1, 2: 10}


def test_hosts_stay_where_they_are_when_others_come_and_go() -> None:
    at = shared_out(even(100), {}, places_of(3))
    loads = dict.fromkeys(range(10, 110), 0.2)
    target = shared_out(loads, at, places_of(3))
    assert {host_id for host_id in at if host_id in target and target[host_id] != at[host_id]} == set()


def test_a_worker_more_gets_its_fair_share_and_nobody_else_moves() -> None:
    at = shared_out(even(120), {}, places_of(2))
    target = shared_out(even(120), at, places_of(3))
    assert Counter(target.values()) == {1: 40, 2: 40, 3: 40}
    assert {target[host_id] for host_id in at if target[host_id] != at[host_id]} == {3}


def test_the_hosts_of_a_worker_that_is_given_up_go_to_the_others() -> None:
    at = shared_out(even(120), {}, places_of(3))
    target = shared_out(even(120), at, places_of(2))
    assert Counter(target.values()) == {1: 60, 2: 60}
    assert {at[host_id] for host_id in at if target[host_id] != at[host_id]} == {3}


def test_a_worker_that_lost_most_of_its_hosts_gets_others() -> None:
    at = shared_out(even(100), {}, places_of(2))
    left = {host_id: 0.2 for host_id in at if at[host_id] == 1 or host_id < 10}
    target = shared_out(left, at, places_of(2))
    loads = carried(target, left)
    assert loads[1] <= 1.25 * loads[2]
    # And from then on all stay.
    assert shared_out(left, target, places_of(2)) == target


def test_few_hosts_do_not_go_to_and_fro() -> None:
    for hosts in range(1, 8):
        loads = dict.fromkeys(range(hosts), 1.0)
        once = shared_out(loads, dict.fromkeys(loads, 1), places_of(3))
        assert shared_out(loads, once, places_of(3)) == once


def test_only_so_many_move_at_once_and_only_to_a_worker_that_runs() -> None:
    at, target = dict.fromkeys(range(10), 0), {host_id: 1 + host_id % 2 for host_id in range(10)}
    assert next_moves(at, target, {1, 2}, limit=3) == [0, 1, 2]
    assert next_moves(at, target, {2}, limit=9) == [1, 3, 5, 7, 9]
    assert next_moves(target, target, {1, 2}, limit=9) == []
