"""What follows a failed session: wait, or block until a person acts."""

from dataclasses import dataclass
from enum import StrEnum

from poller.backoff import AUTH_STRIKES, next_delay
from storage.reason import BLOCKING, HostState, Reason


class Hold(StrEnum):
    """Whether a host that refuses a login is left to itself."""

    NONE = "none"
    """It is: three refusals block it."""
    WAIT = "wait"
    """Others refuse, too: it waits until more is known, and no refusal counts."""
    DOWN = "down"
    """The directory behind the login is down: it waits until it is told to try, and no refusal counts."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The decision. `delay_s` is None when nothing is to be tried until something changes."""

    state: HostState
    delay_s: float | None


@dataclass(frozen=True, slots=True)
class Failures:
    """What went wrong since the last good session: all failures, and refused logins among them."""

    count: int = 0
    refused_logins: int = 0

    def after(self, reason: Reason) -> "Failures":
        """The tally with one more failure in it."""
        return Failures(self.count + 1, self.refused_logins + (reason is Reason.AUTH))


def decide_retry(reason: Reason, failures: Failures, jitter: float) -> Retry:
    """Decides what happens after a failure.

    Args:
        reason: why the session ended.
        failures: the tally with this failure in it.
        jitter: 0 to 1, spreads hosts that failed at the same moment.
    """
    if reason in BLOCKING or failures.refused_logins >= AUTH_STRIKES:
        return Retry(HostState.BLOCKED, None)
    return Retry(HostState.UNREACHABLE, next_delay(failures.count, jitter))
