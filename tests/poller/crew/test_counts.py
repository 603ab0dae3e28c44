"""How hosts are, in numbers."""

from poller.crew.counts import Counts, Tally, summed
from storage.host_status import HostStatus
from storage.reason import HostState, Reason


def status(host_id: int, state: HostState, reason: Reason | None = None) -> HostStatus:
    return HostStatus(host_id, state, reason, "", 0, None)


def test_every_host_counts_once_as_what_it_is() -> None:
    tally = Tally()
    tally.failures[Reason.LOST] += 3
    tally.take(status(1, HostState.UP))
    tally.take(status(2, HostState.UP))
    tally.take(status(3, HostState.UNREACHABLE, Reason.TIMEOUT))
    tally.take(status(4, HostState.BLOCKED, Reason.AUTH))
    tally.take(status(5, HostState.CONNECTING))
    # Of the sixth nothing is known yet.
    counts = tally.counts(6)
    assert (counts.hosts, counts.up, counts.connecting) == (6, 2, 2)
    assert counts.unreachable == {Reason.TIMEOUT: 1}
    assert counts.blocked == {Reason.AUTH: 1}
    assert counts.failures == {Reason.LOST: 3}


def test_a_host_counts_as_what_it_is_now_and_not_as_what_it_was() -> None:
    tally = Tally()
    tally.take(status(1, HostState.UNREACHABLE, Reason.TIMEOUT))
    tally.take(status(1, HostState.UNREACHABLE, Reason.REFUSED))
    assert tally.counts(1).unreachable == {Reason.REFUSED: 1}
    tally.take(status(1, HostState.UP))
    assert (tally.counts(1).up, tally.counts(1).unreachable) == (1, {})


def test_a_host_that_is_not_watched_any_more_does_not_count() -> None:
    tally = Tally()
    for host_id in (1, 2, 3):
        tally.take(status(host_id, HostState.UP))
    tally.keep({2, 3})
    tally.forget(3)
    assert tally.counts(1).up == 1


def test_loops_add_up() -> None:
    one = Counts(hosts=3, up=1, connecting=1, unreachable={Reason.LOST: 1}, failures={Reason.LOST: 4}, scrapes=10)
    other = Counts(hosts=2, up=1, blocked={Reason.AUTH: 1}, failures={Reason.LOST: 1, Reason.AUTH: 3}, scrapes=5)
    assert summed([one, other]) == Counts(
        hosts=5,
        up=2,
        connecting=1,
        unreachable={Reason.LOST: 1},
        blocked={Reason.AUTH: 1},
        failures={Reason.LOST: 5, Reason.AUTH: 3},
        scrapes=15,
    )
