from collections import Counter

import pytest

from storage.leases.share import DUTIES, Life, Peer, decide_share, owners

HOSTS = list(range(1, 3001))
ME, MINE = "id-a", "a"
PINNED = "babcabbaccba"
"""Whose the first twelve hosts are: pollers of two versions must not quarrel over them."""


def peer(name: str, life: Life = Life.ALIVE) -> dict[str, Peer]:
    return {f"id-{name}": Peer(name, life)}


def held(holder: str, *host_ids: int) -> dict[int, str]:
    return dict.fromkeys(host_ids, holder)


def hosts_of(name: str, *names: str) -> list[int]:
    return [host_id for host_id, owner in zip(HOSTS, owners(HOSTS, names), strict=True) if owner == name]


def test_everybody_has_about_the_same() -> None:
    counts = Counter(owners(HOSTS, ["a", "b", "c"]))
    assert all(900 < count < 1100 for count in counts.values())


def test_the_order_of_names_changes_nothing() -> None:
    assert owners(HOSTS, ["a", "b", "c"]) == owners(HOSTS, ["c", "a", "b"])


def test_whose_a_host_is_stays_so_in_later_versions() -> None:
    assert owners(list(range(1, 13)), ["a", "b", "c"]) == list(PINNED)


def test_who_joins_takes_from_all_and_moves_nothing_between_them() -> None:
    before, after = owners(HOSTS, ["a", "b"]), owners(HOSTS, ["a", "b", "c"])
    moved = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert {new for _, new in moved} == {"c"}
    assert {old for old, _ in moved} == {"a", "b"}


def test_one_alone_takes_what_nobody_holds() -> None:
    share = decide_share([1, 2], {}, {}, ME, MINE)
    assert sorted(share.acquire) == [DUTIES, 1, 2]
    assert not share.release
    assert not share.take_over


def test_without_hosts_there_are_the_duties() -> None:
    assert decide_share([], {}, {}, ME, MINE).acquire == [DUTIES]


def test_nothing_is_to_be_done_when_everybody_has_their_share() -> None:
    ours, theirs = hosts_of("a", "a", "b"), hosts_of("b", "a", "b")
    leases = held(ME, DUTIES, *ours) | held("id-b", *theirs)
    assert not decide_share(HOSTS, leases, peer("b"), ME, MINE)


def test_what_belongs_to_one_that_lives_is_given_up() -> None:
    share = decide_share(HOSTS, held(ME, DUTIES, *HOSTS), peer("b"), ME, MINE)
    assert share.release == hosts_of("b", "a", "b")
    assert not share.acquire


@pytest.mark.parametrize("life", [Life.UNKNOWN, Life.GONE], ids=["perhaps", "gone"])
def test_nothing_is_given_to_one_that_is_not_known_to_live(life: Life) -> None:
    assert not decide_share(HOSTS, held(ME, DUTIES, *HOSTS), peer("b", life), ME, MINE)


def test_what_may_be_anothers_waits_until_it_is_known_whether_that_one_lives() -> None:
    leases = held(ME, DUTIES)
    assert decide_share(HOSTS, leases, peer("b", Life.UNKNOWN), ME, MINE).acquire == hosts_of("a", "a", "b")
    assert decide_share(HOSTS, leases, peer("b", Life.GONE), ME, MINE).acquire == HOSTS


@pytest.mark.parametrize("life", [Life.UNKNOWN, Life.ALIVE], ids=["perhaps", "lives"])
def test_what_another_holds_that_may_live_is_left_to_it(life: Life) -> None:
    leases = held(ME, DUTIES) | held("id-b", *HOSTS)
    assert not decide_share(HOSTS, leases, peer("b", life), ME, MINE)


def test_each_takes_its_share_of_one_that_is_gone() -> None:
    leases = held("id-c", DUTIES, *HOSTS)
    peers = peer("b") | peer("c", Life.GONE)
    taken = decide_share(HOSTS, leases, peers, ME, MINE).take_over["id-c"]
    assert sorted(taken) == [DUTIES, *hosts_of("a", "a", "b")]


def test_a_holder_that_is_not_registered_is_gone() -> None:
    assert decide_share([7], held(ME, DUTIES) | held("id-x", 7), {}, ME, MINE).take_over == {"id-x": [7]}


def test_hosts_that_are_not_to_be_read_any_more_are_given_up() -> None:
    assert decide_share([1], held(ME, DUTIES, 1, 2), {}, ME, MINE).release == [2]


def test_duties_stay_where_they_are_while_that_one_lives() -> None:
    share = decide_share([], held("id-b", DUTIES), peer("b"), ME, MINE)
    assert not share
    assert decide_share([], held("id-b", DUTIES), peer("b", Life.GONE), ME, MINE).take_over == {"id-b": [DUTIES]}
