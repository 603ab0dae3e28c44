"""Keeps hosts from being blocked while the directory behind their login is down, and tells of it once."""

import asyncio
import random
import time
from collections.abc import Callable, Collection, Iterable

import structlog

from poller.crew.crew import LOGIN_REASONS, Crew
from poller.directory_watch import DirectoryWatch, Moves, Turn
from poller.retry import Hold
from storage.host import Host
from storage.host_status import HostStatus

_log = structlog.get_logger()


class Directories:
    """Hands what the watch decides to whoever holds the sessions. Belongs to the event loop's thread."""

    def __init__(self, crew: Crew, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes who holds the sessions, and seconds of a clock that nobody sets: a trial would wait for it."""
        self._crew = crew
        self._clock = clock
        self._watch = DirectoryWatch()

    def follow(self, hosts: Iterable[Host]) -> None:
        """Takes note of the hosts that are read here."""
        self._make(self._watch.follow(hosts, self._now_ms()))

    def renewed(self, credentials: Collection[str]) -> None:
        """Has hosts tried whose credentials, by name, have another secret; of those that are held one alone."""
        if host_ids := self._watch.renew(credentials):
            self._crew.retry(LOGIN_REASONS, host_ids)
            self._try_due(self._now_ms())

    def take(self, status: HostStatus) -> None:
        """Takes note of a host's new state."""
        moves = self._watch.take(status, self._now_ms())
        if moves.holds or moves.turns:
            # Later: whoever tells a state is still busy with it.
            asyncio.get_running_loop().call_soon(self._make, moves)

    async def step(self) -> None:
        """Has one host of a login tried, when it is time for that."""
        now_ms = self._now_ms()
        self._make(self._watch.step(now_ms))
        self._try_due(now_ms)

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)

    def _try_due(self, now_ms: int) -> None:
        if due := self._watch.due(now_ms, random.random()):  # noqa: S311 - spreads load
            self._crew.retry_hosts(due)

    def _make(self, moves: Moves) -> None:
        for turn in moves.turns:
            _tell(turn)
        for hold in Hold:
            if host_ids := [host_id for host_id, wanted in moves.holds.items() if wanted is hold]:
                self._crew.hold(host_ids, hold)


def _tell(turn: Turn) -> None:
    words = {name: value for name, value in turn.login._asdict().items() if value}
    if turn.is_down:
        _log.warning("directory_down", **words, hosts_refusing=turn.refusing, hosts_tried=turn.tried)
    else:
        _log.info("directory_back", **words, hosts_waiting=turn.refusing)
