"""What waits to be written: bounded, in order, the oldest given up first when it is full."""

from collections import deque
from collections.abc import Iterable, Sequence
from threading import Lock

from storage.host_states import HostStatus
from storage.scrape_rows import PackedScrape

Item = PackedScrape | HostStatus


class Backlog:
    """Filled by any thread, emptied by one. Of each host's states only the latest is kept, and none is given up.

    Another thread may move all of it elsewhere meanwhile, with what is being written just then (`move`).
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._scrapes: deque[PackedScrape] = deque()
        self._states: dict[int, HostStatus] = {}
        self._out: list[Item] = []
        self._out_moved = False
        self._settled = 0
        self._moving = 0
        self._given_up = 0
        self._lost = 0
        self._lock = Lock()

    def add_scrape(self, scrape: PackedScrape) -> None:
        """Queues a scrape; gives up the oldest that waits when there are too many."""
        with self._lock:
            self._scrapes.append(scrape)
            if len(self._scrapes) + len(self._out) > self._limit:
                self._trim()

    def add_state(self, change: HostStatus) -> None:
        """Queues a host's state in place of an older one that still waits."""
        with self._lock:
            self._states[change.host_id] = change

    def take(self, limit: int) -> list[Item]:
        """All states and up to `limit` scrapes, the oldest first. Each counts as waiting until settled or put back."""
        with self._lock:
            self._out = self._pop(limit)
            self._out_moved, self._settled = False, 0
            return list(self._out)

    def settle(self, count: int, *, lost: bool = False) -> None:
        """So many of what was taken are written, or lost for good."""
        with self._lock:
            self._settled += count
            self._lost += count if lost else 0

    def put_back(self, batch: Sequence[Item]) -> None:
        """Returns what could not be written to the front, in its order; not what was moved elsewhere meanwhile."""
        with self._lock:
            moved, self._out = self._out_moved, []
            self._settled = 0
            if not moved:
                self._return(batch)

    def move(self, limit: int) -> list[Item]:
        """What is to be kept elsewhere: first what is being written just now, then as `take`; `moved` must follow."""
        with self._lock:
            if self._out and not self._out_moved and self._settled < len(self._out):
                self._out_moved = True
                batch = list(self._out)
            else:
                batch = self._pop(limit)
            self._moving = len(batch)
            return batch

    def moved(self, batch: Sequence[Item], *, kept: bool) -> None:
        """Whether what `move` gave is kept elsewhere; if not, it waits here as before."""
        with self._lock:
            self._moving = 0
            if kept:
                return
            if self._out_moved and batch and self._out and batch[0] is self._out[0]:
                self._out_moved = False
            else:
                self._return(batch)

    def add_missing_states(self, states: Iterable[HostStatus]) -> None:
        """Queues states of hosts that have no newer one waiting."""
        with self._lock:
            self._states = {**{state.host_id: state for state in states}, **self._states}

    def count_lost(self, count: int = 1) -> None:
        """Counts what could not even be queued, or was refused elsewhere."""
        with self._lock:
            self._lost += count

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
            return self._taken() + self._moving + len(self._scrapes) + len(self._states)

    def _taken(self) -> int:
        return 0 if self._out_moved else len(self._out) - self._settled

    def _pop(self, limit: int) -> list[Item]:
        batch: list[Item] = list(self._states.values())
        self._states.clear()
        batch.extend(self._scrapes.popleft() for _ in range(min(limit, len(self._scrapes))))
        return batch

    def _return(self, batch: Sequence[Item]) -> None:
        self._scrapes.extendleft(item for item in reversed(batch) if isinstance(item, PackedScrape))
        earlier = {item.host_id: item for item in batch if isinstance(item, HostStatus)}
        self._states = {**earlier, **self._states}
        self._trim()

    def _trim(self) -> None:
        while self._scrapes and self._taken() + len(self._scrapes) > self._limit:
            self._scrapes.popleft()
            self._given_up += 1
