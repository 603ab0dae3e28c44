"""The process table by psutil."""

from remote_probe import clock, series
from remote_probe.process_table import CpuUse, Descriptions, choose_top, percent


class PsutilProcesses:
    """As `proc_processes.Processes`."""

    def __init__(self, psutil, top):
        self.series = series.PROCESSES
        self.top = []
        self._psutil = psutil
        self._limit = top
        self._cpu = CpuUse()
        self._descriptions = Descriptions(self._read_details)
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
        """The process, its start, CPU seconds and memory; None when it is gone or we may not know."""
        try:
            process = self._psutil.Process(pid)
            with process.oneshot():
                times = process.cpu_times()
                return process, process.create_time(), times.user + times.system, process.memory_info()
        except (self._psutil.Error, OSError):
            return None

    def _seen(self, look):
        process, start, seconds, _ = look
        return start, self._ask(process.name) or "", seconds

    def _read_details(self, pids):
        processes = {pid: self._found[pid][0] for pid in pids}
        return {
            pid: (tuple(self._ask(process.cmdline) or ()), self._ask(process.username) or "")
            for pid, process in processes.items()
        }

    def _ask(self, question):
        try:
            return question()
        except (self._psutil.Error, OSError, KeyError):
            return None


def _sizes_and_age(look):
    """RSS and VSZ bytes, run time in seconds."""
    _, start, _, memory = look
    return memory.rss, memory.vms, round(max(0.0, clock.wall() - start), 2)
