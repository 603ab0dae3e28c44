"""What a person wants to know besides: units, addresses that the host can reach, and numbers of their own."""

import time

from remote_probe import program, series
from remote_probe.check_connect import check_tcp, left
from remote_probe.check_crew import FAILED, NOT_ASKED, Crew
from remote_probe.check_http import ask, check_http, prepare
from remote_probe.check_numbers import read_samples
from remote_probe.check_series import KeptSeries, Room
from remote_probe.check_units import check_units
from remote_probe.group import Group
from remote_probe.schedule import Turn

_DEADLINE_S = 10.0
# A thousand lines of 255 characters.
_COMMAND_LIMIT = 262144
# A probe that was killed itself kills nothing any more: then the command's process group does it, a little later.
_GUARDED = '{ sleep "$2"; kill -9 -$$; } </dev/null >/dev/null 2>&1 & exec /bin/sh -c "$1"'
_METRICS_LIMIT = 4 * 1024 * 1024


class Checks:
    """Asks all checks in the background whenever their turn has come; the answers go with the line after they came.

    Attributes:
        group: to be read when `have_come` says so.
    """

    def __init__(self, options):
        self._turn = Turn(options.checks_s)
        self._questions = _questions(options.checks[: series.CHECKS_LIMIT])
        deadline_s = min(_DEADLINE_S, options.checks_s)
        self._crew = Crew([question.ask for question in self._questions], deadline_s, options.checks_s)
        self._room = Room()
        self.group = Group("checks", 3, self._questions)

    def have_come(self, slot):
        """To be called at every beat: whether the answers of a round are there. Begins a new one when it is due."""
        answers = self._crew.answers()
        if answers is not None:
            self._room.next_round()
            for question, answer in zip(self._questions, answers):
                question.take(answer, self._room)
        if self._turn.comes(slot):
            self._crew.start()
        return answers is not None


def _questions(checks):
    units = [target for _, kind, target in checks if kind == "unit"]
    questions = [_Units(units)] if units else []  # type: list[object]
    for name, kind, target in checks:
        if kind == "tcp":
            questions.append(_Address(series.tcp_check(name), check_tcp, target))
        elif kind == "http":
            questions.append(_Address(series.http_check(name), check_http, target))
        elif kind == "command":
            questions.append(_Numbers(name, read_command, target))
        elif kind == "prometheus":
            questions.append(_Numbers(name, read_endpoint, target))
    return questions


class _Units:
    """All units in one question."""

    def __init__(self, units):
        self._units = list(dict.fromkeys(units))
        self.series = tuple(flat for unit in self._units for flat in series.unit_up(unit))
        self._values = []  # type: list[int | None]

    def ask(self, until):
        return check_units(self._units, until)

    def take(self, answer, _room):
        self._values = answer or []

    def read(self):
        return self._values


class _Address:
    """A check of one address: whether it is up, and how long it took."""

    def __init__(self, its_series, check, target):
        self.series = its_series
        self._check = check
        self._target = target
        self._values = []  # type: list[int | float | None]

    def ask(self, until):
        return self._check(self._target, until)

    def take(self, answer, _room):
        if answer is NOT_ASKED or answer is FAILED:
            up = None if answer is NOT_ASKED else 0
            answer = (up,) + (None,) * (len(self.series) - 1)
        self._values = list(answer)

    def read(self):
        return self._values


class _Numbers:
    """A check that brings numbers."""

    def __init__(self, name, read, target):
        self._own = series.tcp_check(name)
        self._kept = KeptSeries(name)
        self.series = self._own
        self._read = read
        self._target = target
        self._values = []  # type: list[int | float | None]

    def ask(self, until):
        try:
            return self._read(self._target, until)
        except (OSError, ValueError):
            return FAILED

    def take(self, answer, room):
        up = None if answer is NOT_ASKED else int(answer is not FAILED)
        seconds, samples = answer or (None, [])
        self._values = [up, seconds, *self._kept.take(samples, room)]
        self.series = self._own + self._kept.series

    def read(self):
        return self._values


def read_command(command, until):
    """How long a command took, and what it printed. Raises OSError, ValueError where it failed or printed too much."""
    began_at = time.monotonic()
    deadline_s = left(until)
    arguments = ["/bin/sh", "-c", _GUARDED, "watchpost-check", command, str(int(deadline_s) + 1)]
    status, output = program.run(arguments, deadline_s, _COMMAND_LIMIT)
    if status != 0:
        raise ValueError("status " + str(status))
    return time.monotonic() - began_at, read_samples(output, series.CUSTOM_LIMIT)


def read_endpoint(url, until):
    """How soon an endpoint answered, and what it exposes, 4 MiB of it at the most. Raises OSError, ValueError."""
    prepare(url)
    began_at = time.monotonic()
    answer = ask(url, until, _METRICS_LIMIT)
    if not 200 <= answer.status < 300:
        raise ValueError("status " + str(answer.status))
    samples = read_samples(answer.body, series.CUSTOM_LIMIT, len(answer.body) >= _METRICS_LIMIT)
    return answer.headers_at - began_at, samples
