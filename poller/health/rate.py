"""How fast a number grows, over the last seconds. Pure."""

from collections import deque

SPAN_S = 15.0
"""Three intervals of the usual five seconds."""


class Rate:
    """Looks at a number that only grows, now and then."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def at(self, now_s: float, total: int) -> float | None:
        """Its growth a second over about SPAN_S; None at the first look.

        Args:
            now_s: seconds of a clock that never goes back.
            total: the number now.
        """
        self._marks.append((now_s, total))
        while len(self._marks) > 2 and now_s - self._marks[1][0] >= SPAN_S:
            self._marks.popleft()
        since_s, before = self._marks[0]
        return max(0, total - before) / (now_s - since_s) if now_s > since_s else None
