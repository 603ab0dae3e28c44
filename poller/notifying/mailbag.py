"""Messages on their way: a task for each receiver, so that one that hangs is in the way of no other."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import structlog

from alerts.notifier.message import decode_message
from alerts.receivers.delivery import Answer, Deliver
from poller.notifying.addressing import Address, AddressBook
from poller.notifying.ledger import Ledger
from poller.notifying.retry_times import next_try_at
from storage.alerting.delivery_rows import DeliveryRow, DeliveryState, Tried
from storage.errors import KeyringUnavailableError, NotFoundError, WatchpostError

LONGEST_S = 300.0
"""For a try; a receiver has a limit of its own, far below."""
AGAIN_S = 2.0
"""Between two tries to reach the database."""

_log = structlog.get_logger()


@dataclass(slots=True)
class _Bag:
    """What is on its way to one receiver."""

    waiting: dict[int, DeliveryRow] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Mailbag:
    """Sends what it is given, one message after the other to each receiver, until each is delivered or given up.

    A try is claimed in the database before it is made, so that no other poller makes it as well, and what came of it is
    written down before the next one; while the database is away, both wait.
    """

    def __init__(
        self,
        deliver: Deliver,
        addresses: AddressBook,
        ledger: Ledger,
        now_ms: Callable[[], int],
    ) -> None:
        """Takes how to tell a receiver, where receivers are, where tries are written down, and the clock."""
        self._deliver = deliver
        self._addresses = addresses
        self._ledger = ledger
        self._now_ms = now_ms
        self._bags: dict[str, _Bag] = {}
        self._sending: set[int] = set()
        self._failing: set[str] = set()
        self._is_ours = True
        self._idle = asyncio.Event()
        self._idle.set()

    def take(self, rows: Iterable[DeliveryRow]) -> None:
        """These are to be sent; what is under way already is left alone."""
        self._is_ours = True
        for row in rows:
            bag = self._bags.setdefault(row.receiver, _Bag())
            if row.id not in self._sending and row.id not in bag.waiting:
                bag.waiting[row.id] = row
                bag.arrived.set()
            if bag.task is None or bag.task.done():
                bag.task = asyncio.create_task(self._work(bag))

    def leave(self) -> None:
        """Another poller sends from now on; what is being sent just now is finished and written down."""
        self._is_ours = False
        for bag in self._bags.values():
            bag.waiting.clear()

    async def end(self, patience_s: float) -> None:
        """Lets what is being sent be finished, for so long at most."""
        self.leave()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._idle.wait()
        tasks = [bag.task for bag in self._bags.values() if bag.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, bag: _Bag) -> None:
        while True:
            row = min(bag.waiting.values(), key=lambda each: (each.next_try_at or 0, each.id), default=None)
            pause_s = None if row is None else ((row.next_try_at or 0) - self._now_ms()) / 1000
            if row is not None and pause_s is not None and pause_s <= 0:
                del bag.waiting[row.id]
                await self._send(bag, row)
                continue
            bag.arrived.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await bag.arrived.wait()

    async def _send(self, bag: _Bag, row: DeliveryRow) -> None:
        self._sending.add(row.id)
        self._idle.clear()
        try:
            if not await self._claimed(bag, row):
                return
            answer = await self._try(row)
            tried = self._tried(row, answer)
            await self._write_down(tried)
        finally:
            self._sending.discard(row.id)
            if not self._sending:
                self._idle.set()
        self._tell(row, answer, tried)
        if tried.state is DeliveryState.RETRYING and self._is_ours:
            bag.waiting[row.id] = replace(
                row, state=tried.state, tries=tried.tries, next_try_at=tried.next_try_at, answer=tried.answer
            )

    async def _claimed(self, bag: _Bag, row: DeliveryRow) -> bool:
        """Whether it is ours to send; where nobody can say just now, it is asked again."""
        try:
            return await asyncio.to_thread(self._ledger.claim, row)
        except WatchpostError:
            if self._is_ours:
                bag.waiting[row.id] = replace(row, next_try_at=self._now_ms() + round(AGAIN_S * 1000))
            return False

    async def _try(self, row: DeliveryRow) -> Answer:
        try:
            address = await asyncio.to_thread(self._addresses.find, row.receiver)
        except NotFoundError:
            return Answer(delivered=False, text="There is no such receiver any more.", again=False)
        except KeyringUnavailableError as error:
            return Answer(delivered=False, text=error.message)
        except WatchpostError as error:
            return Answer(delivered=False, text=error.message)
        if not address.receiver.enabled:
            return Answer(delivered=False, text="The receiver is switched off.", again=False)
        return await self._handed_over(address, row)

    async def _handed_over(self, address: Address, row: DeliveryRow) -> Answer:
        try:
            message = decode_message(row.message)
            async with asyncio.timeout(LONGEST_S):
                return await self._deliver(address.receiver, address.secret, message)
        except TimeoutError:
            return Answer(delivered=False, text=f"It did not answer within {LONGEST_S:g} s.")
        # One that fails in a way nobody foresaw must not end the task that all others wait for.
        except Exception as error:  # noqa: BLE001
            _log.warning("delivery_failed_unforeseen", receiver=row.receiver, kind=type(error).__name__)
            return Answer(delivered=False, text=f"It failed: {type(error).__name__}.")

    def _tried(self, row: DeliveryRow, answer: Answer) -> Tried:
        ts, tries = self._now_ms(), row.tries + 1
        again_at = None
        if answer.delivered:
            state = DeliveryState.DELIVERED
        else:
            jitter = random.random()  # noqa: S311 - no secret
            again_at = next_try_at(row.created_at, tries, ts, jitter) if answer.again else None
            state = DeliveryState.GIVEN_UP if again_at is None else DeliveryState.RETRYING
        return Tried(id=row.id, state=state, tries=tries, ts=ts, next_try_at=again_at, answer=answer.text)

    async def _write_down(self, tried: Tried) -> None:
        """Until it is written: a message that is sent and not written down would be sent again by others."""
        while True:
            try:
                await asyncio.to_thread(self._ledger.write_down, tried)
            except WatchpostError:
                await asyncio.sleep(AGAIN_S)
            else:
                return

    def _tell(self, row: DeliveryRow, answer: Answer, tried: Tried) -> None:
        """The log says once that a receiver cannot be told, and once that it can be again."""
        if answer.delivered:
            if row.receiver in self._failing:
                self._failing.discard(row.receiver)
                _log.info("receiver_recovered", receiver=row.receiver)
        elif tried.state is DeliveryState.GIVEN_UP:
            _log.error("delivery_given_up", receiver=row.receiver, tries=tried.tries, answer=answer.text)
        elif row.receiver not in self._failing:
            self._failing.add(row.receiver)
            _log.warning("delivery_failed", receiver=row.receiver, answer=answer.text)
