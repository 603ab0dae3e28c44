"""Which of the messages that are due go out now: what is over a receiver's limit is said in one, with the last."""

from collections.abc import Sequence
from typing import TypeVar

from alerts.notifier.rate_limit import Allowance, RateLimit, spend, tokens_at

T = TypeVar("T")


def limited(
    waiting: Sequence[T], limit: RateLimit, allowance: Allowance | None, ts: int
) -> tuple[list[Sequence[T]], Allowance | None]:
    """What goes out now, and what is left of the receiver's limit.

    Args:
        waiting: what is due, the most important first.
        limit: of the receiver.
        allowance: what is left of it.
        ts: the time, UTC in milliseconds.

    Returns:
        One sequence a message; the last one has several in it where they are too many. None at all where the receiver
        has had enough for now.
    """
    if not waiting:
        return [], allowance
    room = int(tokens_at(limit, allowance, ts))
    if room < 1:
        return [], allowance
    apart = len(waiting) if len(waiting) <= room else room - 1
    messages = [waiting[place : place + 1] for place in range(apart)]
    if apart < len(waiting):
        messages.append(waiting[apart:])
    for _ in messages:
        _, allowance = spend(limit, allowance, ts)
    return messages, allowance


def next_room_at(limit: RateLimit, allowance: Allowance | None, ts: int) -> int:
    """When a message may go out again, UTC milliseconds."""
    missing = 1 - tokens_at(limit, allowance, ts)
    return ts + round(max(missing, 0) * limit.every_s * 1000)
