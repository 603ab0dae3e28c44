"""The way of readings past a database that is away: from the backlog in memory into the spool, in order."""

from threading import Lock

from storage.backlog import Backlog, Item
from storage.host_states import HostStatus
from storage.spool.spool import Replay, Spool

_PIECE = 2_000


class Overflow:
    """While anything is in the spool, all that comes goes behind it: nothing overtakes. For two threads.

    Attributes:
        spool: where it goes.
    """

    def __init__(self, backlog: Backlog, spool: Spool) -> None:
        self.spool = spool
        self._backlog = backlog
        self._in_use = not spool.is_empty
        self._states: dict[int, HostStatus] = {}
        self._given_up_before = 0
        self._lock = Lock()

    @property
    def in_use(self) -> bool:
        """Whether the spool is to be replayed before anything else is written."""
        return self._in_use

    def take(self, limit: int) -> list[Item] | None:
        """As `Backlog.take`; None while the spool is in use."""
        with self._lock:
            return None if self._in_use else self._backlog.take(limit)

    def divert(self, database_id: str) -> list[tuple[Item, Exception]]:
        """Moves all that waits in memory to the spool.

        Returns:
            What no database would take, with the reason.

        Raises:
            OSError: the spool cannot be written; what is not in it waits in memory as before.
        """
        refused: list[tuple[Item, Exception]] = []
        with self._lock:
            while batch := self._backlog.move(_PIECE):
                kept = False
                try:
                    refused += self.spool.append(batch, database_id)
                    kept = True
                finally:
                    self._backlog.moved(batch, kept=kept)
                self._in_use = True
                self._states |= {item.host_id: item for item in batch if isinstance(item, HostStatus)}
        self._backlog.count_lost(len(refused))
        return refused

    def replay(self) -> Replay | None:
        """What is to be written next; None when the spool is done with, and what comes is written directly again."""
        with self._lock:
            replay = self.spool.oldest()
            if replay is None:
                self._in_use = False
                # A state that was given up with its segment would be missing until the host's next change.
                if self.spool.given_up > self._given_up_before:
                    self._backlog.add_missing_states(self._states.values())
                self._given_up_before = self.spool.given_up
                self._states.clear()
            return replay
