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

GATHER_S = 0.3
"""Comes on top of the recorder's 0.25 s; a reading has to be stored within 1 s."""

T = TypeVar("T")


class GatheringSelector(selectors.DefaultSelector):
    """Waits for the first event as usual, then a moment longer for others to join it.

    Attributes:
        hurried: while above zero, something goes on that takes many round trips, and nothing is kept waiting.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hurried = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As its base; may take up to GATHER_S longer."""
        events = super().select(timeout)
        if self.hurried or not events or (timeout is not None and timeout <= 0):
            return events
        time.sleep(GATHER_S)
        return super().select(0)


class GatheringLoop(asyncio.SelectorEventLoop):
    """The loop that the poller runs on."""

    def __init__(self) -> None:
        self._gathering = GatheringSelector()
        super().__init__(self._gathering)

    @contextmanager
    def hurry(self) -> Iterator[None]:
        """For the time of a login: it goes back and forth eight times, and each way would wait."""
        self._gathering.hurried += 1
        try:
            yield
        finally:
            self._gathering.hurried -= 1


def run(main: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end on such a loop."""
    with asyncio.Runner(loop_factory=GatheringLoop) as runner:
        return runner.run(main)


@contextmanager
def hurry() -> Iterator[None]:
    """`GatheringLoop.hurry` of the running loop; nothing on any other loop."""
    loop = asyncio.get_running_loop()
    if isinstance(loop, GatheringLoop):
        with loop.hurry():
            yield
    else:
        yield
