"""When a poller that died is started again, and when that is given up. Pure; times are UTC milliseconds."""

from collections.abc import Sequence

PAUSES_S = (1, 2, 5, 10, 30)
"""After the first death, the second and so on."""
WINDOW_MS = 5 * 60_000
"""Deaths longer ago are forgiven."""


def recent(deaths: Sequence[int], now_ms: int) -> tuple[int, ...]:
    """Those that still count."""
    # Also those that a clock which was set back has put into the future: they are over.
    return tuple(death for death in deaths if 0 <= now_ms - death < WINDOW_MS)


def restart_at(deaths: Sequence[int], now_ms: int) -> int | None:
    """When to start it again after the death just now, the last of `deaths`; None when it has died too often."""
    count = len(recent(deaths, now_ms))
    return None if count > len(PAUSES_S) else now_ms + PAUSES_S[max(count, 1) - 1] * 1000
