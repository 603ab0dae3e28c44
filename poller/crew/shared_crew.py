"""Sessions in as many event loops as the load needs, the poller's own or workers': hosts move when it changes."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Sequence

import structlog

from alerts.evaluation.firing_alerts import HostRules
from poller.assignment import Assignment
from poller.chores import Chores
from poller.crew.counts import Counts, summed
from poller.crew.crew import OneLoop
from poller.crew.shares import next_moves, places_of, shared_out
from poller.crew.worker_count import WorkerCount, scrapes_a_second
from poller.retry import Hold
from storage.host_status import HostStatus
from storage.reason import Reason

LOOK_S = 1.0
MOVES_AT_ONCE = 40
"""A look. Each is logged in to anew, for 10 ms of CPU; it misses a scrape or none."""

_log = structlog.get_logger()


class SharedCrew:
    """A `Crew` of event loops, each of which has a place: 0 is this process's own."""

    def __init__(
        self, count: WorkerCount, loop_at: Callable[[int], OneLoop], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepares it.

        Args:
            count: how many workers there are to be.
            loop_at: makes the one of a place.
            clock: never goes back, seconds.
        """
        self._count = count
        self._loop_at = loop_at
        self._clock = clock
        self._loops: dict[int, OneLoop] = {}
        self._wanted: dict[int, Assignment] = {}
        # Where the session of each host is, and where it is to be. One that is on its way has no place.
        self._at: dict[int, int] = {}
        self._target: dict[int, int] = {}
        self._aimed_at: Collection[int] | None = None
        self._load = 0.0
        self._last_states: dict[int, HostStatus] = {}
        self._holds: dict[int, Hold] = {}
        self._mark: object = None
        # What each loop was told to follow; another number for every change of it.
        self._followed: dict[int, tuple[int, Sequence[Assignment]]] = {}
        self._changes = 0
        self._ended: list[Counts] = []
        self._rules: HostRules = {}
        self._evaluation_ended_s = 0.0
        self._arranging = asyncio.Lock()
        self._chore: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return sum(len(loop) for loop in self._loops.values())

    @property
    def pids(self) -> list[int]:
        """As `Crew.pids`."""
        return [pid for _, loop in sorted(self._loops.items()) for pid in loop.pids]

    @property
    def places(self) -> Collection[int]:
        """Of the loops there are: 0 is this process's own, the others are workers'."""
        return self._loops.keys()

    @property
    def workers(self) -> int:
        """As `Crew.workers`."""
        return sum(loop.workers for loop in self._loops.values())

    @property
    def workers_dead(self) -> int:
        """As `Crew.workers_dead`."""
        return sum(loop.workers_dead for loop in self._loops.values())

    @property
    def evaluation_s(self) -> float:
        """As `Crew.evaluation_s`."""
        return self._evaluation_ended_s + sum(loop.evaluation_s for loop in self._loops.values())

    def follow_rules(self, rules: HostRules) -> None:
        """As `Crew.follow_rules`."""
        self._rules = rules
        for loop in self._loops.values():
            loop.follow_rules(rules)

    async def start(self, last_states: Sequence[HostStatus]) -> None:
        """As `Crew.start`."""
        self.remember(last_states)
        self._chore = asyncio.create_task(Chores().repeat("workers", LOOK_S, self.look))

    def remember(self, last_states: Iterable[HostStatus]) -> None:
        """As `Crew.remember`."""
        self._last_states.update((status.host_id, status) for status in last_states)

    async def follow(self, mark: object, wanted: Sequence[Assignment]) -> None:
        """As `Crew.follow`."""
        async with self._arranging:
            if mark != self._mark:
                self._take(wanted)
                self._mark = mark
                before = self._count.count
                # Before any of them is tried: those that are new do not have to move then.
                self._count.follow(self._load, self._clock())
                self._say(before)
                await self._aim()
                self._settle()
                # Those of hosts that others read; when one of them comes, there is a later word.
                self._last_states.clear()
                self._share_out(self._loops)
            await self._bring_in_line(self._loops)

    async def look(self) -> None:
        """Sees whether there are to be more workers or fewer, and moves the next few hosts."""
        async with self._arranging:
            if self._mark is None:
                return
            before = self._count.count
            self._count.look(self._load, [loop.busy for loop in self._loops.values()], self._clock())
            self._say(before)
            await self._aim()
            ready = {place for place, loop in self._loops.items() if loop.is_ready}
            moves = next_moves(self._at, self._target, ready, MOVES_AT_ONCE)
            # A step that was broken off has left some without a place.
            if moves or len(self._at) < len(self._wanted):
                await self._move(moves)
            await self._close_empty()

    def retry(self, reasons: Collection[Reason], host_ids: Collection[int] | None = None) -> None:
        """As `Crew.retry`."""
        for loop, its in self._shares(host_ids):
            loop.retry(reasons, its)

    def retry_hosts(self, host_ids: Collection[int] | None) -> None:
        """As `Crew.retry_hosts`."""
        for loop, its in self._shares(host_ids):
            loop.retry_hosts(its)

    def hold(self, host_ids: Collection[int], hold: Hold) -> None:
        """As `Crew.hold`."""
        for host_id in host_ids:
            self._holds.pop(host_id, None)
            if hold is not Hold.NONE and host_id in self._wanted:
                self._holds[host_id] = hold
        for loop, its in self._shares(host_ids):
            loop.hold(its or (), hold)

    def counts(self) -> Counts:
        """As `Crew.counts`."""
        return summed([*self._ended, *(loop.counts() for loop in self._loops.values())])

    async def end(self) -> None:
        """As `Crew.end`."""
        if self._chore is not None:
            self._chore.cancel()
            await asyncio.gather(self._chore, return_exceptions=True)
        await asyncio.gather(*(loop.end() for loop in self._loops.values()))

    def _take(self, wanted: Sequence[Assignment]) -> None:
        """Takes note of what is wanted now."""
        before, self._wanted = self._wanted, {assignment.host.id: assignment for assignment in wanted}
        # One that was edited may have another login now, about which nothing is known.
        for host_id in [host_id for host_id in self._holds if before.get(host_id) != self._wanted.get(host_id)]:
            del self._holds[host_id]
        self._at = {host_id: place for host_id, place in self._at.items() if host_id in self._wanted}
        self._load = scrapes_a_second(assignment.interval_s for assignment in wanted)
        self._aimed_at = None

    async def _aim(self) -> None:
        """Decides where all hosts are to be, where that has to be decided anew."""
        places = places_of(self._count.count)
        if places == self._aimed_at:
            return
        for place in places:
            if place not in self._loops:
                self._loops[place] = loop = self._loop_at(place)
                self._followed[place] = 0, ()
                await loop.start(())
                loop.follow_rules(self._rules)
        self._aimed_at = places
        loads = {host_id: 1 / assignment.interval_s for host_id, assignment in self._wanted.items()}
        self._target = shared_out(loads, self._at, places)

    def _settle(self) -> Collection[int]:
        """Gives those that have no place the one where they are to be; returns these places."""
        coming: dict[int, list[int]] = {}
        for host_id in self._wanted:
            if host_id not in self._at:
                place = self._at[host_id] = self._target[host_id]
                coming.setdefault(place, []).append(host_id)
        for place, host_ids in coming.items():
            states = [self._last_states.pop(host_id) for host_id in host_ids if host_id in self._last_states]
            holds = {host_id: self._holds[host_id] for host_id in host_ids if host_id in self._holds}
            self._loops[place].remember(states, holds)
        return coming.keys()

    async def _move(self, host_ids: Sequence[int]) -> None:
        """Ends the sessions of these hosts where they are, and has them begin where they are to be."""
        leaving = {self._at[host_id] for host_id in host_ids}
        for place in leaving:
            self.remember(self._loops[place].states(host_id for host_id in host_ids if self._at[host_id] == place))
        for host_id in host_ids:
            del self._at[host_id]
        self._share_out(leaving)
        await self._bring_in_line(leaving)
        coming = self._settle()
        self._share_out(coming)
        await self._bring_in_line(coming)

    def _share_out(self, places: Collection[int]) -> None:
        """Makes new lists of what is to be followed there."""
        lists: dict[int, list[Assignment]] = {place: [] for place in places}
        for host_id, place in self._at.items():
            if place in lists:
                lists[place].append(self._wanted[host_id])
        self._changes += 1
        for place, its in lists.items():
            self._followed[place] = self._changes, its

    async def _bring_in_line(self, places: Collection[int]) -> None:
        await asyncio.gather(*(self._loops[place].follow(*self._followed[place]) for place in places))

    async def _close_empty(self) -> None:
        """Ends the loops that have no hosts any more and are to have none."""
        held = {*self._at.values(), *places_of(self._count.count)}
        for place in [place for place in self._loops if place not in held]:
            loop = self._loops.pop(place)
            del self._followed[place]
            await loop.end()
            self._evaluation_ended_s += loop.evaluation_s
            counts = loop.counts()
            # What it has brought stays counted.
            self._ended = [summed([*self._ended, Counts(scrapes=counts.scrapes, failures=counts.failures)])]

    def _say(self, before: int) -> None:
        if self._count.count != before:
            _log.info("workers_changed", workers=self._count.count, before=before, hosts=len(self._wanted))

    def _shares(self, host_ids: Collection[int] | None) -> list[tuple[OneLoop, Collection[int] | None]]:
        """Which loops have which of these hosts; None is all of them."""
        if host_ids is None:
            return [(loop, None) for loop in self._loops.values()]
        shares: dict[int, list[int]] = {}
        for host_id in host_ids:
            if (place := self._at.get(host_id)) is not None:
                shares.setdefault(place, []).append(host_id)
        return [(self._loops[place], its) for place, its in shares.items()]
