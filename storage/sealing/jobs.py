"""The single steps of upkeep: each is a transaction or two, may be stopped after any of them, and may be repeated."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial

import structlog
from sqlalchemy import Connection

from storage.database import Database
from storage.scrape import Cadence
from storage.sealing.cap_keeper import CapKeeper
from storage.sealing.due import Due
from storage.sealing.fresh import delay_ms, read_fresh, ready_at
from storage.sealing.lookout import Lookout, Survey
from storage.sealing.process_seal import HOUR_MS, SealedProcesses, compute_oldest_hour, write_hour
from storage.sealing.removed_hosts import forget_host
from storage.sealing.retention import delete_old, find_old
from storage.sealing.roll import Block, compute_block, write_block
from storage.sealing.seal import Sealed, Window, seal_window
from storage.sealing.situation import Situation
from storage.sealing.unused_layouts import UnusedLayouts
from storage.tier import SEAL_MS

VISIT_MS = 3_600_000
"""How often it is looked whether something of a host is too old."""
LEAP_MS = 600_000
"""Plans are made each minute or so; when the clock has gone on by more, it was set, or nobody was there."""

_log = structlog.get_logger()


class Rank(IntEnum):
    """What comes first."""

    SEAL = 0
    PROCESSES = 1
    ROLL = 2
    FORGET = 3
    LAYOUTS = 4
    SIZE = 5


@dataclass(frozen=True, slots=True, order=True)
class Job:
    """One thing to do. Jobs sort by rank, then by the moment since when they have been due.

    So hosts that are read one soon after the other are sealed one soon after the other: their readings are neighbours
    in `head`, and what is deleted together is most of a page.

    Attributes:
        rank: of which kind.
        ready_at: since when it has been due, UTC milliseconds; 0 for what has no such moment.
        start: of the window, block or hour, UTC milliseconds; 0 for the others.
        host_id: whose; 0 for all.
        cadence: of which group; -1 for none.
        run: does it, or some of it; returns whether there is more of it to do.
        prepare: in place of it, where it may share a transaction: computes what is to be written, and gives what writes
            it and returns the same.
    """

    rank: Rank
    ready_at: int
    start: int
    host_id: int
    cadence: int
    run: Callable[[], bool] | None = field(compare=False, default=None)
    prepare: Callable[[], Callable[[Connection], bool]] | None = field(compare=False, default=None)

    @property
    def about(self) -> tuple[int, int, int]:
        """The same for what is about the same thing at another time."""
        return self.rank, self.host_id, self.cadence

    def prepared(self) -> Callable[[Connection], bool]:
        """What writes it."""
        if self.prepare is None:
            raise ValueError(f"{self.rank.name} needs a transaction of its own")
        return self.prepare()


class Jobs:
    """Finds what there is to do, and does it. For one thread."""

    def __init__(self, database: Database, calm_ms: int) -> None:
        self._database = database
        self._lookout = Lookout()
        self._calm_ms = calm_ms
        self._unused = UnusedLayouts()
        self._cap = CapKeeper()
        self._visits: dict[int, int] = {}
        self._planned_at: int | None = None
        self._calm_since = 0
        self._layouts_at = 0

    def plan(self, now_ms: int) -> list[Job]:
        """All that is due."""
        with self._database.reading() as connection:
            found = self._lookout.survey(connection, now_ms)
        return [*self._from_survey(found), *self._housekeeping(found)]

    def _from_survey(self, found: Survey) -> Iterator[Job]:
        situation = found.situation
        kinds = (
            (Rank.SEAL, found.seals, self._seal),
            (Rank.PROCESSES, found.processes, self._seal_processes),
        )
        for rank, dues, prepare in kinds:
            for due in dues:
                if not situation.is_gone(due.host_id):
                    yield Job(rank, *_about(due), prepare=partial(prepare, due, situation))
        for due in found.rolls:
            if not situation.is_gone(due.host_id):
                yield Job(Rank.ROLL, *_about(due), run=partial(self._roll, due, situation))

    def _housekeeping(self, found: Survey) -> Iterator[Job]:
        situation, now_ms = found.situation, found.situation.now_ms
        self._visits = {host_id: self._visits.get(host_id, now_ms) for host_id in situation.hosts}
        if not self._is_calm(now_ms):
            return
        for host_id in self._to_visit(found):
            yield Job(Rank.FORGET, 0, 0, host_id, -1, run=partial(self._visit, host_id, situation))
        if not self._layouts_at <= now_ms < self._layouts_at + VISIT_MS:
            yield Job(Rank.LAYOUTS, 0, 0, 0, -1, run=partial(self._collect_layouts, now_ms))
        cap = situation.retentions.size_cap_bytes
        if cap is not None:
            yield Job(Rank.SIZE, 0, 0, 0, -1, run=partial(self._cap.step, self._database, cap, now_ms))

    def _is_calm(self, now_ms: int) -> bool:
        """Whether the clock has gone on without a leap for long enough to forget things by it."""
        if self._planned_at is None or not 0 <= now_ms - self._planned_at < LEAP_MS:
            self._calm_since = now_ms
        self._planned_at = now_ms
        return now_ms - self._calm_since >= self._calm_ms

    def _to_visit(self, found: Survey) -> Iterable[int]:
        """Hosts whose turn it is. What is not sealed or rolled up yet may need what would be forgotten: that first."""
        busy, situation = found.busy_hosts, found.situation
        for host_id, at in self._visits.items():
            is_turn = at <= situation.now_ms or at > situation.now_ms + 2 * VISIT_MS
            if is_turn and (host_id not in busy or situation.is_gone(host_id)):
                yield host_id

    def _seal(self, due: Due, situation: Situation) -> Callable[[Connection], bool]:
        # What is taken out of `head` is what is there when it is deleted.
        return partial(self._seal_within, due, situation)

    def _seal_within(self, due: Due, situation: Situation, connection: Connection) -> bool:
        host_id, cadence = due.host_id, due.cadence or Cadence.FAST
        silent_before, now_ms = situation.silent_before(host_id), situation.now_ms
        gap_ms = int(situation.gap_s(host_id, cadence) * 1000)
        fresh = read_fresh(connection, host_id, cadence)
        start = fresh.due_window(silent_before, now_ms) if fresh else None
        if fresh is None or start is None:
            return False
        before = fresh.bound(silent_before)
        sealed = seal_window(connection, Window(host_id, cadence, start), before=before, gap_ms=gap_ms)
        _tell(host_id, cadence, start, sealed)
        # Whether there is more of it that is due is looked up only where there may be.
        return ready_at(start + SEAL_MS[cadence], SEAL_MS[cadence], host_id) <= now_ms

    def _seal_processes(self, due: Due, situation: Situation) -> Callable[[Connection], bool]:
        silent_before = situation.tables_silent_before(due.host_id)
        with self._database.reading() as connection:
            sealed = compute_oldest_hour(connection, due.host_id, silent_before=silent_before, now_ms=situation.now_ms)
        return partial(_write_processes, due, situation.now_ms, sealed)

    def _roll(self, due: Due, situation: Situation) -> bool:
        block = Block(due.host_id, due.cadence or Cadence.FAST, due.start)
        tiers, gap_s = situation.retention(block.host_id).buckets, situation.gap_s(block.host_id, block.cadence)
        with self._database.reading() as connection:
            rolled = compute_block(connection, block, tiers, gap_s)
        with self._database.writing() as connection:
            is_written = write_block(connection, rolled)
        if rolled.damaged:
            _log.error("chunks_damaged", host_id=block.host_id, since=block.start, chunks=rolled.damaged)
        if rolled.lost and is_written:
            _log.error("rollups_damaged", host_id=block.host_id, since=block.start, chunks=rolled.lost)
        return not is_written

    def _visit(self, host_id: int, situation: Situation) -> bool:
        if situation.is_gone(host_id):
            with self._database.writing() as connection:
                is_done = forget_host(connection, host_id)
        else:
            with self._database.reading() as connection:
                old = find_old(connection, host_id, situation.retention(host_id), situation.now_ms)
            is_done = not old
            if old:
                with self._database.writing() as connection:
                    delete_old(connection, old)
        if is_done:
            self._visits[host_id] = situation.now_ms + VISIT_MS // 2 + delay_ms(host_id, VISIT_MS)
        return not is_done

    def _collect_layouts(self, now_ms: int) -> bool:
        with self._database.writing() as connection:
            gone = self._unused.collect(connection, now_ms)
        self._layouts_at = now_ms
        return gone > 0


def _about(due: Due) -> tuple[int, int, int, int]:
    """What a job says of itself behind its rank."""
    return due.ready_at, due.start, due.host_id, -1 if due.cadence is None else int(due.cadence)


def _write_processes(due: Due, now_ms: int, sealed: SealedProcesses | None, connection: Connection) -> bool:
    if sealed is None:
        return False
    write_hour(connection, sealed)
    if sealed.damaged:
        _log.warning("process_tables_damaged", host_id=due.host_id, since=due.start, dropped=sealed.damaged)
    # Whether there is more of it that is due is looked up only where there may be.
    return ready_at(due.start + HOUR_MS, HOUR_MS, due.host_id) <= now_ms


def _tell(host_id: int, cadence: Cadence, start: int, sealed: Sealed) -> None:
    if sealed.damaged:
        _log.warning("readings_damaged", host_id=host_id, group=cadence.name, since=start, dropped=sealed.damaged)
    if sealed.replaced:
        _log.error("chunk_damaged", host_id=host_id, group=cadence.name, since=start, hint="A new one has its place.")
