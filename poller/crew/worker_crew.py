"""Sessions in a worker process: it has its share of the hosts, and hands over what they bring."""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Protocol

import structlog

from alerts.evaluation.firing_alerts import HostRules
from alerts.rules.applied_rule import AppliedRule
from poller.assignment import Assignment
from poller.crew.busyness import Busyness
from poller.crew.counts import Counts, Tally
from poller.crew.crew import OpenAlerts, Record, nothing_open
from poller.crew.messages import (
    Alive,
    Ask,
    Follow,
    Followed,
    FollowRules,
    FromWorker,
    Granted,
    HoldHosts,
    Parcel,
    Retry,
    RetryHosts,
    Told,
)
from poller.crew.packed_rules import pack_rules
from poller.crew.parcels import ParcelOpener
from poller.crew.worker_process import WorkerProcess, worker_command
from poller.event_loop import hurry
from poller.retry import Hold
from poller.trust import Trust
from storage.errors import WatchpostError
from storage.host import Host
from storage.host_status import HostStatus
from storage.packed_scrape import PackedScrape
from storage.reason import Reason

_REFUSED = frozenset({Reason.AUTH, Reason.DIRECTORY_DOWN})

_log = structlog.get_logger()


class PackedRecord(Record, Protocol):
    """Takes what workers' sessions bring. `poller.intake.Intake` is one."""

    def record_packed(self, scrapes: Sequence[PackedScrape]) -> None:
        """Takes scrapes; never waits, never raises."""


class WorkerCrew:
    """A `OneLoop` in another process. Secrets and trusted keys stay here until it asks for those of one host."""

    def __init__(
        self,
        number: int,
        trust: Trust,
        record: PackedRecord,
        command: tuple[str, ...] | None = None,
        open_alerts: OpenAlerts = nothing_open,
    ) -> None:
        """Prepares it.

        Args:
            number: by which the log tells it from others.
            trust: what hosts are logged in to with.
            record: takes what they bring.
            command: starts a worker whose standard input is the socket to us; None is the interpreter's.
            open_alerts: what fires on hosts that it is given.
        """
        self._worker = WorkerProcess(number, command or worker_command(), self)
        self._opener = ParcelOpener()
        self._busyness = Busyness()
        self._trust = trust
        self._record = record
        self._open_alerts = open_alerts
        self._tally = Tally()
        self._rules: HostRules = {}
        # What this life of the worker knows of.
        self._ruled: dict[int, Sequence[AppliedRule]] = {}
        self._evaluation_s, self._evaluation_before_s = 0.0, 0.0
        self._wanted: dict[int, Assignment] = {}
        # What this life of the worker knows of.
        self._ordered: dict[int, Assignment] = {}
        self._states: dict[int, HostStatus] = {}
        # Of hosts that the worker has not been given since; then of those that it has said nothing about yet.
        self._last_states: dict[int, HostStatus] = {}
        self._untold: dict[int, HostStatus] = {}
        self._holds: dict[int, Hold] = {}
        self._mark: object = None
        self._order = 0
        self._followed = asyncio.Event()
        self._granting: set[asyncio.Task[None]] = set()
        self._hurry = ExitStack()

    def __len__(self) -> int:
        return len(self._wanted)

    @property
    def pids(self) -> Sequence[int]:
        """Of the worker, where it runs."""
        return () if self._worker.pid is None else (self._worker.pid,)

    @property
    def workers(self) -> int:
        """As `Crew.workers`."""
        return 1

    @property
    def workers_dead(self) -> int:
        """As `Crew.workers_dead`."""
        return int(self._worker.is_dead)

    @property
    def is_ready(self) -> bool:
        """As `OneLoop.is_ready`."""
        return self._worker.pid is not None

    @property
    def busy(self) -> float | None:
        """As `OneLoop.busy`."""
        return self._busyness.share

    @property
    def evaluation_s(self) -> float:
        """As `Crew.evaluation_s`."""
        return self._evaluation_before_s + self._evaluation_s

    def follow_rules(self, rules: HostRules) -> None:
        """As `Crew.follow_rules`."""
        self._rules = rules
        self._send_rules(self._ordered)

    async def start(self, last_states: Sequence[HostStatus]) -> None:
        """As `Crew.start`."""
        self.remember(last_states)
        # The worker lets news gather; here they come gathered already.
        self._hurry.enter_context(hurry())
        self._worker.start()

    def remember(self, last_states: Iterable[HostStatus], holds: Mapping[int, Hold] | None = None) -> None:
        """As `OneLoop.remember`."""
        self._last_states.update((status.host_id, status) for status in last_states)
        self._holds.update(holds or {})

    def states(self, host_ids: Iterable[int]) -> list[HostStatus]:
        """As `OneLoop.states`."""
        known = (self._last_states, self._untold, self._states)
        return [states[host_id] for host_id in host_ids for states in known if host_id in states]

    async def follow(self, mark: object, wanted: Sequence[Assignment]) -> None:
        """As `Crew.follow`."""
        if mark == self._mark:
            return
        self._mark = mark
        before, self._wanted = self._wanted, {assignment.host.id: assignment for assignment in wanted}
        for host_id, assignment in before.items():
            now = self._wanted.get(host_id)
            if now is None:
                self._forget(host_id)
            elif now is not assignment and now != assignment:
                # It may have another login now, about which nothing is known.
                self._holds.pop(host_id, None)
        self._order += 1
        self._send_order()
        # One that does not run has no sessions; it is told when it does.
        await self._followed.wait()

    def retry(self, reasons: Collection[Reason], host_ids: Collection[int] | None = None) -> None:
        """As `Crew.retry`."""
        self._worker.send(Retry(list(reasons), None if host_ids is None else list(host_ids)))

    def retry_hosts(self, host_ids: Collection[int] | None) -> None:
        """As `Crew.retry_hosts`."""
        self._worker.send(RetryHosts(None if host_ids is None else list(host_ids)))

    def hold(self, host_ids: Collection[int], hold: Hold) -> None:
        """As `Crew.hold`."""
        for host_id in host_ids:
            self._holds.pop(host_id, None)
            if hold is not Hold.NONE and host_id in self._wanted:
                self._holds[host_id] = hold
        self._worker.send(HoldHosts(list(host_ids), hold))

    def counts(self) -> Counts:
        """As `Crew.counts`."""
        return self._tally.counts(len(self._wanted))

    async def end(self) -> None:
        """As `Crew.end`."""
        await self._worker.end()
        self._stop_granting()
        self._hurry.close()

    def started(self) -> None:
        """As `Master.started`."""
        self._opener = ParcelOpener()
        self._ordered, self._ruled = {}, {}
        if self._order:
            self._send_order()

    def gone(self) -> None:
        """As `Master.gone`."""
        self._followed.set()
        self._stop_granting()
        self._busyness = Busyness()
        self._evaluation_before_s, self._evaluation_s = self.evaluation_s, 0.0
        for states in (self._untold, self._states):
            # Not told to the recorder: their new sessions will say how they are. They are to know of refusals.
            self._last_states.update(states)
            states.clear()
        self._tally.keep(())

    def said(self, message: FromWorker) -> None:
        """As `Master.said`."""
        match message:
            case Parcel():
                self._take(message)
            case Ask():
                task = asyncio.create_task(self._grant(message))
                self._granting.add(task)
                task.add_done_callback(self._granting.discard)
            case Followed():
                if message.number == self._order:
                    self._followed.set()
            case Alive():
                self._busyness.take(time.monotonic(), message.cpu_s)
                self._evaluation_s = message.evaluation_s
            case Told():
                getattr(_log, message.level)(message.event, worker=self._worker.number, **message.fields)

    def _take(self, parcel: Parcel) -> None:
        scrapes = self._opener.scrapes(parcel)
        self._tally.scrapes += len(scrapes)
        self._tally.failures.update(parcel.failures)
        self._record.record_packed(scrapes)
        for change in parcel.states:
            self._untold.pop(change.host_id, None)
            if change.host_id in self._wanted:
                self._count(change)
            self._record.record_state(change)
        if parcel.alerts:
            self._record.record_alerts(parcel.alerts)

    def _count(self, status: HostStatus) -> None:
        self._states[status.host_id] = replace(status, inventory=None)
        self._tally.take(status)

    def _forget(self, host_id: int) -> None:
        for known in (self._states, self._untold, self._last_states, self._holds):
            known.pop(host_id, None)
        self._tally.forget(host_id)

    async def _grant(self, ask: Ask) -> None:
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
            self._worker.send(granted)

    def _is_wanted(self, host: Host) -> bool:
        """False for one that was edited or removed since its session began: that is about to be ended."""
        assignment = self._wanted.get(host.id)
        return assignment is not None and assignment.host == host

    def _stop_granting(self) -> None:
        """What one life of a worker has asked for is not for the next one, which numbers its questions anew."""
        for task in self._granting:
            task.cancel()

    def _send_order(self) -> None:
        """Has the worker follow what is wanted; one that does not run is told when it does."""
        if self._worker.pid is None:
            self._followed.set()
            return
        self._followed.clear()
        before, self._ordered = self._ordered, self._wanted
        changed = [
            assignment
            for host_id, assignment in self._wanted.items()
            if (told := before.get(host_id)) is not assignment and told != assignment
        ]
        gone = [host_id for host_id in before if host_id not in self._wanted]
        host_ids = [assignment.host.id for assignment in changed]
        last = [self._last_states.pop(host_id) for host_id in host_ids if host_id in self._last_states]
        for state in last:
            # One that is held waits without a word, and is as it was.
            if state.host_id in self._holds and state.reason in _REFUSED:
                self._count(state)
            else:
                self._untold[state.host_id] = replace(state, inventory=None)
        holds = {host_id: self._holds[host_id] for host_id in host_ids if host_id in self._holds}
        for host_id in gone:
            self._ruled.pop(host_id, None)
        # First, so that already their first reading is held against them.
        self._send_rules(self._wanted)
        new = [host_id for host_id in host_ids if host_id not in before]
        self._worker.send(Follow(self._order, changed, gone, last, holds, self._open_alerts(new)))

    def _send_rules(self, host_ids: Iterable[int]) -> None:
        """Tells the worker what holds on those of these hosts of which it was told otherwise, or nothing."""
        fresh = {
            host_id: rules
            for host_id in host_ids
            if (rules := self._rules.get(host_id, ())) is not self._ruled.get(host_id, ())
        }
        if fresh and self._worker.pid is not None:
            self._ruled |= fresh
            self._worker.send(FollowRules(pack_rules(fresh)))
