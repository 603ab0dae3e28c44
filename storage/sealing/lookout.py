"""Looks for what is to be sealed and rolled up by now, and at a host only when there can be something of it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from storage.sealing.due import Due, read_waiting, unrolled_blocks
from storage.sealing.situation import Situation, read_situation
from storage.tier import BLOCK_MS

LOOK_MS = 300_000
"""How often all hosts are looked at: what comes late may belong to a window that is over."""


class Survey(NamedTuple):
    """What there is to do.

    Attributes:
        situation: what decides about it.
        seals: windows that are to be sealed, one a host and cadence, the one that has been due for longest first.
        rolls: blocks that are to be rolled up, in that order.
        processes: hours of process tables that are to be sealed, one a host, in that order.
    """

    situation: Situation
    seals: Sequence[Due]
    rolls: Sequence[Due]
    processes: Sequence[Due]

    @property
    def busy_hosts(self) -> frozenset[int]:
        """Those that have something to be sealed or rolled up."""
        return frozenset(due.host_id for due in (*self.seals, *self.rolls, *self.processes))


class Lookout:
    """Remembers when a host is to be looked at again. For one thread."""

    def __init__(self) -> None:
        self._next: dict[int, int] = {}
        self._all_at: int | None = None
        self._rolls_left = False

    def survey(self, connection: Connection, now_ms: int) -> Survey:
        """All that is due.

        Args:
            connection: for reading, one snapshot.
            now_ms: the time, UTC milliseconds.
        """
        situation = read_situation(connection, now_ms)
        is_time = self._all_at is None or not self._all_at <= now_ms < self._all_at + LOOK_MS
        if is_time:
            self._all_at, self._next = now_ms, {}
        found = self._look(connection, situation)
        seals = sorted(due for due in found if due.cadence is not None)
        rolls: Sequence[Due] = ()
        if is_time or self._rolls_left:
            rolls = sorted(_to_roll(unrolled_blocks(connection, now_ms), situation, seals))
        # What is sealed of a block that is over is to be rolled up after the next look.
        self._rolls_left = bool(rolls) or any(due.start < now_ms // BLOCK_MS * BLOCK_MS for due in seals)
        return Survey(situation, seals, rolls, sorted(due for due in found if due.cadence is None))

    def _look(self, connection: Connection, situation: Situation) -> list[Due]:
        now_ms = situation.now_ms
        asked = [host_id for host_id in situation.hosts if self._next.get(host_id, 0) <= now_ms]
        found: list[Due] = []
        for waiting in read_waiting(connection, asked):
            mine = list(waiting.due(situation))
            found += mine
            # Behind what is due there may be more.
            self._next[waiting.host_id] = now_ms if mine else waiting.next_ready_at(now_ms)
        return found


def _to_roll(unrolled: Iterable[Due], situation: Situation, seals: Sequence[Due]) -> Iterable[Due]:
    """Blocks that are over and of which nothing waits to be sealed."""
    waiting: dict[tuple[int, object], int] = {}
    for due in seals:
        waiting[due.host_id, due.cadence] = due.start
    for block in unrolled:
        first = waiting.get((block.host_id, block.cadence))
        is_over = block.ready_at <= situation.now_ms
        if is_over and block.host_id in situation.hosts and (first is None or first >= block.start + BLOCK_MS):
            yield block
