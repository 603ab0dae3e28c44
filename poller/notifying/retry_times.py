"""When a message is sent again that could not be delivered, and when it is given up. Pure."""

FIRST_S = 5.0
LONGEST_S = 900.0
GIVEN_UP_S = 86_400.0
"""What nobody could be told for a day is no news any more; that it was not told stays visible."""


def next_try_at(created_at: int, tries: int, ts: int, jitter: float) -> int | None:
    """When to try again, UTC milliseconds; None where it is given up.

    Args:
        created_at: when the message was logged, UTC milliseconds.
        tries: how often it was sent, 1 at the least.
        ts: the time.
        jitter: 0 to 1; spreads messages that failed together.
    """
    pause_s = min(LONGEST_S, FIRST_S * 2.0 ** min(tries - 1, 16))
    at = ts + round(pause_s * (0.75 + 0.5 * jitter) * 1000)
    return at if at - created_at < GIVEN_UP_S * 1000 else None
