"""How hosts are, in numbers."""

from poller.crew.counts import Tally
from storage.host_states import HostStatus
from storage.reason import HostState, Reason


def status(state: HostState, reason: Reason | None = None) -> HostStatus:
    return HostStatus(1, state, reason, "", 0, None)


def test_every_host_counts_once_as_what_it_is() -> None:
    tally = Tally()
    tally.failures[Reason.LOST] += 3
    counts = tally.counts(
        6,
        [
            status(HostState.UP),
            status(HostState.UP),
            status(HostState.UNREACHABLE, Reason.TIMEOUT),
            status(HostState.BLOCKED, Reason.AUTH),
            status(HostState.CONNECTING),
            None,
        ],
    )
    assert (counts.hosts, counts.up, counts.connecting) == (6, 2, 2)
    assert counts.unreachable == {Reason.TIMEOUT: 1}
    assert counts.blocked == {Reason.AUTH: 1}
    assert counts.failures == {Reason.LOST: 3}
