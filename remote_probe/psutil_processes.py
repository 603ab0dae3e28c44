"""The process table by psutil."""

from remote_probe import clock, series
from remote_probe.process_table import CpuUse, Descriptions, choose_top, percent
from remote_probe.psutil_import import FREEBSD, WINDOWS
from remote_probe.timed_call import TimedCalls

_DEADLINE_S = 1.0


class PsutilProcesses:
    """As `proc_processes.Processes`."""

    def __init__(self, psutil, system, top, users, troubles):
        """`troubles` are the exceptions by which psutil says that it cannot tell."""
        self.series = series.PROCESSES
        self.top = []
        self._psutil = psutil
        self._system = system
        self._limit = top
        self._users = users
        self._troubles = troubles
        self._cpu = CpuUse()
        self._descriptions = Descriptions(self._read_details)
        # Windows asks a domain for the names of its users, and a stuck process may not tell its arguments.
        self._calls = TimedCalls(_DEADLINE_S, troubles)
        self._found = {}  # type: dict[int, tuple]  # type: ignore[type-arg]

    def read(self):
        """How many there are."""
        now = clock.steady()
        pids = self._psutil.pids()
        looks = [(pid, self._look(pid)) for pid in pids]
        self._found = found = {pid: look for pid, look in looks if look is not None}
        grown, elapsed = self._cpu.since_last(now, {pid: look[1:3] for pid, look in found.items()})
        top = choose_top(grown, {pid: look[3].rss for pid, look in found.items()}, self._limit)
        described = self._descriptions.describe({pid: self._seen(found[pid]) for pid in top}, now)
        self.top = [(pid, *described[pid], percent(grown[pid], elapsed), *_sizes_and_age(found[pid])) for pid in top]
        return [len(pids)]

    def _look(self, pid):
        """The process, its start, CPU seconds and memory; None when it is gone, idles, or we may not know."""
        try:
            process = self._psutil.Process(pid)
            with process.oneshot():
                if self._is_idleness(pid, process):
                    return None
                times = process.cpu_times()
                return process, process.create_time(), times.user + times.system, process.memory_info()
        except self._troubles:
            return None

    def _is_idleness(self, pid, process):
        """Whether this is what a system calls the time in which it has nothing to do: the busiest process of all."""
        if self._system == WINDOWS:
            return pid == 0
        return self._system == FREEBSD and process.name() == "idle" and process.uids().real == 0

    def _seen(self, look):
        process, start, seconds, _ = look
        return start, self._ask(process.name) or "", seconds

    def _read_details(self, pids):
        processes = {pid: self._found[pid][0] for pid in pids}
        details = self._calls.ask("details", self._describe, processes) or {}
        return {pid: (arguments, self._user_name(user)) for pid, (arguments, user) in details.items()}

    def _describe(self, processes):
        """Arguments, and user (a number, or the name where users have none), of each process."""
        return {
            pid: (tuple(self._ask(process.cmdline) or ()), self._ask(self._user_of(process)))
            for pid, process in processes.items()
        }

    def _user_of(self, process):
        return process.username if self._system == WINDOWS else process.uids

    def _user_name(self, user):
        if user is None or isinstance(user, str):
            return user or ""
        return self._users.name(user.real)

    def _ask(self, question):
        try:
            return question()
        except self._troubles:
            return None


def _sizes_and_age(look):
    """RSS and VSZ bytes, run time in seconds."""
    _, start, _, memory = look
    return memory.rss, memory.vms, round(max(0.0, clock.wall() - start), 2)
