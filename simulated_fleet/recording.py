"""A real host that was recorded, played as one of the fleet: round and round, while its counters go on. Pure.

A recording is a text file. Each line is a JSON array: when a line of a probe came (UTC seconds), and that line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from simulated_fleet.rhythm import Array
from storage.catalogue import CATALOGUE, Kind
from storage.errors import InvalidInputError

SINCE_S = 1_577_836_800.0
"""2020 began. Turns are counted from then, so that a fleet that starts anew goes on where it was."""
_GROUPS = ("fast", "processes", "slow")
_FEWEST = 3
SIZE_LIMIT = 256 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """One group: (readings, series) values at ascending times within the turn, and what a whole turn adds to each."""

    number: int
    layout: bytes
    at_s: Array
    values: Array
    is_counter: Array
    adds: Array

    def value_at(self, turn: int, within_s: float) -> list[float]:
        after = int(np.searchsorted(self.at_s, within_s, side="right"))
        before = max(0, after - 1)
        row = self.values[before].copy()
        # Between two readings counters have come part of the way, and after the last one on the way to the next turn.
        follows = self.values[after] if after < len(self.at_s) else self.values[0] + self.adds
        ends_s = self.at_s[after] if after < len(self.at_s) else None
        if ends_s is not None and ends_s > self.at_s[before]:
            way = max(0.0, (within_s - self.at_s[before]) / (ends_s - self.at_s[before]))
            row = np.where(self.is_counter, row + (follows - row) * way, row)
        row = np.where(self.is_counter, row + turn * self.adds, row)
        found: list[float] = np.round(row, 3).tolist()
        return found


class Recording:
    """A recorded host; its numbers are a function of the moment."""

    def __init__(
        self, hello: dict[str, Any], tracks: dict[str, _Track], tops: Sequence[tuple[float, bytes]], turn_s: float
    ) -> None:
        self._hello = hello
        self._tracks = tracks
        self._tops = tops
        self._top_at = np.array([at_s for at_s, _ in tops])
        self.turn_s = turn_s

    @staticmethod
    def steady_s(t_s: float) -> float:
        """What its steady clock says at a moment, UTC seconds."""
        return t_s - SINCE_S

    def hello(self, m_s: float, wall_s: float, interval_s: float) -> bytes:
        """The first line."""
        return msgspec.json.encode({**self._hello, "interval_s": interval_s, "m": round(m_s, 3), "t": round(wall_s, 3)})

    def layouts(self) -> list[bytes]:
        """The lines that name what is sent."""
        return [track.layout for track in self._tracks.values()]

    def scrape(self, n: int, m_s: float, wall_s: float, wants_processes: bool, wants_slow: bool) -> bytes:
        """A line."""
        turns, within_s = divmod(m_s, self.turn_s)
        parts = [b'{"n":%d,"m":%.3f,"t":%.3f' % (n, m_s, wall_s)]
        for group, is_wanted in (("fast", True), ("processes", wants_processes), ("slow", wants_slow)):
            track = self._tracks.get(group)
            if track and is_wanted:
                values = msgspec.json.encode(track.value_at(int(turns), within_s))
                parts.append(b',"%b":[%d,%b]' % (group.encode(), track.number, values))
        if wants_processes and self._tops:
            place = max(0, int(np.searchsorted(self._top_at, within_s, side="right")) - 1)
            parts.append(b',"top":' + self._tops[place][1])
        return b"".join(parts) + b"}"


class _Line(msgspec.Struct):
    watchpost: int | None = None
    n: int | None = None
    m: float = 0.0
    layout: int | None = None
    group: str = ""
    series: list[list[str]] = []
    fast: tuple[int, list[float | None]] | None = None
    processes: tuple[int, list[float | None]] | None = None
    slow: tuple[int, list[float | None]] | None = None
    top: msgspec.Raw = msgspec.Raw(b"")


def read_recording(content: bytes) -> Recording:
    """Reads a recording.

    Where the host's series changed on the way, only what came before that is played.

    Raises:
        InvalidInputError: it is none, or it is too short.
    """
    if len(content) > SIZE_LIMIT:
        raise InvalidInputError("The recording is larger than 256 MiB.", hint="Record for a shorter time.")
    reader = _Reader()
    for number, text in enumerate(content.splitlines(), start=1):
        try:
            _, raw = msgspec.json.decode(text, type=tuple[float, msgspec.Raw])
            if not reader.take(bytes(raw)):
                break
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
            raise InvalidInputError(
                f"Line {number} of the recording is not a time and a line of a probe.",
                hint="Make one with: python -m simulated_fleet.record FILE",
            ) from None
    return reader.finish()


_Row = tuple[float, list[float | None]]


class _Reader:
    def __init__(self) -> None:
        self._hello: dict[str, Any] | None = None
        self._layouts: dict[str, tuple[int, list[list[str]]]] = {}
        self._rows: dict[str, list[_Row]] = {group: [] for group in _GROUPS}
        self._tops: list[tuple[float, bytes]] = []

    def take(self, raw: bytes) -> bool:
        """Whether what follows can be used too. Raises ValueError or MsgspecError for a bad line."""
        line = msgspec.json.decode(raw, type=_Line)
        if line.watchpost is not None:
            self._hello = msgspec.json.decode(raw, type=dict[str, Any])
        elif line.layout is not None:
            return self._learn(line)
        elif line.n is not None:
            self._keep(line)
        return True

    def _learn(self, line: _Line) -> bool:
        if line.group not in _GROUPS:
            return True
        if not all(row and row[0] in CATALOGUE for row in line.series):
            raise ValueError("a series that is none")
        if line.group in self._layouts:
            return False
        self._layouts[line.group] = (line.layout or 0, line.series)
        return True

    def _keep(self, line: _Line) -> None:
        for group in _GROUPS:
            part = getattr(line, group)
            if part is not None:
                number, series = self._layouts.get(group, (None, []))
                if number != part[0] or len(part[1]) != len(series):
                    raise ValueError("values without a layout")
                self._rows[group].append((line.m, part[1]))
        if top := bytes(line.top):
            self._tops.append((line.m, top))

    def finish(self) -> Recording:
        fast = self._rows["fast"]
        if self._hello is None or len(fast) < _FEWEST or fast[-1][0] <= fast[0][0]:
            raise InvalidInputError(
                f"The recording has no greeting or fewer than {_FEWEST} readings.", hint="Record for a minute or more."
            )
        start_s, end_s = fast[0][0], fast[-1][0]
        # The way from the last reading to the first one of the next turn is as long as one between two others.
        turn_s = (end_s - start_s) * len(fast) / (len(fast) - 1)
        tracks = {
            group: _track(self._layouts[group], group, rows, start_s, turn_s)
            for group, rows in self._rows.items()
            if rows
        }
        return Recording(self._hello, tracks, [(m - start_s, top) for m, top in self._tops], turn_s)


def _track(learned: tuple[int, list[list[str]]], group: str, rows: list[_Row], start_s: float, turn_s: float) -> _Track:
    number, series = learned
    at_s = np.array([m for m, _ in rows]) - start_s
    values = np.array([values for _, values in rows], dtype=np.float64)
    is_counter = np.array([CATALOGUE[row[0]].kind is Kind.COUNTER for row in series])
    # A counter that ran back was reset on the way; it is as if it had stood still.
    values[:, is_counter] = np.maximum.accumulate(values[:, is_counter], axis=0)
    span_s = max(float(at_s[-1] - at_s[0]), 1e-9)
    adds = np.where(is_counter, (values[-1] - values[0]) * (turn_s / span_s if len(rows) > 1 else 0.0), 0.0)
    layout = msgspec.json.encode({"layout": number, "group": group, "series": series})
    return _Track(number, layout, at_s, values, is_counter, adds)
