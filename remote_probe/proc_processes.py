"""The process table from /proc: one small file for each process, more only for those that use most."""

import os

from remote_probe import clock, series
from remote_probe.proc_cpu import TICKS_PER_S
from remote_probe.proc_file import read_file
from remote_probe.proc_memory import PAGE_BYTES
from remote_probe.process_table import CpuUse, Descriptions, choose_top, percent
from remote_probe.timed_call import TimedCalls

_STAT_LIMIT = 1024
_COMMAND_LIMIT = 4096
_STATUS_LIMIT = 2048
_DEADLINE_S = 1.0
# Reading all of 2,000 processes takes 27 ms on a slow core, most of it in the kernel. In such a crowd an idle one is
# looked at every other time: what it does then is seen one table later.
_CROWD = 500


class Processes:
    """Counts the processes and keeps the table of the top ones.

    Attributes:
        top: rows of the last reading: pid, name, command, user, CPU percent, RSS bytes, VSZ bytes, run time in seconds.
    """

    def __init__(self, top, users, proc="/proc"):
        self.series = series.PROCESSES
        self.top = []
        self._limit = top
        self._users = users
        self._proc = proc
        self._cpu = CpuUse()
        self._descriptions = Descriptions(self._read_details)
        self._turn = 0
        self._elapsed = None
        self._resting = {}
        self._rested = {}
        # Reading a command line waits for its process's memory lock, which a stuck process may hold for ever.
        self._calls = TimedCalls(_DEADLINE_S)

    def read(self):
        """How many there are."""
        now = clock.steady()
        stats = dict(_read_stats(self._proc, self._resting))
        grown, elapsed = self._cpu.since_last(now, {pid: stat[1:3] for pid, stat in stats.items()})
        top = choose_top(grown, {pid: stat[4] for pid, stat in stats.items()}, self._limit)
        described = self._descriptions.describe({pid: _seen(stats[pid]) for pid in top}, now)
        self.top = [
            (pid, *described[pid], percent(grown[pid], self._span(pid, elapsed)), *_sizes_and_age(stats[pid], now))
            for pid in top
        ]
        self._rested, self._resting = self._resting, self._choose_resting(stats, grown) if elapsed else {}
        self._elapsed = elapsed
        return [len(stats)]

    def _span(self, pid, elapsed):
        """Seconds since a process was looked at."""
        return elapsed + (self._elapsed or 0) if pid in self._rested else elapsed

    def _choose_resting(self, stats, grown):
        """Who is passed over next time: half of the idle ones of a crowd, those outside the table."""
        if len(stats) <= _CROWD:
            return {}
        self._turn += 1
        busy = {pid for pid, seconds in grown.items() if seconds > 0}.union([row[0] for row in self.top])
        return {pid: stat for pid, stat in stats.items() if (pid + self._turn) & 1 and pid not in busy}

    def _read_details(self, pids):
        details = self._calls.ask("details", read_details, self._proc, pids) or {}
        return {pid: (arguments, self._users.name(uid)) for pid, (arguments, uid) in details.items()}


def _seen(stat):
    """What `Descriptions` wants to know."""
    return stat[1], stat[0].decode("utf-8", "replace"), stat[2]


def _sizes_and_age(stat, now):
    """RSS and VSZ bytes, run time in seconds."""
    _, start, _, virtual, resident = stat
    return resident * PAGE_BYTES, virtual, round(max(0.0, now - start / TICKS_PER_S), 2)


def _read_stats(proc, resting):
    """Each process that is still there, with its `parse_stat`, or with what is known of it where it is resting."""
    for entry in os.listdir(proc):
        if entry.isdigit():
            pid = int(entry)
            if pid in resting:
                yield pid, resting[pid]
                continue
            try:
                yield pid, parse_stat(read_file(proc + "/" + entry + "/stat", _STAT_LIMIT))
            except (OSError, ValueError, LookupError):
                continue


def parse_stat(text):
    """Name (bytes), start in ticks since boot, CPU seconds, virtual bytes and resident pages from /proc/PID/stat."""
    # A process may call itself `a) b (c`, so the last bracket counts.
    end = text.rindex(b")")
    fields = text[end + 2 :].split(None, 22)
    name = text[text.index(b"(") + 1 : end]
    return (
        name,
        int(fields[19]),
        (int(fields[11]) + int(fields[12])) / TICKS_PER_S,
        int(fields[20]),
        max(0, int(fields[21])),
    )


def read_details(proc, pids):
    """Arguments and real user id of each process that is still there."""
    details = {}
    for pid in pids:
        folder = proc + "/" + str(pid)
        try:
            arguments = split_arguments(read_file(folder + "/cmdline", _COMMAND_LIMIT))
            status = read_file(folder + "/status", _STATUS_LIMIT)
            # Not the owner of the folder: that is root for a daemon that has dropped its privileges.
            details[pid] = arguments, int(status.split(b"\nUid:", 1)[1].split(None, 1)[0])
        except (OSError, ValueError, LookupError):
            continue
    return details


def split_arguments(text):
    """The arguments in /proc/PID/cmdline, as text; a title that a process wrote there is one argument."""
    text = text.rstrip(b"\0 ").decode("utf-8", "replace")
    return tuple(text.split("\0")) if text else ()
