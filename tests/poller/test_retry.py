"""What follows a failed session."""

import pytest

from poller.retry import Failures, decide_retry
from storage.reason import HostState, Reason


@pytest.mark.parametrize("reason", [Reason.HOST_KEY_UNKNOWN, Reason.HOST_KEY_CHANGED])
def test_a_host_key_that_is_not_trusted_blocks_at_once(reason: Reason) -> None:
    retry = decide_retry(reason, Failures().after(reason), jitter=0.5)
    assert retry.state is HostState.BLOCKED
    assert retry.delay_s is None


def test_the_third_refused_login_blocks_so_that_no_account_is_locked_out() -> None:
    failures = Failures()
    states = []
    for _ in range(3):
        failures = failures.after(Reason.AUTH)
        states.append(decide_retry(Reason.AUTH, failures, jitter=0.5).state)
    assert states == [HostState.UNREACHABLE, HostState.UNREACHABLE, HostState.BLOCKED]


def test_a_host_that_is_down_is_tried_for_ever_at_most_a_minute_apart() -> None:
    failures = Failures()
    for _ in range(50):
        failures = failures.after(Reason.REFUSED)
    retry = decide_retry(Reason.REFUSED, failures, jitter=1.0)
    assert retry.state is HostState.UNREACHABLE
    assert retry.delay_s is not None
    assert retry.delay_s <= 60


def test_two_refused_logins_and_a_lost_network_do_not_add_up_to_three() -> None:
    failures = Failures().after(Reason.AUTH).after(Reason.AUTH).after(Reason.TIMEOUT)
    assert decide_retry(Reason.TIMEOUT, failures, jitter=0.0).state is HostState.UNREACHABLE
