"""Which hosts have a supervisor: follows what is wanted."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import structlog

from poller.assignment import Assignment
from poller.retry import Hold
from poller.supervisor import Supervisor
from storage.host_status import HostStatus
from storage.reason import HostState, Reason

_log = structlog.get_logger()


@dataclass(slots=True)
class _Watched:
    assignment: Assignment
    supervisor: Supervisor
    task: asyncio.Task[None]


class Fleet:
    """One supervisor for every assignment."""

    def __init__(self, supervise: Callable[[Assignment], Supervisor]) -> None:
        """Takes what makes a supervisor."""
        self._supervise = supervise
        self._watched: dict[int, _Watched] = {}
        # Of sessions that are being closed.
        self._ending: set[asyncio.Task[None]] = set()
        self._ended_by_itself = False
        self._mark: object = None

    def __len__(self) -> int:
        return len(self._watched)

    @property
    def host_ids(self) -> Collection[int]:
        """Of those that have a supervisor."""
        return self._watched.keys()

    def states(self, host_ids: Iterable[int]) -> list[HostStatus]:
        """The last state of each of these hosts that has one."""
        chosen = (self._watched.get(host_id) for host_id in host_ids)
        return [watched.supervisor.status for watched in chosen if watched and watched.supervisor.status]

    def is_at(self, mark: object) -> bool:
        """Whether following this mark would change nothing."""
        return mark == self._mark and not self._ended_by_itself

    async def follow(self, mark: object, wanted: Sequence[Assignment]) -> None:
        """Starts, restarts and ends supervisors so that they match what is wanted; unchanged ones are left alone.

        Args:
            mark: the same one again means that nothing about any host has changed.
            wanted: all there are, each host once.
        """
        if self.is_at(mark):
            return
        self._mark, self._ended_by_itself = mark, False
        by_id = {assignment.host.id: assignment for assignment in wanted}
        # Those that were edited, switched off or removed, and those that failed by a fault of ours.
        same = {
            host_id
            for host_id, watched in self._watched.items()
            if watched.assignment == by_id.get(host_id) and not watched.task.done()
        }
        await self._end([host_id for host_id in self._watched if host_id not in same])
        for host_id, assignment in by_id.items():
            if host_id not in same:
                self._watched[host_id] = self._watch(assignment)

    def retry(self, reasons: Collection[Reason], host_ids: Collection[int] | None = None) -> None:
        """Hosts that are not up for one of these reasons get another try; None is all of them."""
        for host_id in self._watched if host_ids is None else host_ids:
            # All are told: one that is just being tried may be about to fail for such a reason.
            if watched := self._watched.get(host_id):
                watched.supervisor.retry_if(reasons)

    def retry_hosts(self, host_ids: Collection[int] | None) -> None:
        """A person has seen these hosts work, or wants another try now; None is all of them."""
        for host_id in self._watched if host_ids is None else host_ids:
            watched = self._watched.get(host_id)
            if watched and watched.supervisor.status and watched.supervisor.status.state is not HostState.UP:
                watched.supervisor.retry()

    def hold(self, host_ids: Collection[int], hold: Hold) -> None:
        """Whether a refused login of these hosts counts against them."""
        for host_id in host_ids:
            if watched := self._watched.get(host_id):
                watched.supervisor.hold(hold)

    def woke(self) -> None:
        """This machine has slept."""
        for watched in self._watched.values():
            watched.supervisor.woke()

    async def end(self) -> None:
        """Ends every session; their probes are gone when this returns. They can be followed again."""
        self._mark = None
        await self._end(list(self._watched))
        if self._ending:
            await asyncio.wait(self._ending)

    def _watch(self, assignment: Assignment) -> _Watched:
        supervisor = self._supervise(assignment)
        task = asyncio.create_task(supervisor.run(), name=f"host {assignment.host.id}")
        task.add_done_callback(self._note_end)
        return _Watched(assignment, supervisor, task)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        # One that ended without being told to is started again with the next look.
        if not task.cancelled():
            self._ended_by_itself = True

    async def _end(self, host_ids: Iterable[int]) -> None:
        tasks = [self._watched.pop(host_id).task for host_id in host_ids]
        for task in tasks:
            self._ending.add(task)
            task.add_done_callback(self._ended)
            task.cancel()
        if tasks:
            # Whoever ends us meanwhile does not cut the closing short, as they would by cancelling what is gathered.
            await asyncio.wait(tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._ending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("supervisor_failed", exc_info=error)
