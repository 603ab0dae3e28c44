"""From what all processes use to the table of those that use most."""

from remote_probe import redact

_NAME_LIMIT = 255
# The kernel cuts names to this length.
_CUT_NAME = 15


class CpuUse:
    """CPU use between one look at all processes and the next."""

    def __init__(self):
        self._before = None
        self._looked_at = 0.0

    def percents(self, now, used):
        """CPU percent of one core for each process.

        Args:
            now: when they were looked at, seconds on the steady clock.
            used: process id to (start, CPU seconds); the start tells apart two processes with one id.

        Returns:
            Process id to percent; 0 for all at the first look.
        """
        before, elapsed = self._before, now - self._looked_at
        self._before, self._looked_at = used, now
        if before is None or elapsed <= 0:
            return dict.fromkeys(used, 0.0)
        return {
            pid: max(0.0, round((seconds - _earlier(before.get(pid), start)) / elapsed * 100, 2))
            for pid, (start, seconds) in used.items()
        }


def _earlier(known, start):
    """CPU seconds at the last look; none for a process that has started since."""
    return known[1] if known is not None and known[0] == start else 0.0


def choose_top(percents, resident, top):
    """The ids of the `top` processes by CPU and the `top` by memory, each once, the busiest first."""
    by_cpu = sorted(percents, key=lambda pid: (-percents[pid], -resident[pid], pid))
    by_memory = sorted(resident, key=lambda pid: (-resident[pid], pid))
    return list(dict.fromkeys(by_cpu[:top] + by_memory[:top]))


class Commands:
    """Command lines made fit to leave the host. Redacting one costs 50 µs, so the last table's are remembered."""

    def __init__(self):
        self._known = {}
        self._fresh = {}

    def line(self, arguments, name):
        """The command line; the name in brackets, as ps has it, for a process without one."""
        if not any(arguments):
            return "[" + name + "]"
        if arguments not in self._fresh:
            self._fresh[arguments] = self._known.get(arguments) or redact.command_line(arguments)
        return self._fresh[arguments]

    def forget_others(self):
        """Forgets all that has not been asked for since the last call."""
        self._known, self._fresh = self._fresh, {}


def full_name(name, arguments):
    """The name of a process, longer than the kernel's 15 characters where its first argument goes on."""
    if len(name) >= _CUT_NAME and arguments:
        program = arguments[0].rpartition("/")[2]
        if program.startswith(name):
            name = program
    return redact.one_line(name, _NAME_LIMIT)
