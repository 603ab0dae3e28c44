"""The process table by psutil."""

from remote_probe import clock, series
from remote_probe.process_table import Commands, CpuUse, choose_top, full_name


class PsutilProcesses:
    """As `proc_processes.Processes`."""

    def __init__(self, psutil, top):
        self.series = series.PROCESSES
        self.top = []
        self._psutil = psutil
        self._limit = top
        self._cpu = CpuUse()
        self._commands = Commands()

    def read(self):
        """How many there are."""
        now = clock.steady()
        pids = self._psutil.pids()
        found = {}
        for pid in pids:
            found[pid] = self._look(pid)
        readings = {pid: reading for pid, reading in found.items() if reading is not None}
        percents = self._cpu.percents(now, {pid: reading[1:3] for pid, reading in readings.items()})
        resident = {pid: reading[3].rss for pid, reading in readings.items()}
        top = choose_top(percents, resident, self._limit)
        self.top = [self._row(pid, percents[pid], readings[pid]) for pid in top]
        self._commands.forget_others()
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

    def _row(self, pid, percent, reading):
        process, start, _, memory = reading
        arguments = tuple(self._ask(process.cmdline) or ())
        name = full_name(self._ask(process.name) or "", arguments)
        return (
            pid,
            name,
            self._commands.line(arguments, name),
            self._ask(process.username) or "",
            percent,
            memory.rss,
            memory.vms,
            round(max(0.0, clock.wall() - start), 2),
        )

    def _ask(self, question):
        try:
            return question()
        except (self._psutil.Error, OSError, KeyError):
            return None
