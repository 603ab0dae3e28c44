from storage.leases.lease import Holdings, Lease

ENDED, OPEN = Lease(1, 100, 200), Lease(1, 300, None)


def test_a_lease_covers_its_time_and_not_its_end() -> None:
    assert [ENDED.covers(ts) for ts in (99, 100, 199, 200)] == [False, True, True, False]
    assert OPEN.covers(10**15)


def test_a_host_that_was_held_without_a_break_is_free_at_any_time() -> None:
    holdings = Holdings([OPEN])
    assert holdings.allows(1, 0)
    assert holdings.allows_all([1])


def test_of_a_host_that_was_lost_and_had_again_each_time_counts() -> None:
    holdings = Holdings([ENDED, OPEN])
    assert not holdings.allows_all([1])
    assert [holdings.allows(1, ts) for ts in (50, 150, 250, 350)] == [False, True, False, True]


def test_a_host_that_was_never_held_is_not_ours() -> None:
    assert not Holdings([OPEN]).allows(2, 350)


def test_the_first_end_is_known() -> None:
    assert Holdings([OPEN]).first_end is None
    assert Holdings([OPEN, Lease(2, 0, 900), ENDED]).first_end == 200


def test_held_is_what_is_open() -> None:
    assert Holdings([ENDED, Lease(2, 0, None), Lease(3, 0, 10)]).held == {2}


def test_leases_that_ended_long_ago_can_be_forgotten() -> None:
    holdings = Holdings([ENDED, OPEN])
    assert not holdings.without_ended(200).allows(1, 250)
    assert holdings.without_ended(201).allows(1, 250)
