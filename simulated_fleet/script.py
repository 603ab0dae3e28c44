"""Scenarios out of a file that a person wrote. Pure.

    [[scenario]]
    kind = "disk_filling"
    hosts = ["db-eu-01", "file-*"]
    after = "10m"
    for = "2h"
    strength = 0.8

`after` counts from the fleet's start; `at` gives a moment instead, with its offset from UTC. `strength` is 1 where it
is left out. A host is named as it is, or by a pattern with `*` and `?`.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from simulated_fleet.machine import Machine
from simulated_fleet.scenario import Scenario, ScenarioKind
from storage.errors import InvalidInputError
from storage.printable import printable

_HEADER = re.compile(r"\s*\[\[\s*scenario\s*\]\]")
_SPAN = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(ms|s|m|h|d)", re.ASCII)
_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_FIELDS = frozenset({"kind", "hosts", "after", "at", "for", "strength"})
_SCENARIOS_LIMIT = 10_000
_CHARACTERS_LIMIT = 4 * 2**20


def read_script(text: str, machines: Sequence[Machine], start_ms: int) -> list[Scenario]:
    """The scenarios of a script, in order of their start.

    Args:
        text: of the file, TOML.
        machines: which may be named.
        start_ms: when the fleet starts, UTC milliseconds.

    Raises:
        InvalidInputError: it cannot be understood; the message names the line and the field.
    """
    if len(text) > _CHARACTERS_LIMIT:
        raise InvalidInputError("The script is larger than 4 MiB.", hint="Is it the right file?")
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInputError(f"The script is no TOML: {_with_line(error, text)}.", hint=_HINT) from None
    for name in document:
        if name != "scenario":
            raise InvalidInputError(f"The script has “{printable(name, 40)}”, which nothing is called.", hint=_HINT)
    tables = document.get("scenario", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InvalidInputError("“scenario” is no list of tables.", hint=_HINT)
    if len(tables) > _SCENARIOS_LIMIT:
        raise InvalidInputError(
            f"The script has {len(tables)} scenarios; {_SCENARIOS_LIMIT} are taken at most.",
            hint="One scenario may name many hosts.",
        )
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if _HEADER.match(line)]
    # Tables may also be written inline, on lines of no such shape.
    places = lines if len(lines) == len(tables) else [0] * len(tables)
    found = [
        _Table(table, number, place, machines).scenario(start_ms)
        for number, (table, place) in enumerate(zip(tables, places, strict=True), start=1)
    ]
    return sorted(found, key=lambda scenario: scenario.start_ms)


_HINT = (
    'Write it as: [[scenario]] kind = "host_down", hosts = ["web-*"], after = "5m", for = "10m", each on its own line.'
)


class _Table:
    """One [[scenario]], with its number and its line (0 where that is not known)."""

    def __init__(self, table: dict[str, Any], number: int, line: int, machines: Sequence[Machine]) -> None:
        self._table = table
        self._where = f"Scenario {number}" + (f" (line {line})" if line else "")
        self._machines = machines

    def scenario(self, start_ms: int) -> Scenario:
        for name in self._table:
            if name not in _FIELDS:
                raise self._error(
                    printable(name, 40), "is no field of a scenario", hint=f"There are: {_listed(_FIELDS)}."
                )
        kind = self._kind()
        start = self._start(start_ms)
        return Scenario(kind, self._hosts(kind), start, start + self._span_ms("for", least_ms=1), self._strength())

    def _kind(self) -> ScenarioKind:
        value = self._table.get("kind")
        if value not in list(ScenarioKind):
            words = "is missing" if value is None else f"is {_shown(value)}, which is none"
            raise self._error("kind", words, hint=f"There are: {_listed(ScenarioKind)}.")
        return ScenarioKind(value)

    def _hosts(self, kind: ScenarioKind) -> tuple[int, ...]:
        value = self._table.get("hosts")
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            raise self._error("hosts", "names no hosts", hint='Give names or patterns, as in hosts = ["web-*"].')
        found: dict[int, None] = {}
        for name in names:
            matching = [machine.index for machine in self._machines if fnmatchcase(machine.name, name)]
            if not matching:
                raise self._error(
                    "hosts",
                    f"names “{printable(name, 80)}”, which no machine of this fleet is called",
                    hint=f"The first ones are: {_listed(machine.name for machine in self._machines[:4])}.",
                )
            found.update(dict.fromkeys(matching))
        if kind is ScenarioKind.JUMP_HOST_DOWN:
            self._check_jumps(found)
        return tuple(found)

    def _check_jumps(self, hosts: dict[int, None]) -> None:
        jumps = {machine.behind for machine in self._machines}
        for machine in self._machines:
            if machine.index in hosts and machine.index not in jumps:
                raise self._error(
                    "hosts",
                    f"names {machine.name}, which no machine is behind",
                    hint="Take a jump host, such as jump-*.",
                )

    def _start(self, start_ms: int) -> int:
        if "at" not in self._table:
            return start_ms + self._span_ms("after", least_ms=0)
        value = self._table["at"]
        if "after" in self._table:
            raise self._error("at", "is there beside “after”", hint="Give one of them.")
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self._error(
                "at",
                f"is {_shown(value)}, which is no moment",
                hint="Give one with its offset, as in at = 2026-03-01T14:00:00Z.",
            )
        return round(value.timestamp() * 1000)

    def _span_ms(self, field: str, least_ms: int) -> int:
        value = self._table.get(field)
        match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
        span = round(float(match[1]) * _UNITS_MS[match[2]]) if match else -1
        if isinstance(value, int) and value == 0:
            span = 0
        if span < least_ms:
            raise self._error(
                field,
                "is missing" if value is None else f"is {_shown(value)}, which is no span of time",
                hint=f'Give one as in {field} = "10m".',
            )
        return span

    def _strength(self) -> float:
        value = self._table.get("strength", 1.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise self._error("strength", f"is {_shown(value)}", hint="Give a number above 0 and up to 1.")
        return float(value)

    def _error(self, field: str, words: str, *, hint: str) -> InvalidInputError:
        return InvalidInputError(f"{self._where}: “{field}” {words}.", hint=hint)


def _with_line(error: Exception, text: str) -> str:
    """What tomllib complains of; where it only says that something never ended, the line on which that was seen."""
    last = f"at the end, line {max(1, len(text.splitlines()))}"
    return printable(str(error), 200).replace("at end of document", last)


def _shown(value: object) -> str:
    return f"“{printable(str(value), 60)}”"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(map(str, names)))
