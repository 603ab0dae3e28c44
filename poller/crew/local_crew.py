"""Sessions in this process's event loop."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import structlog

from alerts.evaluation.firing_alerts import HostRules
from poller.assignment import Assignment
from poller.chores import Chores
from poller.crew.busyness import Busyness
from poller.crew.counts import Counts, Tally
from poller.crew.crew import OpenAlerts, Record, nothing_open
from poller.crew.gate import Gate
from poller.crew.live_alerts import LiveAlerts
from poller.crew.room import split_by_room
from poller.descriptors import allow_descriptors, descriptor_limit, descriptors_needed, hosts_possible
from poller.fleet import Fleet
from poller.garbage import STEP_S, Garbage
from poller.retry import Hold
from poller.sleep_watch import SleepWatch, steady_with_sleep_s
from poller.supervisor import Edges, StartProbe, Supervisor
from storage.host_status import HostStatus
from storage.reason import HostState, Reason
from storage.scrape import Scrape

CONNECTS_AT_ONCE = 50
"""sshd's default MaxStartups refuses a burst of 60 through one jump host; a handshake costs 1.5 to 3 ms of CPU."""
JUDGE_S = 1.0
MISS_S = 5.0
LOOK_S = 1.0

_log = structlog.get_logger()


class LocalCrew:
    """A `OneLoop` in this process: a poller's own, or a worker's."""

    def __init__(
        self,
        start_probe: StartProbe,
        record: Record,
        on_failure: Callable[[Reason], None] = lambda _reason: None,
        clock: Callable[[], float] = steady_with_sleep_s,
        open_alerts: OpenAlerts = nothing_open,
    ) -> None:
        """Prepares it.

        Args:
            start_probe: starts the probe of an assignment.
            record: takes what probes bring.
            on_failure: told of every session that failed or ended.
            clock: goes on while this machine sleeps, seconds.
            open_alerts: what fires on hosts that are new here.
        """
        self._record = record
        self._on_failure = on_failure
        self._alerts = LiveAlerts(record.record_alerts, open_alerts)
        self._tally = Tally()
        self._last_states: dict[int, HostStatus] = {}
        self._holds: dict[int, Hold] = {}
        self._busyness = Busyness()
        self._edges = Edges(
            start=start_probe,
            gate=Gate(CONNECTS_AT_ONCE).place,
            record_scrape=self._take,
            record_status=self._take_state,
            wall_clock=time.time,
            count_failure=self._count_failure,
            look_awake=self._look_awake,
        )
        self._fleet = Fleet(self._supervise)
        self._sleep = SleepWatch(clock)
        self._garbage = Garbage()
        self._left_out: frozenset[int] = frozenset()
        self._chores: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._fleet)

    @property
    def pids(self) -> Sequence[int]:
        """As `Crew.pids`: none."""
        return ()

    @property
    def workers(self) -> int:
        """As `Crew.workers`: none."""
        return 0

    @property
    def workers_dead(self) -> int:
        """As `Crew.workers_dead`: none."""
        return 0

    @property
    def is_ready(self) -> bool:
        """As `OneLoop.is_ready`: always."""
        return True

    @property
    def busy(self) -> float | None:
        """As `OneLoop.busy`."""
        self._busyness.take(time.monotonic(), time.thread_time())
        return self._busyness.share

    @property
    def evaluation_s(self) -> float:
        """As `Crew.evaluation_s`."""
        return self._alerts.evaluation_s

    def follow_rules(self, rules: HostRules) -> None:
        """As `Crew.follow_rules`."""
        self._alerts.follow_rules(rules)

    async def start(self, last_states: Sequence[HostStatus]) -> None:
        """As `Crew.start`."""
        self.remember(last_states)
        self._garbage.begin()
        repeat = Chores().repeat
        self._chores = [
            asyncio.create_task(repeat("rules", JUDGE_S, self._judge)),
            asyncio.create_task(repeat("missing series", MISS_S, self._miss)),
            asyncio.create_task(repeat("sleep", LOOK_S, self._look)),
            asyncio.create_task(repeat("garbage", STEP_S, self._sort_out_garbage)),
        ]

    def remember(self, last_states: Iterable[HostStatus], holds: Mapping[int, Hold] | None = None) -> None:
        """As `OneLoop.remember`."""
        self._last_states.update((status.host_id, status) for status in last_states)
        self._holds.update(holds or {})

    def states(self, host_ids: Iterable[int]) -> list[HostStatus]:
        """As `OneLoop.states`."""
        return self._fleet.states(host_ids)

    async def follow(self, mark: object, wanted: Sequence[Assignment]) -> None:
        """As `Crew.follow`."""
        if self._fleet.is_at(mark):
            return
        allow_descriptors(descriptors_needed(len(wanted)))
        fitting, left_out = split_by_room(wanted, self._fleet.host_ids, hosts_possible(descriptor_limit()))
        # What they have brought until now is theirs.
        self._alerts.judge()
        self._alerts.follow_hosts(fitting)
        await self._fleet.follow(mark, fitting)
        self._tally.keep(self._fleet.host_ids)
        # Before any of the new sessions has taken its first step.
        holds, self._holds = self._holds, {}
        for hold in Hold:
            self.hold([host_id for host_id, wanted in holds.items() if wanted is hold], hold)
        self._leave_out(left_out, len(wanted))

    def retry(self, reasons: Collection[Reason], host_ids: Collection[int] | None = None) -> None:
        """As `Crew.retry`."""
        self._fleet.retry(reasons, host_ids)

    def retry_hosts(self, host_ids: Collection[int] | None) -> None:
        """As `Crew.retry_hosts`."""
        self._fleet.retry_hosts(host_ids)

    def hold(self, host_ids: Collection[int], hold: Hold) -> None:
        """As `Crew.hold`."""
        self._fleet.hold(host_ids, hold)

    def counts(self) -> Counts:
        """As `Crew.counts`."""
        return self._tally.counts(len(self._fleet))

    async def end(self) -> None:
        """As `Crew.end`."""
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await self._fleet.end()
        self._alerts.judge()
        self._garbage.end()

    def _leave_out(self, left_out: Sequence[Assignment], wanted: int) -> None:
        """Says of hosts for which there is no room that it is this machine that keeps them from being read."""
        before, self._left_out = self._left_out, frozenset(assignment.host.id for assignment in left_out)
        if not left_out or before == self._left_out:
            return
        needed = descriptors_needed(wanted)
        _log.error("too_few_descriptors", hosts=wanted, needed=needed, left_out=len(left_out))
        detail = f"The poller has too few open files for all its hosts: they need {needed}."
        now_ms = int(time.time() * 1000)
        for host_id in self._left_out - before:
            self._record.record_state(
                HostStatus(host_id, HostState.UNREACHABLE, Reason.NO_ROUTE, detail, now_ms, inventory=None)
            )

    def _supervise(self, assignment: Assignment) -> Supervisor:
        last = self._last_states.pop(assignment.host.id, None)
        if last is not None:
            # One that is held waits without a word.
            self._tally.take(last)
        return Supervisor(assignment, self._edges, last)

    def _take_state(self, change: HostStatus) -> None:
        self._tally.take(change)
        self._record.record_state(change)

    def _take(self, scrape: Scrape, interval_s: float) -> None:
        self._tally.scrapes += 1
        self._record.record_scrape(scrape)
        self._alerts.take(scrape, interval_s)

    def _count_failure(self, reason: Reason) -> None:
        self._tally.failures[reason] += 1
        self._on_failure(reason)

    async def _judge(self) -> None:
        self._alerts.judge_due()

    async def _miss(self) -> None:
        self._alerts.look(int(time.time() * 1000))

    async def _sort_out_garbage(self) -> None:
        self._garbage.step(self._tally.failures.total(), len(self._fleet), time.monotonic())

    async def _look(self) -> None:
        self._look_awake()

    def _look_awake(self) -> None:
        """Where this machine has slept, all sessions are looked at, and none of them is held responsible."""
        if slept_s := self._sleep.slept_s():
            _log.info("machine_slept", seconds=round(slept_s))
            self._fleet.woke()
