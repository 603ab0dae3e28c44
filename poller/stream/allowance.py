"""How much one host may send: far more than a probe ever does, and far less than would hurt the others."""

from collections.abc import Callable

LINES_AT_ONCE = 2000
"""A probe keeps 720 lines while the link stalls."""
_LINES_A_SCRAPE = 3
"""A scrape, and layouts of its groups when devices come and go."""
BYTES_AT_ONCE = 8 << 20
"""Twice what a probe keeps while the link stalls."""
_BYTES_A_SECOND = 128 << 10
"""A machine with 8,192 series, read every second, sends 75 KB."""
LAYOUTS_AT_ONCE = 2 << 20
_LAYOUTS_A_SECOND = 1 << 10
"""Each new one is kept for as long as readings use it: a host that invents names must not fill the database."""


class Bucket:
    """Holds so much at first, and fills up again slowly."""

    __slots__ = ("_holds", "_left", "_looked_at", "_per_second")

    def __init__(self, holds: float, per_second: float) -> None:
        self._holds = holds
        self._per_second = per_second
        self._left = holds
        self._looked_at = float("-inf")

    def take(self, amount: float, now_s: float) -> bool:
        """Takes so much at a moment of a steady clock; False when it is empty."""
        passed = now_s - self._looked_at
        self._looked_at = now_s
        left = self._left + passed * self._per_second if passed > 0 else self._left
        self._left = left = min(left, self._holds) - amount
        if left >= 0:
            return True
        # What was refused is not owed: the next session may speak as soon as there is a little again.
        self._left = 0.0
        return False


class Allowance:
    """That of one host, over all of its sessions: one that starts anew begins with what the last one has left."""

    def __init__(self, interval_s: float, clock: Callable[[], float]) -> None:
        """Takes the seconds between two scrapes, and a steady clock."""
        self._clock = clock
        self._lines = Bucket(LINES_AT_ONCE, _LINES_A_SCRAPE / interval_s)
        self._bytes = Bucket(BYTES_AT_ONCE, _BYTES_A_SECOND)
        self._layouts = Bucket(LAYOUTS_AT_ONCE, _LAYOUTS_A_SECOND)

    def line(self, size: int) -> bool:
        """Whether one more line of so many bytes may be looked at."""
        now = self._clock()
        return self._bytes.take(size, now) and self._lines.take(1, now)

    def layout(self, size: int) -> bool:
        """Whether one more line of so many bytes may name series."""
        return self._layouts.take(size, self._clock())
