"""When many hosts refuse one login at once."""

import pytest

from poller.directory_watch import TRIAL_MS, WINDOW_MS, DirectoryWatch, Moves, Turn
from poller.retry import Hold
from storage.host import Host, Transport
from storage.host_status import HostStatus
from storage.login import Login
from storage.reason import HostState, Reason

OFFICE = Login(credential="office")


def host(number: int, credential: str | None = "office", **more: str) -> Host:
    return Host(id=number, name=f"web-{number}", address="web", revision=1, credential=credential, **more)  # type: ignore[arg-type]


def status(host_id: int, state: HostState, reason: Reason | None = None) -> HostStatus:
    return HostStatus(host_id=host_id, state=state, reason=reason, detail="", since_at=0, inventory=None)


class Fleet:
    """Hosts of one login, and what was done to them."""

    def __init__(self, count: int) -> None:
        self.watch = DirectoryWatch()
        self.now_ms = 1_000_000
        self.holds: dict[int, Hold] = {}
        self.turns: list[Turn] = []
        self.made(self.watch.follow([host(number) for number in range(count)], self.now_ms))

    def made(self, moves: Moves) -> None:
        self.holds.update(moves.holds)
        self.turns.extend(moves.turns)

    def tell(self, host_ids: range | list[int], state: HostState, reason: Reason | None = None) -> None:
        for host_id in host_ids:
            self.made(self.watch.take(status(host_id, state, reason), self.now_ms))

    def begin(self, host_ids: range | list[int]) -> None:
        self.tell(host_ids, HostState.CONNECTING)

    def refuse(self, host_ids: range | list[int]) -> None:
        self.tell(host_ids, HostState.UNREACHABLE, Reason.AUTH)

    def let_in(self, host_ids: range | list[int]) -> None:
        self.tell(host_ids, HostState.UP)

    def block(self, host_ids: range | list[int]) -> None:
        self.tell(host_ids, HostState.BLOCKED, Reason.AUTH)

    def wait(self, ms: int) -> None:
        self.now_ms += ms
        self.made(self.watch.step(self.now_ms))

    def held(self, hold: Hold) -> set[int]:
        return {host_id for host_id, how in self.holds.items() if how is hold}


def test_when_all_hosts_of_a_credential_refuse_none_is_blocked_and_it_is_told_once() -> None:
    fleet = Fleet(6)
    fleet.begin(range(6))
    fleet.refuse(range(6))
    assert fleet.held(Hold.DOWN) == set(range(6))
    assert fleet.turns == [Turn(OFFICE, is_down=True, refusing=3, tried=6)]


def test_a_third_of_those_that_were_tried_is_enough_and_less_is_not() -> None:
    fleet = Fleet(12)
    fleet.let_in(range(4, 12))
    fleet.refuse(range(3))
    assert fleet.turns == []
    assert fleet.held(Hold.DOWN) == fleet.held(Hold.WAIT) == set()
    fleet.refuse([3])
    assert fleet.held(Hold.DOWN) == set(range(12))


def test_two_refusals_say_nothing_about_a_directory() -> None:
    fleet = Fleet(2)
    fleet.refuse(range(2))
    assert fleet.holds == {}


def test_three_wrong_hosts_among_many_that_have_not_answered_yet_are_held_but_not_blamed_on_a_directory() -> None:
    fleet = Fleet(100)
    fleet.begin(range(100))
    fleet.refuse(range(3))
    assert fleet.held(Hold.WAIT) == {0, 1, 2}
    fleet.let_in(range(3, 20))
    assert fleet.held(Hold.NONE) == set(range(100))
    assert fleet.turns == []


def test_a_directory_that_is_down_at_the_start_of_many_is_known_as_soon_as_a_third_has_refused() -> None:
    fleet = Fleet(300)
    fleet.begin(range(300))
    fleet.refuse(range(99))
    assert fleet.held(Hold.WAIT) == set(range(99))
    fleet.refuse([99])
    assert fleet.held(Hold.DOWN) == set(range(300))
    assert len(fleet.turns) == 1


def test_hosts_that_never_answer_do_not_keep_a_suspicion_up_for_ever() -> None:
    fleet = Fleet(100)
    fleet.begin(range(100))
    fleet.refuse(range(3))
    fleet.wait(WINDOW_MS)
    assert fleet.held(Hold.NONE) == set(range(100))
    assert fleet.turns == []


def test_refusals_that_are_far_apart_do_not_add_up() -> None:
    fleet = Fleet(6)
    for host_id in range(6):
        fleet.refuse([host_id])
        fleet.wait(WINDOW_MS // 2)
    assert fleet.turns == []


@pytest.mark.parametrize("reason", [Reason.TIMEOUT, Reason.REFUSED, Reason.HOST_KEY_UNKNOWN, Reason.CREDENTIAL])
def test_what_fails_before_or_beside_the_login_says_nothing(reason: Reason) -> None:
    fleet = Fleet(6)
    fleet.begin(range(6))
    fleet.tell(range(6), HostState.UNREACHABLE, reason)
    assert fleet.holds == {}
    fleet.refuse(range(2))
    assert fleet.holds == {}


def test_while_it_is_down_one_host_is_tried_every_five_minutes_each_in_its_turn() -> None:
    fleet = Fleet(4)
    fleet.refuse(range(4))
    tried = []
    for _ in range(60):
        fleet.wait(60_000)
        tried += fleet.watch.due(fleet.now_ms, jitter=0.5)
    assert tried == [0, 1, 2, 3] * 3
    assert len(fleet.turns) == 1


def test_no_host_is_tried_while_nothing_is_down() -> None:
    fleet = Fleet(4)
    fleet.let_in(range(4))
    fleet.wait(10 * TRIAL_MS)
    assert fleet.watch.due(fleet.now_ms, jitter=0.5) == []


def fleet_at_work(count: int = 100) -> Fleet:
    """All hosts have been up for hours."""
    fleet = Fleet(count)
    fleet.begin(range(count))
    fleet.let_in(range(count))
    fleet.wait(10 * WINDOW_MS)
    return fleet


def test_three_of_many_hosts_that_lose_an_account_at_once_are_no_directory_that_is_down() -> None:
    fleet = fleet_at_work()
    fleet.refuse(range(3))
    assert fleet.turns == []
    assert (fleet.held(Hold.WAIT), fleet.held(Hold.DOWN)) == ({0, 1, 2}, set())
    fleet.wait(100 * WINDOW_MS)
    assert (fleet.held(Hold.WAIT), fleet.turns) == ({0, 1, 2}, [])


def test_meanwhile_one_of_them_is_tried_every_five_minutes_which_locks_no_account() -> None:
    fleet = fleet_at_work()
    fleet.refuse(range(3))
    tried = []
    for _ in range(30):
        fleet.wait(60_000)
        tried += fleet.watch.due(fleet.now_ms, jitter=0.5)
    assert tried == [0, 1, 2, 0, 1, 2]


def test_as_soon_as_another_host_is_let_in_each_of_them_is_left_to_itself() -> None:
    fleet = fleet_at_work()
    fleet.refuse(range(3))
    fleet.wait(20 * WINDOW_MS)
    fleet.let_in([50])
    assert fleet.held(Hold.NONE) == set(range(100))
    # Now each of them counts its refusals, and is blocked.
    fleet.block(range(3))
    assert (fleet.held(Hold.NONE), fleet.turns) == (set(range(100)), [])
    fleet.wait(WINDOW_MS + 1)
    assert (fleet.held(Hold.NONE), fleet.turns) == (set(range(100)), [])


def test_when_one_of_a_few_is_let_in_again_the_others_are_tried() -> None:
    fleet = fleet_at_work()
    fleet.refuse(range(3))
    fleet.let_in([1])
    assert fleet.held(Hold.NONE) == set(range(100))
    assert fleet.turns == []


def test_a_few_become_a_directory_that_is_down_when_a_third_of_all_hosts_refuse() -> None:
    fleet = fleet_at_work()
    fleet.refuse(range(3))
    for host_id in range(3, 34):
        # One by one, as hosts are restarted on a night of updates.
        fleet.wait(WINDOW_MS)
        assert fleet.turns == []
        fleet.refuse([host_id])
    assert fleet.turns == [Turn(OFFICE, is_down=True, refusing=34, tried=34)]
    assert fleet.held(Hold.DOWN) == set(range(100))


def test_where_others_log_in_with_it_at_the_same_time_nobody_waits() -> None:
    fleet = fleet_at_work()
    fleet.let_in([50, 51])
    fleet.refuse(range(3))
    assert fleet.holds == {}


def test_hosts_that_were_blocked_already_make_nobody_wait() -> None:
    fleet = fleet_at_work()
    fleet.block([0, 1])
    fleet.refuse([2])
    assert fleet.holds == {}


def test_when_one_that_was_refused_is_let_in_all_are_tried_and_it_is_told_once() -> None:
    fleet = Fleet(6)
    fleet.refuse(range(6))
    fleet.wait(TRIAL_MS)
    fleet.let_in([0])
    assert fleet.held(Hold.NONE) == set(range(6))
    fleet.let_in(range(1, 6))
    assert [turn.is_down for turn in fleet.turns] == [True, False]


def test_that_another_host_is_let_in_ends_nothing_as_some_replicas_may_work() -> None:
    fleet = Fleet(9)
    fleet.refuse(range(3))
    fleet.let_in(range(3, 9))
    assert [turn.is_down for turn in fleet.turns] == [True]


def test_a_login_past_which_something_else_fails_counts_as_let_in() -> None:
    fleet = Fleet(6)
    fleet.refuse(range(6))
    fleet.tell([0], HostState.UNREACHABLE, Reason.NO_PYTHON)
    assert [turn.is_down for turn in fleet.turns] == [True, False]


def test_a_host_that_was_blocked_long_before_stays_so() -> None:
    fleet = Fleet(6)
    fleet.block([5])
    fleet.wait(WINDOW_MS + 1)
    fleet.refuse(range(5))
    assert fleet.held(Hold.DOWN) == set(range(5))


def test_a_host_that_is_blocked_in_the_same_moments_is_freed() -> None:
    fleet = Fleet(6)
    fleet.block([0])
    fleet.refuse([1, 2])
    assert 0 in fleet.held(Hold.DOWN)


def test_a_host_that_comes_to_the_login_later_is_held_with_its_first_refusal() -> None:
    fleet = Fleet(3)
    fleet.refuse(range(3))
    fleet.made(fleet.watch.follow([host(number) for number in range(4)], fleet.now_ms))
    fleet.refuse([3])
    assert fleet.held(Hold.DOWN) == set(range(4))
    assert len(fleet.turns) == 1


def test_when_the_hosts_that_refused_are_gone_it_is_over() -> None:
    fleet = Fleet(6)
    fleet.refuse(range(3))
    fleet.made(fleet.watch.follow([host(number) for number in range(3, 6)], fleet.now_ms))
    assert [turn.is_down for turn in fleet.turns] == [True, False]
    assert fleet.held(Hold.NONE) >= {3, 4, 5}


def test_logins_do_not_mix() -> None:
    watch = DirectoryWatch()
    hosts = [
        host(0),
        host(1),
        host(2, None, username="ops", identity_file="~/.ssh/a"),
        host(3, None, username="ops", identity_file="~/.ssh/b"),
        host(4, None, username="root", identity_file="~/.ssh/a"),
        Host(id=5, name="here", transport=Transport.LOCAL, revision=1),
    ]
    watch.follow(hosts, 0)
    for each in hosts:
        assert watch.take(status(each.id, HostState.UNREACHABLE, Reason.AUTH), 1_000) == Moves()


def test_hosts_without_a_credential_are_told_apart_by_user_and_key() -> None:
    watch = DirectoryWatch()
    watch.follow([host(number, None, username="ops", identity_file="k") for number in range(3)], 0)
    moves = [watch.take(status(number, HostState.UNREACHABLE, Reason.AUTH), 1_000) for number in range(3)]
    assert [turn.login for turn in moves[-1].turns] == [Login(username="ops", identity_file="k")]


def test_after_it_is_over_the_others_are_judged_anew() -> None:
    fleet = Fleet(6)
    fleet.refuse(range(6))
    fleet.let_in([0])
    fleet.refuse([1, 2])
    assert [turn.is_down for turn in fleet.turns] == [True, False]
    assert fleet.held(Hold.NONE) == set(range(6))


# Another secret


def test_with_another_secret_one_host_of_a_login_that_is_down_is_due_at_once_and_then_none_for_five_minutes() -> None:
    fleet = Fleet(6)
    fleet.refuse(range(6))
    assert fleet.watch.renew({"lab"}) == []
    assert fleet.watch.due(fleet.now_ms, jitter=0.5) == []
    assert sorted(fleet.watch.renew({"office"})) == list(range(6))
    assert len(fleet.watch.due(fleet.now_ms, jitter=0.5)) == 1
    fleet.refuse([0])
    assert fleet.watch.due(fleet.now_ms + TRIAL_MS - 1, jitter=0.5) == []


def test_a_secret_that_comes_while_a_login_is_suspected_is_tried_as_soon_as_it_is_down() -> None:
    fleet = Fleet(12)
    fleet.begin(range(12))
    fleet.refuse(range(3))
    fleet.watch.renew({"office"})
    assert fleet.watch.due(fleet.now_ms, jitter=0.5) == []
    fleet.refuse([3])
    assert len(fleet.watch.due(fleet.now_ms, jitter=0.5)) == 1


def test_a_secret_that_comes_while_nothing_is_down_has_no_host_tried_when_something_is() -> None:
    fleet = Fleet(6)
    fleet.watch.renew({"office"})
    fleet.refuse(range(6))
    assert fleet.watch.due(fleet.now_ms, jitter=0.5) == []
