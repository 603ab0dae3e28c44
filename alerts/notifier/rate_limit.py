"""How many messages a receiver gets at the most."""

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
    """

    tokens: float
    at: int


def spend(limit: RateLimit, allowance: Allowance | None, ts: int) -> tuple[bool, Allowance]:
    """Whether a message may go out at that moment, and what is left then."""
    tokens = tokens_at(limit, allowance, ts)
    if tokens >= 1:
        return True, Allowance(tokens - 1, ts)
    return False, Allowance(tokens, ts)


def tokens_at(limit: RateLimit, allowance: Allowance | None, ts: int) -> float:
    """How many messages may go out at that moment."""
    if allowance is None:
        return float(limit.burst)
    # A clock that was set back gives nothing and takes nothing.
    elapsed_s = max(ts - allowance.at, 0) / 1000
    return min(float(limit.burst), allowance.tokens + elapsed_s / limit.every_s)
