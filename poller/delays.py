"""How late scrapes are: from the reading on the host to the commit."""

from collections import deque
from statistics import median
from threading import Lock

from storage.recorder import Commit


class Delays:
    """The delays of the latest scrapes. Fed by the recorder's thread, read by the event loop."""

    def __init__(self, keep: int = 1000) -> None:
        self._delays_ms: deque[int] = deque(maxlen=keep)
        self._lock = Lock()

    def add(self, commit: Commit) -> None:
        """Takes note of what one commit stored."""
        with self._lock:
            self._delays_ms.extend(commit.at - ts for ts in commit.scrape_ts)

    def take_median_ms(self) -> int | None:
        """The median since the last call, or None when nothing was stored."""
        with self._lock:
            delays = list(self._delays_ms)
            self._delays_ms.clear()
        return round(median(delays)) if delays else None
