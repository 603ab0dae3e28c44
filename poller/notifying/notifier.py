"""The notifier: looks at the alerts of all pollers, logs what is to be said, and has it said."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from alerts.notifier.memory import Memory, memory_of, rows_of
from alerts.notifier.round import Decision, decide
from alerts.notifier.scene_reading import SceneReader
from alerts.receivers.delivery import Deliver
from poller.notifying.addressing import AddressBook
from poller.notifying.ledger import Ledger
from poller.notifying.mailbag import Mailbag
from poller.share import Share
from storage.alerting.delivery_rows import DeliveryRow
from storage.alerting.notifier_mark import notifier_mark
from storage.alerting.notifier_memory_rows import MemoryRow, read_memory
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import Host
from storage.secret_keeper import SecretKeeper
from storage.utc import now_ms

STEP_S = 1.0
LOOK_EVERY_MS = 5_000
"""Between two looks where nothing seems to have changed: what two pollers write at the same moment may escape it."""
LOAD = 4
"""A look is followed by at least so many times the time that it took, when ten thousand alerts fire at once."""
FORGET_EVERY_MS = 3_600_000
END_S = 5.0

_log = structlog.get_logger()


class Notifier:
    """One of every poller; that of the leader works, the others wait."""

    def __init__(  # noqa: PLR0913 - its parts
        self,
        database: Database,
        duties: Database,
        share: Share,
        keeper: SecretKeeper,
        deliver: Deliver,
        *,
        jumps: Callable[[Sequence[Host]], Mapping[int, str]] | None = None,
        clock_ms: Callable[[], int] = now_ms,
    ) -> None:
        """Prepares it.

        Args:
            database: where alerts are.
            duties: the same, which refuses writing where another poller is the leader.
            share: says whether we are.
            keeper: of receivers' secrets.
            deliver: tells a receiver.
            jumps: the jump host that the SSH configuration names, by host id.
            clock_ms: UTC milliseconds.
        """
        self._database = database
        self._ledger = Ledger(database, duties)
        self._share = share
        self._clock_ms = clock_ms
        self._reader = SceneReader(jumps)
        self._bag = Mailbag(deliver, AddressBook(database, keeper), self._ledger, clock_ms)
        self._memory: Memory | None = None
        self._rows: dict[tuple[str, str], MemoryRow] = {}
        self._generation = -1
        self._mark: object = None
        self._looked_at = 0
        self._look_at: int | None = None
        self._not_before = 0.0
        self._forgot_at = 0
        self._broken: tuple[str, ...] = ()

    async def step(self) -> None:
        """Looks, where that is ours to do and something may have to be said."""
        if not self._share.is_leader:
            self._memory = None
            self._bag.leave()
            return
        if time.monotonic() >= self._not_before:
            self._bag.take(await asyncio.to_thread(self._look))

    async def end(self) -> None:
        """Lets what is being sent be finished."""
        await self._bag.end(END_S)

    def _look(self) -> list[DeliveryRow]:
        """Deliveries that are to be made; none where nothing has changed."""
        began = time.monotonic()
        ts = self._clock_ms()
        begins = self._memory is None or self._generation != self._database.generation
        with self._database.reading() as connection:
            generation = self._database.generation
            mark = notifier_mark(connection)
            is_time = self._look_at is not None and ts >= self._look_at
            # A clock that was set back must not keep us waiting.
            if not begins and not is_time and mark == self._mark and 0 <= ts - self._looked_at < LOOK_EVERY_MS:
                return []
            if begins:
                self._rows = {(row.kind, row.key): row for row in read_memory(connection)}
            memory = memory_of(self._rows.values()) if begins or self._memory is None else self._memory
            reading = self._reader.read(connection, memory, ts)
        decision = decide(reading.scene, memory, reading.describe, ts)
        self._keep(decision, ts)
        self._memory, self._generation, self._mark = decision.memory, generation, mark
        self._looked_at, self._look_at = ts, decision.look_at
        self._tell_broken(reading.broken)
        self._forget(ts)
        found = self._ledger.open() if begins or decision.messages else []
        self._not_before = time.monotonic() + LOAD * (time.monotonic() - began)
        return found

    def _keep(self, decision: Decision, ts: int) -> None:
        """Logs what is to be said and remembers that it was, or neither."""
        rows = {(row.kind, row.key): row for row in rows_of(decision.memory)}
        changed = [row for key, row in rows.items() if self._rows.get(key) != row]
        forgotten = self._rows.keys() - rows.keys()
        if not changed and not forgotten and not decision.messages:
            return
        try:
            self._ledger.plan(decision.messages, changed, forgotten, ts)
        except WatchpostError:
            # It may have been written even so, or another poller may have written since.
            self._memory = None
            raise
        self._rows = rows

    def _forget(self, ts: int) -> None:
        if ts - self._forgot_at >= FORGET_EVERY_MS:
            self._forgot_at = ts
            self._ledger.forget(ts)

    def _tell_broken(self, broken: tuple[str, ...]) -> None:
        if broken != self._broken:
            self._broken = broken
            for what in broken:
                _log.warning("alerting_row_unusable", row=what)
