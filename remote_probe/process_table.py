"""From what all processes use to the table of those that use most."""

from remote_probe import redact

_NAME_LIMIT = 255
# The kernel cuts names to this length.
_CUT_NAME = 15
_READ_AGAIN_S = 60.0


class CpuUse:
    """CPU use between one look at all processes and the next."""

    def __init__(self):
        self._before = {}  # type: dict[int, tuple[object, float]]
        self._looked_at = None  # type: float | None

    def since_last(self, now, used):
        """CPU seconds that each process has used since the last look; 0 for all at the first one.

        Args:
            now: when they were looked at, seconds on the steady clock.
            used: process id to (start, CPU seconds); the start tells apart two processes with one id.

        Returns:
            Process id to seconds, and the seconds since the last look (None at the first).
        """
        before, elapsed = self._before, None if self._looked_at is None else now - self._looked_at
        self._before, self._looked_at = used, now
        if not elapsed or elapsed < 0:
            return dict.fromkeys(used, 0.0), None
        grown = {}
        for pid, (start, seconds) in used.items():
            known = before.get(pid)
            # A process that has started since used all of it since.
            grown[pid] = seconds - known[1] if known is not None and known[0] == start else seconds
        return grown, elapsed


def percent(seconds, elapsed):
    """CPU percent of one core."""
    return round(max(0.0, seconds) / elapsed * 100, 2) if elapsed else 0.0


def choose_top(grown, resident, top):
    """The ids of the `top` processes by CPU and the `top` by memory, each once, the busiest first."""
    by_cpu = sorted([(seconds, resident[pid], pid) for pid, seconds in grown.items() if seconds > 0], reverse=True)
    # Of those that used no CPU the largest come next, and these are among the largest of all. Sizes alone are sorted
    # ten times as fast as pairs: 2 ms less with 2,000 processes.
    smallest = sorted(resident.values(), reverse=True)[:top][-1:]
    by_memory = sorted([(size, pid) for pid, size in resident.items() if size >= smallest[0]], reverse=True)
    return list(dict.fromkeys([row[-1] for row in by_cpu[:top] + by_memory[:top]]))


class Descriptions:
    """Name, command and user of the processes in the table, read again only when they may have changed."""

    def __init__(self, read):
        """`read(pids)` gives arguments (a tuple of texts) and user of those that are still there, by process id."""
        self._read = read
        self._known = {}  # type: dict[int, _Known]

    def describe(self, seen, now):
        """Describes the processes of a table and forgets all others.

        Args:
            seen: process id to (start, name as the kernel has it, CPU seconds).
            now: seconds on the steady clock.

        Returns:
            Process id to (name, command, user).
        """
        known = {pid: self._known[pid] for pid in seen if pid in self._known and self._known[pid].is_of(seen[pid])}
        # It cannot have changed its title without using CPU time; but that is counted in steps of 10 ms.
        stale = [pid for pid in seen if pid not in known or known[pid].is_stale(seen[pid], now)]
        details = self._read(stale) if stale else {}
        for pid in stale:
            if pid in details or pid not in known:
                known[pid] = _Known(seen[pid], now, details.get(pid))
        self._known = known
        return {pid: entry.description for pid, entry in known.items()}


class _Known:
    def __init__(self, seen, now, details):
        self._start, self._name, self._seconds = seen
        self._read_at = now
        arguments, user = details or ((), "")
        name = full_name(self._name, arguments)
        command = redact.command_line(arguments) if any(arguments) else "[" + name + "]"
        self.description = (name, command, user)

    def is_of(self, seen):
        """True for the same process with the same name; another name means that it runs another program now."""
        return seen[0] == self._start and seen[1] == self._name

    def is_stale(self, seen, now):
        return seen[2] != self._seconds or now - self._read_at >= _READ_AGAIN_S


def full_name(name, arguments):
    """The name of a process, longer than the kernel's 15 characters where its first argument goes on."""
    if len(name) >= _CUT_NAME and arguments:
        program = arguments[0].rpartition("/")[2]
        if program.startswith(name):
            name = program
    return redact.one_line(name, _NAME_LIMIT)
