"""Maps a host's clock to ours. The host's wall clock is not trusted, only the one of it that never steps."""

from collections import deque

WINDOW_S = 300.0
"""How long a quick arrival counts. Longer than any stall that a session survives."""


class HostClock:
    """Finds UTC for readings by the quickest arrival of late.

    A line that a stalled link held up arrives late, but the smallest `arrival - m` still tells when it was read. The
    window runs on our clock: a virtual machine that was paused for an hour is right again with its first line.
    """

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        # (arrived_at, offset), offsets rising: the first is the smallest in the window.
        self._offsets: deque[tuple[float, float]] = deque()
        self._last_ms = 0

    def observe(self, m: float, arrived_at: float) -> float:
        """Takes note of an arrival.

        Args:
            m: seconds on the host's clock at the reading.
            arrived_at: UTC seconds on ours when the line came.

        Returns:
            The offset that now holds: seconds to add to `m`.
        """
        offset = arrived_at - m
        offsets = self._offsets
        while offsets and offsets[-1][1] >= offset:
            offsets.pop()
        offsets.append((arrived_at, offset))
        while offsets[0][0] < arrived_at - self._window_s:
            offsets.popleft()
        return offsets[0][1]

    def to_utc_ms(self, m: float) -> int:
        """UTC milliseconds of a reading, each later than the one before. `observe` must have come first."""
        ms = round((m + self._offsets[0][1]) * 1000)
        self._last_ms = max(ms, self._last_ms + 1)
        return self._last_ms
