"""When to try a host again that could not be reached."""

LONGEST_S = 60.0
AUTH_STRIKES = 3
"""Refused logins after which a host is left alone: more of them lock accounts and fill its log."""


def next_delay(failures: int, jitter: float) -> float:
    """Seconds until the next try: 1, 2, 4 … 60, less up to half of it.

    Args:
        failures: how many in a row there were, 1 at the least.
        jitter: 0 to 1; spreads hosts that failed at the same moment.
    """
    longest = min(LONGEST_S, 2.0 ** min(failures - 1, 10))
    return longest * (0.5 + 0.5 * jitter)
