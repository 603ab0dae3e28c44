"""Which hosts have a supervisor: follows the hosts table."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from poller.supervisor import Supervisor
from storage.host import Host
from storage.reason import HostState, Reason

_KEY_REASONS = frozenset({Reason.HOST_KEY_UNKNOWN, Reason.HOST_KEY_CHANGED})
_LOGIN_REASONS = frozenset({Reason.AUTH, Reason.CREDENTIAL})

_log = structlog.get_logger()


@dataclass(slots=True)
class _Watched:
    polled: object
    supervisor: Supervisor
    task: asyncio.Task[None]


class Fleet:
    """One supervisor for every enabled host."""

    def __init__(self, supervise: Callable[[Host], Supervisor], polled: Callable[[Host], object]) -> None:
        """Takes what makes a supervisor, and what tells all that matters to a host's session, as one value."""
        self._supervise = supervise
        self._polled = polled
        self._watched: dict[int, _Watched] = {}
        self._mark: object = None

    def __len__(self) -> int:
        return len(self._watched)

    @property
    def up_count(self) -> int:
        """How many of them have a session that brings scrapes."""
        statuses = (watched.supervisor.status for watched in self._watched.values())
        return sum(status is not None and status.state is HostState.UP for status in statuses)

    async def follow(self, mark: object, hosts: Iterable[Host]) -> None:
        """Starts, restarts and ends supervisors so that they match the hosts; unchanged ones are left alone.

        Args:
            mark: the same one again means that nothing about any host has changed.
            hosts: all there are.
        """
        if mark == self._mark and not any(watched.task.done() for watched in self._watched.values()):
            return
        self._mark = mark
        wanted = {host.id: (self._polled(host), host) for host in hosts if host.enabled}
        # Those that were edited, switched off or removed, and those that failed by a fault of ours.
        same = {
            host_id
            for host_id, watched in self._watched.items()
            if host_id in wanted and watched.polled == wanted[host_id][0] and not watched.task.done()
        }
        await self._end([host_id for host_id in self._watched if host_id not in same])
        for host_id, (polled, host) in wanted.items():
            if host_id not in same:
                supervisor = self._supervise(host)
                task = asyncio.create_task(supervisor.run(), name=f"host {host_id}")
                self._watched[host_id] = _Watched(polled, supervisor, task)

    def retry_keys(self) -> None:
        """Trusted keys have changed: hosts that were refused for theirs get another try."""
        self._retry(_KEY_REASONS)

    def retry_logins(self) -> None:
        """Credentials have changed: hosts that refused a login get another try."""
        self._retry(_LOGIN_REASONS)

    def retry_host(self, host_id: int) -> None:
        """A person has seen this host work, or wants another try now."""
        watched = self._watched.get(host_id)
        if watched and watched.supervisor.status and watched.supervisor.status.state is not HostState.UP:
            watched.supervisor.retry()

    async def end(self) -> None:
        """Ends every session; their probes are gone when this returns. They can be followed again."""
        self._mark = None
        await self._end(list(self._watched))

    def _retry(self, reasons: frozenset[Reason]) -> None:
        for watched in self._watched.values():
            status = watched.supervisor.status
            if status is not None and status.reason in reasons:
                watched.supervisor.retry()

    async def _end(self, host_ids: list[int]) -> None:
        tasks = [self._watched.pop(host_id).task for host_id in host_ids]
        for task in tasks:
            task.cancel()
        for end in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(end, Exception):
                _log.error("supervisor_failed", exc_info=end)
