"""How much of a core an event loop uses. Pure."""

from collections import deque

SPAN_S = 30.0
"""Several rounds of all hosts: a moment in which many lines come is no load."""


class Busyness:
    """Told now and then how much CPU it has used.

    Attributes:
        share: of a core, over the last SPAN_S or so; None until it was told twice.
    """

    def __init__(self) -> None:
        self.share: float | None = None
        self._marks: deque[tuple[float, float]] = deque()

    def take(self, now_s: float, cpu_s: float) -> None:
        """Takes the time, in seconds of a clock that never goes back, and the CPU time that was used until then."""
        self._marks.append((now_s, cpu_s))
        while len(self._marks) > 2 and now_s - self._marks[1][0] >= SPAN_S:
            self._marks.popleft()
        since_s, before_s = self._marks[0]
        if now_s > since_s:
            self.share = (cpu_s - before_s) / (now_s - since_s)
