"""An event loop that lets news gather for a moment before it looks at it.

Hundreds of hosts each send a line every few seconds, at moments of their own. Woken for every single line, a process
finds its caches cold each time, and that is what most of its CPU goes into (docs/decisions/0007). It also wakes a
laptop three times a second instead of forty.
"""

import asyncio
import selectors
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from poller.heap import keep_little

LOGIN_S = 2.0
"""Longer than that, a login waits for its host, whatever haste there is here."""
GATHER_S = 0.5
"""The recorder's 0.1 s and the commit come on top; a reading has to be stored within 1 s."""
AT_ONCE_S = 0.001

T = TypeVar("T")


class GatheringSelector(selectors.DefaultSelector):
    """Waits for the first event as usual, then a moment longer for others to join it.

    Attributes:
        hurried: while above zero, something goes on that takes many round trips, and nothing is kept waiting.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hurried = 0
        self._looked_at = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As its base; may take up to GATHER_S longer."""
        asked_at = time.monotonic()
        events = super().select(timeout)
        if events and not self.hurried and (timeout is None or timeout > 0):
            time.sleep(gathering_s(time.monotonic() - asked_at, asked_at - self._looked_at))
            events = super().select(0)
        self._looked_at = time.monotonic()
        return events


def gathering_s(blocked_s: float, since_look_s: float) -> float:
    """For how long others may still join.

    Args:
        blocked_s: how long it took until the first event was there.
        since_look_s: how long before that there was the last look. What is there at once may have come right after it,
            and has waited since: where hundreds of lines take a tenth of a second, that is not to come on top.
    """
    return GATHER_S if blocked_s > AT_ONCE_S else max(0.0, GATHER_S - since_look_s)


class GatheringLoop(asyncio.SelectorEventLoop):
    """The loop that the poller runs on.

    Attributes:
        selector: what it waits with.
    """

    def __init__(self) -> None:
        self.selector = GatheringSelector()
        super().__init__(self.selector)

    @contextmanager
    def hurry(self, limit_s: float | None = None) -> Iterator[None]:
        """For the time of a login: it goes back and forth eight times, and each way would wait.

        Args:
            limit_s: no longer than that; hosts that never answer must not keep the loop from gathering.
        """
        haste = _Haste(self.selector)
        timer = None if limit_s is None else self.call_later(limit_s, haste.end)
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            haste.end()


class _Haste:
    """One reason to hurry, which ends once."""

    def __init__(self, selector: GatheringSelector) -> None:
        self._selector: GatheringSelector | None = selector
        selector.hurried += 1

    def end(self) -> None:
        if self._selector is not None:
            self._selector.hurried -= 1
            self._selector = None


def run(main: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end on such a loop."""
    # Before there are threads.
    keep_little()
    with asyncio.Runner(loop_factory=GatheringLoop) as runner:
        return runner.run(main)


@contextmanager
def hurry(limit_s: float | None = None) -> Iterator[None]:
    """`GatheringLoop.hurry` of the running loop; nothing on any other loop."""
    loop = asyncio.get_running_loop()
    if isinstance(loop, GatheringLoop):
        with loop.hurry(limit_s):
            yield
    else:
        yield
