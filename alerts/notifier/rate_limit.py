"""How many messages a receiver gets at the most; what is over that is counted, and said with the next one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many at once, and one more every so often."""

    burst: int = 10
    every_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of it.

    Attributes:
        tokens: messages that may go out now.
        at: when that was so, UTC in milliseconds.
        held_back: messages that were not sent since the last one that was.
    """

    tokens: float
    at: int
    held_back: int = 0


def spend(limit: RateLimit, allowance: Allowance | None, ts: int) -> tuple[bool, Allowance]:
    """Whether a message may go out at that moment, and what is left then."""
    if allowance is None:
        return True, Allowance(limit.burst - 1, ts)
    # A clock that was set back gives nothing and takes nothing.
    elapsed_s = max(ts - allowance.at, 0) / 1000
    tokens = min(limit.burst, allowance.tokens + elapsed_s / limit.every_s)
    if tokens >= 1:
        return True, Allowance(tokens - 1, ts)
    return False, Allowance(tokens, ts, allowance.held_back + 1)
