"""Turns a probe's lines into what they mean. A host's words are hostile here until proven otherwise."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from poller.stream.host_clock import HostClock
from poller.stream.layout_choice import SERIES_LIMIT, BadLayoutError, WireLayout, choose_series
from poller.stream.process_list import NAME_LIMIT, BadProcessesError, ProcessList, read_processes
from storage.errors import WatchpostError
from storage.printable import printable
from storage.scrape import Cadence, Scrape, Vector

PROTOCOL_VERSION = 1
LAYOUTS_LIMIT = 64
MOUNTS_LIMIT = 1024
CLOCK_LIMIT_S = 1e10
"""Three hundred years since boot; beyond it a float no longer tells microseconds apart."""
SKEW_LIMIT_S = 10 * 365 * 86_400
"""A clock that is further off tells nothing but that it was never set."""
_INTEGER_LIMIT = 2**63


class BadLineError(WatchpostError):
    """One line that no probe of ours would send. The session may go on: the next one may be good."""

    kind = "bad_line"


@dataclass(frozen=True, slots=True)
class Hello:
    """What a probe says of itself and its host in its first line.

    Attributes:
        reader: "proc" or "psutil".
        interval_s: seconds between scrapes.
        session_at: when the probe started, UTC milliseconds on the poller's clock.
        clock_skew_s: how far the host's wall clock is ahead of the poller's; the way of the line is in it.
        inventory: names and sizes of the host, as the protocol has them; texts are harmless, absent ones None.
    """

    reader: str
    interval_s: float
    session_at: int
    clock_skew_s: float
    inventory: dict[str, Any]


class _Inventory(msgspec.Struct):
    hostname: str | None = None
    system: str | None = None
    release: str | None = None
    distribution: str | None = None
    machine: str | None = None
    cpu_count: int | None = None
    memory_total_bytes: int | None = None
    boot_time_seconds: float | None = None
    python: str | None = None
    mounts: list[tuple[str, str, str]] = []


_NO_TOP = msgspec.Raw(b"null")


class _Line(msgspec.Struct, gc=False):
    """All kinds of lines in one: which one it is shows in the keys that are there.

    Values and series stay text until their number is known to be reasonable: a megabyte of them costs 0.4 s to read.
    Process tables stay text because they are stored as they came.
    """

    n: int | None = None
    m: float | None = None
    t: float | None = None
    fast: tuple[int, msgspec.Raw] | None = None
    processes: tuple[int, msgspec.Raw] | None = None
    slow: tuple[int, msgspec.Raw] | None = None
    checks: tuple[int, msgspec.Raw] | None = None
    top: msgspec.Raw = _NO_TOP
    layout: int | None = None
    group: str | None = None
    series: msgspec.Raw = msgspec.Raw(b"[]")
    watchpost: int | None = None
    reader: str = ""
    interval_s: float = 0.0
    inventory: _Inventory | None = None
    error: str | None = None


_LINE = msgspec.json.Decoder(_Line)
_VALUES = msgspec.json.Decoder(list[float | None])
_SERIES = msgspec.json.Decoder(list[list[str]])
_BRACKETS_LIMIT = 4 * SERIES_LIMIT
_COMMAS_LIMIT = 16 * SERIES_LIMIT
"""Labels may have some of their own."""
_USUAL_VALUE = 24
"""Bytes, comma included."""
_USUAL_LAYOUT = 16 << 10
"""Bytes. A fleet of equal machines names the same series a thousand times; this many need not be understood anew."""


class Decoder:
    """Decodes the lines of one session; remembers its layouts and its clock."""

    def __init__(self, host_id: int) -> None:
        self._host_id = host_id
        self._clock = HostClock()
        self._layouts: dict[int, WireLayout] = {}
        self._session_at: int | None = None
        self._last_m = 0.0

    def decode(self, line: bytes, arrived_at: float) -> Hello | Scrape | None:
        """Decodes one line.

        Args:
            line: without its newline.
            arrived_at: when it came, UTC seconds on the poller's clock.

        Returns:
            The greeting, a scrape, or None for a line that carries nothing to record.

        Raises:
            BadLineError: this line cannot be used; nothing of it has been.
        """
        try:
            wire = _LINE.decode(line)
            return self._understand(wire, arrived_at) if wire.n is None else self._scrape(wire, arrived_at)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadLineError(f"The line is not what a probe sends: {printable(str(error))}") from None

    def _understand(self, wire: _Line, arrived_at: float) -> Hello | None:
        """What is no reading."""
        if wire.layout is not None:
            self._remember(wire)
            return None
        if wire.watchpost is not None:
            return self._hello(wire, arrived_at)
        if wire.error is not None:
            return None
        raise BadLineError("The line says nothing.")

    def _hello(self, wire: _Line, arrived_at: float) -> Hello:
        if wire.watchpost != PROTOCOL_VERSION:
            raise BadLineError(f"The probe speaks version {wire.watchpost} of the protocol.")
        if self._session_at is not None:
            raise BadLineError("The probe greets twice.")
        inventory = _clean_inventory(wire.inventory or _Inventory())
        self._session_at = self._read_at(wire.m, arrived_at)
        skew = 0.0 if wire.t is None else wire.t - arrived_at
        return Hello(printable(wire.reader, 32), wire.interval_s, self._session_at, skew, inventory)

    def _remember(self, wire: _Line) -> None:
        number, group = wire.layout or 0, wire.group
        if number not in self._layouts and len(self._layouts) >= LAYOUTS_LIMIT:
            raise BadLineError(f"More than {LAYOUTS_LIMIT} layouts in one session.")
        cadence = _CADENCES.get(group or "")
        if cadence is None:
            raise BadLineError("The layout is of no known group.")
        text = bytes(wire.series)
        if text.count(b"[") > _BRACKETS_LIMIT or text.count(b",") > _COMMAS_LIMIT:
            raise BadLineError(f"A layout of more than {SERIES_LIMIT} series.")
        choose = _usual_layout if len(text) <= _USUAL_LAYOUT else _layout
        try:
            self._layouts[number] = choose(text, cadence)
        except BadLayoutError as error:
            raise BadLineError(error.message) from None

    def _scrape(self, wire: _Line, arrived_at: float) -> Scrape:
        if self._session_at is None:
            raise BadLineError("A reading came before the greeting.")
        vectors = []
        if wire.fast is not None:
            vectors.append(self._vector(Cadence.FAST, *wire.fast))
        if wire.processes is not None:
            vectors.append(self._vector(Cadence.PROCESSES, *wire.processes))
        if wire.slow is not None:
            vectors.append(slow := self._vector(Cadence.SLOW, *wire.slow))
        if wire.checks is not None:
            vectors.append(self._vector(Cadence.CHECKS, *wire.checks))
        table = _NO_TABLE if wire.top is _NO_TOP else _table(bytes(wire.top))
        # Last of all: a line that cannot be used must not have set the clock.
        ts = self._read_at(wire.m, arrived_at)
        if wire.slow is not None:
            slow.values[-1] = _skew(wire.t, ts)
        rows, text = table
        return Scrape(self._host_id, ts, self._session_at, tuple(vectors), rows, text)

    def _vector(self, cadence: Cadence, number: int, raw: msgspec.Raw) -> Vector:
        wire = self._layouts.get(number)
        if wire is None or wire.cadence is not cadence:
            raise BadLineError(f"There is no layout {number} for these values.")
        text = bytes(raw)
        # So many bytes cannot hold so many values that they need be counted before they are read.
        if len(text) > _USUAL_VALUE * wire.sent + _USUAL_VALUE and text.count(b",") > wire.sent:
            raise BadLineError(f"More values than a layout of {wire.sent} series has.")
        sent = _VALUES.decode(text)
        if len(sent) != wire.sent:
            raise BadLineError(f"{len(sent)} values for a layout of {wire.sent} series.")
        # Where no minus is, nothing is below zero, and a look at the text costs a tenth of one at the numbers.
        return Vector(cadence, wire.layout, _values(sent, wire, may_be_below=b"-" in text))

    def _read_at(self, m: float | None, arrived_at: float) -> int:
        """When it was read, UTC milliseconds; the host's clock may not run backwards."""
        if m is None or not self._last_m <= m < CLOCK_LIMIT_S:
            raise BadLineError("The host's clock is missing, ran backwards or is beyond reason.")
        self._last_m = m
        self._clock.observe(m, arrived_at)
        return self._clock.to_utc_ms(m)


_CADENCES = {"fast": Cadence.FAST, "processes": Cadence.PROCESSES, "slow": Cadence.SLOW, "checks": Cadence.CHECKS}


def _layout(text: bytes, cadence: Cadence) -> WireLayout:
    return choose_series(_SERIES.decode(text), cadence)


_usual_layout = lru_cache(maxsize=512)(_layout)


def _values(sent: list[float | None], wire: WireLayout, *, may_be_below: bool) -> NDArray[np.float64]:
    """What was sent as floats, absent ones NaN, and NaN too for a counter below zero: no counter counts that far.

    In the slow group the last place is the skew's.
    """
    if wire.cadence is Cadence.SLOW:
        sent.append(None)
    values = np.array(sent, dtype=np.float64)
    if wire.kept is not None:
        values = values[wire.kept]
    if may_be_below:
        values[(values < 0) & wire.counters] = np.nan
    return values


def _table(text: bytes) -> ProcessList:
    if text == b"null":
        return _NO_TABLE
    try:
        return read_processes(text)
    except BadProcessesError as error:
        raise BadLineError(error.message) from None


_NO_TABLE = ProcessList(None, None)


def _skew(t: float | None, ts: int) -> float:
    """How far the host's wall clock is ahead of the time at which it was read on ours, in seconds; NaN if absurd."""
    skew = math.nan if t is None else t - ts / 1000
    return skew if abs(skew) <= SKEW_LIMIT_S else math.nan


def _clean_inventory(inventory: _Inventory) -> dict[str, Any]:
    cleaned: dict[str, Any] = {name: _clean_fact(value) for name, value in msgspec.structs.asdict(inventory).items()}
    mounts = inventory.mounts[:MOUNTS_LIMIT]
    cleaned["mounts"] = [[printable(part, NAME_LIMIT) for part in mount] for mount in mounts]
    return cleaned


def _clean_fact(value: object) -> str | float | None:
    if isinstance(value, str):
        return printable(value, NAME_LIMIT)
    # Whoever divides by it or makes a date of it is not to be surprised.
    return value if isinstance(value, int | float) and 0 <= value < _INTEGER_LIMIT else None
