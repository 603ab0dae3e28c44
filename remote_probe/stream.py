"""Greeting, layouts and scrapes, one after the other, until the count or the session is over."""

from remote_probe import clock
from remote_probe.group import scrape_line
from remote_probe.inventory import hello_line
from remote_probe.schedule import Schedule, Turn

MARKER = "\0\0WATCHPOST1\n"
"""Tells the first line from whatever a login prints before it."""


class Stream:
    """Reads with a reader and writes to a channel."""

    def __init__(self, options, reader, channel):
        self._options = options
        self._reader = reader
        self._channel = channel
        self._processes_turn = Turn(options.processes_s)
        self._slow_turn = Turn(options.slow_s)
        self._checks = _checks(options)

    def run(self):
        """Returns when the asked-for count of lines is written, or nobody listens any more."""
        self._greet()
        schedule = Schedule(self._options.interval_s, clock.steady(), self._options.first_pause_s)
        number = 0
        while True:
            self._scrape(number, schedule.slot())
            number += 1
            if number == self._options.count:
                self._channel.drain()
                return
            now = clock.steady()
            if not self._channel.wait(schedule.advance(now) - now):
                return

    def _greet(self):
        reader = self._reader
        mounts = [(found.paths[0], found.source, found.kind) for found in _tell(reader.filesystems) or ()]
        line = hello_line(self._options, _tell(reader.memory_total), _tell(reader.boot_time), mounts)
        if self._options.marker:
            line = MARKER + line
        self._channel.put(line, needed_as="hello")

    def _scrape(self, number, slot):
        reader = self._reader
        groups = [reader.fast]
        top = None
        with_processes = self._processes_turn.comes(slot)
        if with_processes:
            groups.append(reader.processes)
        if self._slow_turn.comes(slot):
            groups.append(reader.slow)
        if self._checks is not None and self._checks.have_come(slot):
            groups.append(self._checks.group)
        m, t = clock.steady(), clock.wall()
        parts = []
        for group in groups:
            values, layout = group.read()
            if layout is not None:
                self._channel.put(layout, needed_as=group.name)
            parts.append((group, values))
        if with_processes:
            top = reader.table.top
        self._channel.put(scrape_line(number, m, t, parts, top))


def _checks(options):
    """What else is asked; None where that is nothing, and then what it takes has not even been sent."""
    if not options.checks:
        return None
    from remote_probe.checks import Checks

    return Checks(options)


def _tell(question):
    """What a reader says to this; None where the host will not tell."""
    try:
        return question()
    except (OSError, ValueError, LookupError):
        return None
