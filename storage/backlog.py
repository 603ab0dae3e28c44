"""What waits to be written: bounded, in order, the oldest given up first when it is full."""

from collections import deque
from collections.abc import Sequence
from threading import Lock

from storage.host_states import HostStatus
from storage.scrape_rows import PackedScrape

Item = PackedScrape | HostStatus


class Backlog:
    """Filled by any thread, emptied by one. Of each host's states only the latest is kept, and none is given up."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._scrapes: deque[PackedScrape] = deque()
        self._states: dict[int, HostStatus] = {}
        self._taken = 0
        self._given_up = 0
        self._lost = 0
        self._lock = Lock()

    def add_scrape(self, scrape: PackedScrape) -> None:
        """Queues a scrape; gives up the oldest that waits when there are too many."""
        with self._lock:
            self._scrapes.append(scrape)
            self._trim()

    def add_state(self, change: HostStatus) -> None:
        """Queues a host's state in place of an older one that still waits."""
        with self._lock:
            self._states[change.host_id] = change

    def take(self, limit: int) -> list[Item]:
        """All states and up to `limit` scrapes, the oldest first. Each counts as waiting until settled or put back."""
        with self._lock:
            batch: list[Item] = list(self._states.values())
            self._states.clear()
            batch.extend(self._scrapes.popleft() for _ in range(min(limit, len(self._scrapes))))
            self._taken += len(batch)
            return batch

    def settle(self, count: int, *, lost: bool = False) -> None:
        """So many of what was taken are written, or lost for good."""
        with self._lock:
            self._taken -= count
            self._lost += count if lost else 0

    def put_back(self, batch: Sequence[Item]) -> None:
        """Returns what could not be written to the front, in its order."""
        with self._lock:
            self._taken -= len(batch)
            self._scrapes.extendleft(item for item in reversed(batch) if isinstance(item, PackedScrape))
            earlier = {item.host_id: item for item in batch if isinstance(item, HostStatus)}
            self._states = {**earlier, **self._states}
            self._trim()

    def count_lost(self) -> None:
        """Counts one that could not even be queued."""
        with self._lock:
            self._lost += 1

    @property
    def given_up(self) -> int:
        """How many had to go because there were too many."""
        return self._given_up

    @property
    def dropped(self) -> int:
        """How many were given up or lost since the start."""
        return self._given_up + self._lost

    def __len__(self) -> int:
        with self._lock:
            return self._taken + len(self._scrapes) + len(self._states)

    def _trim(self) -> None:
        while self._scrapes and self._taken + len(self._scrapes) > self._limit:
            self._scrapes.popleft()
            self._given_up += 1
