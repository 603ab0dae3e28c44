"""The process table from /proc: one small file for each process, more only for those that use most."""

import os

from remote_probe import clock, series
from remote_probe.proc_cpu import TICKS_PER_S
from remote_probe.proc_file import read_file
from remote_probe.proc_memory import PAGE_BYTES
from remote_probe.process_table import Commands, CpuUse, choose_top, full_name
from remote_probe.timed_call import TimedCalls

_STAT_LIMIT = 1024
_COMMAND_LIMIT = 4096
_STATUS_LIMIT = 2048
_DEADLINE_S = 1.0


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
        self._commands = Commands()
        # Reading a command line waits for its process's memory lock, which a stuck process may hold for ever.
        self._calls = TimedCalls(_DEADLINE_S)

    def read(self):
        """How many there are."""
        now = clock.steady()
        stats = dict(_read_stats(self._proc))
        percents = self._cpu.percents(now, {pid: (stat[1], stat[2]) for pid, stat in stats.items()})
        pids = choose_top(percents, {pid: stat[4] for pid, stat in stats.items()}, self._limit)
        details = self._calls.ask("details", _read_details, self._proc, pids) or {}
        self.top = [self._row(pid, percents[pid], stats[pid], details.get(pid), now) for pid in pids]
        self._commands.forget_others()
        return [len(stats)]

    def _row(self, pid, percent, stat, detail, now):
        name, start, _, virtual, resident = stat
        arguments, uid = detail or ((), None)
        name = full_name(name.decode("utf-8", "replace"), arguments)
        return (
            pid,
            name,
            self._commands.line(arguments, name),
            "" if uid is None else self._users.name(uid),
            percent,
            resident * PAGE_BYTES,
            virtual,
            round(max(0.0, now - start / TICKS_PER_S), 2),
        )


def _read_stats(proc):
    """Each process that is still there, with its `parse_stat`."""
    for entry in os.listdir(proc):
        if entry.isdigit():
            try:
                yield int(entry), parse_stat(read_file(proc + "/" + entry + "/stat", _STAT_LIMIT))
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


def _read_details(proc, pids):
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
