"""What the processes of the poller use: memory, CPU, open files."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

FILES_EVERY_S = 30.0
"""To count descriptors is to list them, 5 ms for 10,000."""


@dataclass(frozen=True, slots=True)
class Usage:
    """All processes together.

    Attributes:
        memory_bytes: resident.
        cpu_s: since the poller started, also of workers that have ended.
        cpu_percent: of one core, since the last look; None at the first.
        open_files: descriptors; None where the system does not tell.
    """

    memory_bytes: int
    cpu_s: float
    cpu_percent: float | None
    open_files: int | None


class Processes:
    """Looks at them again and again. For one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes a clock that never goes back, in seconds."""
        self._clock = clock
        self._own = psutil.Process()
        self._workers: dict[int, psutil.Process] = {}
        self._cpu_s: dict[int, float] = {}
        self._ended_s = 0.0
        self._last: tuple[float, float] | None = None
        self._files: int | None = None
        self._files_at: float | None = None

    def look(self, worker_pids: Sequence[int]) -> Usage:
        """What they use now."""
        self._follow(worker_pids)
        memory = 0
        for pid, process in ((self._own.pid, self._own), *self._workers.items()):
            try:
                with process.oneshot():
                    memory += process.memory_info().rss
                    times = process.cpu_times()
            except psutil.Error:
                continue
            self._cpu_s[pid] = times.user + times.system
        now_s, cpu_s = self._clock(), self._ended_s + sum(self._cpu_s.values())
        percent = None
        if self._last is not None and now_s > self._last[0]:
            percent = max(0.0, 100 * (cpu_s - self._last[1]) / (now_s - self._last[0]))
        self._last = (now_s, cpu_s)
        return Usage(memory, cpu_s, percent, self._open_files(now_s))

    def _follow(self, worker_pids: Sequence[int]) -> None:
        for pid in set(self._workers) - set(worker_pids):
            del self._workers[pid]
            self._ended_s += self._cpu_s.pop(pid, 0.0)
        for pid in set(worker_pids) - set(self._workers) - {os.getpid()}:
            try:
                self._workers[pid] = psutil.Process(pid)
            except psutil.Error:
                continue

    def _open_files(self, now_s: float) -> int | None:
        if self._files_at is None or now_s - self._files_at >= FILES_EVERY_S:
            self._files_at = now_s
            counts = [count for one in (self._own, *self._workers.values()) if (count := _files_of(one)) is not None]
            self._files = sum(counts) if counts else None
        return self._files


def _files_of(process: psutil.Process) -> int | None:
    try:
        return int(process.num_fds())
    # Windows has handles in place of descriptors.
    except (psutil.Error, AttributeError):
        return None
