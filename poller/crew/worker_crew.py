"""Sessions in several processes: each worker has its share of the hosts, and hands over what they bring."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Protocol

import structlog

from poller.assignment import Assignment
from poller.crew.counts import Counts, Tally
from poller.crew.crew import Record
from poller.crew.messages import (
    Ask,
    Follow,
    Followed,
    FromWorker,
    Granted,
    HoldHosts,
    Parcel,
    Retry,
    RetryHosts,
    Told,
)
from poller.crew.parcels import ParcelOpener
from poller.crew.worker_process import WorkerProcess, worker_command
from poller.event_loop import hurry
from poller.retry import Hold
from poller.trust import Trust
from storage.errors import WatchpostError
from storage.host import Host
from storage.host_states import HostStatus
from storage.reason import Reason
from storage.scrape_rows import PackedScrape

_REFUSED = frozenset({Reason.AUTH, Reason.DIRECTORY_DOWN})

_log = structlog.get_logger()


class PackedRecord(Record, Protocol):
    """Takes what workers' sessions bring. `poller.intake.Intake` is one."""

    def record_packed(self, scrapes: Sequence[PackedScrape]) -> None:
        """Takes scrapes; never waits, never raises."""


class WorkerCrew:
    """A `Crew` of several processes. Secrets and trusted keys stay here until a worker asks for those of one host."""

    def __init__(self, count: int, trust: Trust, record: PackedRecord, command: tuple[str, ...] | None = None) -> None:
        """Prepares it.

        Args:
            count: how many workers, 1 or more.
            trust: what hosts are logged in to with.
            record: takes what they bring.
            command: starts a worker whose standard input is the socket to us; None is the interpreter's.
        """
        chosen = command or worker_command()
        self._workers = [WorkerProcess(number, chosen, self) for number in range(count)]
        self._openers = [ParcelOpener() for _ in range(count)]
        self._trust = trust
        self._record = record
        self._tally = Tally()
        self._wanted: dict[int, Assignment] = {}
        self._states: dict[int, HostStatus] = {}
        # Of hosts that no worker has been given since; then of those that it has said nothing about yet.
        self._last_states: dict[int, HostStatus] = {}
        self._untold: dict[int, HostStatus] = {}
        self._holds: dict[int, Hold] = {}
        self._mark: object = None
        self._order = 0
        self._followed = [asyncio.Event() for _ in range(count)]
        self._granting: list[set[asyncio.Task[None]]] = [set() for _ in range(count)]
        self._hurry = ExitStack()

    def __len__(self) -> int:
        return len(self._wanted)

    @property
    def pids(self) -> list[int]:
        """Of the workers that run."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    async def start(self, last_states: Sequence[HostStatus]) -> None:
        """As `Crew.start`."""
        self._last_states = {status.host_id: status for status in last_states}
        # Each worker lets news gather; here they come gathered already.
        self._hurry.enter_context(hurry())
        for worker in self._workers:
            worker.start()

    async def follow(self, mark: object, wanted: Sequence[Assignment]) -> None:
        """As `Crew.follow`."""
        if mark == self._mark:
            return
        self._mark = mark
        before, self._wanted = self._wanted, {assignment.host.id: assignment for assignment in wanted}
        self._states = {host_id: state for host_id, state in self._states.items() if host_id in self._wanted}
        self._untold = {host_id: state for host_id, state in self._untold.items() if host_id in self._wanted}
        # One that was edited may have another login now, about which nothing is known.
        same = {host_id for host_id, assignment in self._wanted.items() if before.get(host_id) == assignment}
        self._holds = {host_id: hold for host_id, hold in self._holds.items() if host_id in same}
        self._order += 1
        for worker in self._workers:
            self._order_to(worker.number)
        # One that does not run has no sessions; it is told when it does.
        await asyncio.gather(*(event.wait() for event in self._followed))

    def retry(self, reasons: Collection[Reason], host_ids: Collection[int] | None = None) -> None:
        """As `Crew.retry`."""
        if host_ids is None:
            for worker in self._workers:
                worker.send(Retry(list(reasons)))
            return
        for worker, its in self._shares(host_ids).items():
            worker.send(Retry(list(reasons), its))

    def retry_hosts(self, host_ids: Collection[int] | None) -> None:
        """As `Crew.retry_hosts`."""
        if host_ids is None:
            for worker in self._workers:
                worker.send(RetryHosts(None))
            return
        for worker, its in self._shares(host_ids).items():
            worker.send(RetryHosts(its))

    def hold(self, host_ids: Collection[int], hold: Hold) -> None:
        """As `Crew.hold`."""
        for host_id in host_ids:
            self._holds.pop(host_id, None)
            if hold is not Hold.NONE and host_id in self._wanted:
                self._holds[host_id] = hold
        for worker, its in self._shares(host_ids).items():
            worker.send(HoldHosts(its, hold))

    def counts(self) -> Counts:
        """As `Crew.counts`."""
        return self._tally.counts(len(self._wanted), (self._states.get(host_id) for host_id in self._wanted))

    async def end(self) -> None:
        """As `Crew.end`."""
        await asyncio.gather(*(worker.end() for worker in self._workers))
        for number in range(len(self._workers)):
            self._stop_granting(number)
        self._hurry.close()

    def started(self, number: int) -> None:
        """As `Master.started`."""
        self._openers[number] = ParcelOpener()
        if self._order:
            self._order_to(number)

    def gone(self, number: int) -> None:
        """As `Master.gone`."""
        self._followed[number].set()
        self._stop_granting(number)
        for states in (self._untold, self._states):
            for host_id in [host_id for host_id in states if self._share_of(host_id) == number]:
                # Not told to the recorder: their new sessions will say how they are. They are to know of refusals.
                self._last_states[host_id] = states.pop(host_id)

    def said(self, number: int, message: FromWorker) -> None:
        """As `Master.said`."""
        match message:
            case Parcel():
                self._take(number, message)
            case Ask():
                task = asyncio.create_task(self._grant(number, message))
                self._granting[number].add(task)
                task.add_done_callback(self._granting[number].discard)
            case Followed():
                if message.number == self._order:
                    self._followed[number].set()
            case Told():
                getattr(_log, message.level)(message.event, worker=number, **message.fields)

    def _take(self, number: int, parcel: Parcel) -> None:
        scrapes = self._openers[number].scrapes(parcel)
        self._tally.scrapes += len(scrapes)
        self._tally.failures.update(parcel.failures)
        self._record.record_packed(scrapes)
        for change in parcel.states:
            self._untold.pop(change.host_id, None)
            if change.host_id in self._wanted:
                self._states[change.host_id] = replace(change, inventory=None)
            self._record.record_state(change)

    async def _grant(self, number: int, ask: Ask) -> None:
        """Finds out what a host is logged in to with. Nothing of it is kept, logged or shown."""
        if not self._is_wanted(ask.host):
            return
        host_id = ask.host.id
        try:
            grant = await self._trust.of(ask.host)
        except WatchpostError as error:
            granted = Granted(ask.number, host_id, failure=(error.kind, error.message, error.hint))
        # A worker must not wait for ever.
        except Exception as error:  # noqa: BLE001
            failure = ("unforeseen", f"The poller made a mistake: {type(error).__name__}.", None)
            granted = Granted(ask.number, host_id, failure=failure)
        else:
            granted = Granted(ask.number, host_id, grant.trusted_keys, grant.secret)
        if self._is_wanted(ask.host):
            self._workers[number].send(granted)

    def _is_wanted(self, host: Host) -> bool:
        """False for one that was edited or removed since its session began: that is about to be ended."""
        assignment = self._wanted.get(host.id)
        return assignment is not None and assignment.host == host

    def _stop_granting(self, number: int) -> None:
        """What one life of a worker has asked for is not for the next one, which numbers its questions anew."""
        for task in self._granting[number]:
            task.cancel()

    def _order_to(self, number: int) -> None:
        """Has a worker follow what is wanted; one that does not run is told when it does."""
        worker = self._workers[number]
        if worker.pid is None:
            self._followed[number].set()
            return
        self._followed[number].clear()
        its = {host_id: todo for host_id, todo in self._wanted.items() if self._share_of(host_id) == number}
        last = [self._last_states.pop(host_id) for host_id in its if host_id in self._last_states]
        for state in last:
            # One that is held waits without a word, and is as it was.
            waits = state.host_id in self._holds and state.reason in _REFUSED
            (self._states if waits else self._untold)[state.host_id] = replace(state, inventory=None)
        holds = {host_id: hold for host_id, hold in self._holds.items() if host_id in its}
        worker.send(Follow(self._order, list(its.values()), last, holds))

    def _worker_of(self, host_id: int) -> WorkerProcess:
        return self._workers[self._share_of(host_id)]

    def _shares(self, host_ids: Collection[int]) -> Mapping[WorkerProcess, list[int]]:
        shares: dict[WorkerProcess, list[int]] = {}
        for host_id in host_ids:
            shares.setdefault(self._worker_of(host_id), []).append(host_id)
        return shares

    def _share_of(self, host_id: int) -> int:
        """The same for as long as the poller runs, and even: ids follow one another."""
        return host_id % len(self._workers)
