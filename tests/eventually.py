"""Waits for something that another thread or process does."""

import time
from collections.abc import Callable


def eventually(condition: Callable[[], object], within_s: float = 60.0) -> None:
    """Looks again and again until the condition holds; fails when it does not in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)
