"""Hosts whose readings have the same shape: their readings are held against limits all at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from alerts.evaluation.absences import Absences
from alerts.evaluation.book import AlertBook
from alerts.evaluation.limits import Limits
from alerts.evaluation.live_signal import Terms
from alerts.evaluation.program import Floats, Program, Shape
from alerts.evaluation.windows import NO_PLACE, Moments, Places, Windows
from storage.alerting.alert_change import AlertChange
from storage.series import Layout

TOGETHER = 48
"""So many readings are looked at without waiting for more: one costs little more than its numbers then."""
PATIENCE = 3
"""Turns for which fewer wait at most."""


@dataclass(slots=True, eq=False)
class Source:
    """What a host tells of at one rhythm.

    Attributes:
        host_id: whose.
        terms: what is looked at there.
        layout: of its last reading, as it came.
        program: what is made of it; None where nothing in it is looked at.
        limits: that hold there; None until they are needed.
        group: of those that are alike; None as the program.
        row: in the memory of the group; -1 where that needs none.
        places: of what is looked back at; None where nothing is.
        values: of the last reading that say something, in the order of the program.
        ts: when that was read, UTC milliseconds.
        session_at: when its session began.
        pace: seconds between two readings, and between two answers to checks.
        longest_gap_ms: to another one that goes on from there.
        is_waiting: whether a reading has not been looked at yet.
    """

    host_id: int
    terms: Terms
    layout: Layout | None = None
    program: Program | None = None
    limits: Limits | None = None
    group: "Group | None" = None
    row: int = -1
    places: Places | None = None
    values: Floats | None = None
    ts: int = 0
    session_at: int = 0
    pace: tuple[float, float] = (0.0, 0.0)
    longest_gap_ms: int = 0
    is_waiting: bool = False


@dataclass(slots=True, eq=False)
class Reading:
    """One that waits to be looked at, after the one before it; the same one twice and NaN where nothing went before."""

    source: Source
    program: Program
    limits: Limits
    ts: int
    elapsed_s: float
    before: Floats
    after: Floats


class Group:
    """All sources of one shape.

    Attributes:
        waiting: readings that have not been looked at yet, of each source at most one.
        absences: when what is looked for was seen last; None where nothing is.
    """

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.waiting: list[Reading] = []
        missed = shape.cells[shape.windows : shape.windows + shape.absences]
        self.absences = Absences(missed) if missed else None
        self._free: list[int] = []
        self._rows = 0
        self._sources = 0
        self._turns = 0

    @property
    def is_empty(self) -> bool:
        """Whether no source has this shape any more."""
        return not self._sources

    def join(self, source: Source) -> None:
        """Gives a source its place in what is remembered."""
        source.group = self
        self._sources += 1
        if self.absences is None:
            return
        if not self._free:
            self._free.append(self._rows)
            self._rows += 1
        source.row = self._free.pop()
        self.absences.begin(source.row, source)

    def leave(self, source: Source) -> None:
        """Forgets what is remembered of a source."""
        self._sources -= 1
        if self.absences is not None:
            self._free.append(source.row)
            self.absences.end(source.row)
        self.waiting = [reading for reading in self.waiting if reading.source is not source]
        source.group, source.row, source.is_waiting = None, -1, False

    def is_due(self) -> bool:
        """Whether what waits is to be looked at now; to be asked once a turn."""
        self._turns += 1
        return self._turns >= PATIENCE or len(self.waiting) >= TOGETHER

    def begin(self) -> "Work":
        """Works out what waits, but for what has to be looked back at."""
        readings, self.waiting, self._turns = self.waiting, [], 0
        count = len(readings)
        for reading in readings:
            reading.source.is_waiting = False
        ts = np.array([reading.ts for reading in readings], dtype=np.int64)
        values = self.shape.values(
            ts,
            np.array([reading.elapsed_s for reading in readings]),
            np.concatenate([reading.before for reading in readings]).reshape(count, -1),
            np.concatenate([reading.after for reading in readings]).reshape(count, -1),
        )
        if self.absences is not None:
            rows = np.array([reading.source.row for reading in readings], dtype=np.intp)
            missed = slice(self.shape.windows, self.shape.windows + self.shape.absences)
            values[missed] = self.absences.take(rows, ts, values[missed])
        return Work(self.shape, readings, ts, values)


@dataclass(slots=True, eq=False)
class Work:
    """Readings of one shape that are being looked at, and their values, shape (C, N)."""

    shape: Shape
    readings: list[Reading]
    ts: Moments
    values: Floats

    def judge(self, book: AlertBook) -> list[AlertChange]:
        """Holds the values against what holds where they came from."""
        values, readings = self.shape.scaled(self.values), self.readings
        high, low, exact = _stacked(readings)
        hits = (values > high) | (values < low)
        if exact is not None:
            hits |= values == exact
        found = frozenset(np.flatnonzero(hits.any(axis=0)).tolist())
        busy = book.busy_hosts
        changes: list[AlertChange] = []
        for place, reading in enumerate(readings):
            if place in found or reading.source.host_id in busy:
                cells = {*np.flatnonzero(hits[:, place]).tolist(), *_going_on(reading, book)}
                changes += _look_closer(reading, cells, values[:, place], book)
        return changes


def look_back(works: Sequence[Work], windows: Windows) -> None:
    """Puts in place of values what the windows are with them, of all works together."""
    looking = [work for work in works if work.shape.windows]
    if not looking:
        return
    parts = [work.values[: work.shape.windows].T.ravel() for work in looking]
    ts = np.concatenate([work.ts.repeat(work.shape.windows) for work in looking])
    sources = [reading.source for work in looking for reading in work.readings]
    places = np.concatenate([source.places for source in sources if source.places is not None])
    gaps = np.concatenate(
        [
            np.array([reading.source.longest_gap_ms for reading in work.readings], dtype=np.int64).repeat(
                work.shape.windows
            )
            for work in looking
        ]
    )
    values = np.concatenate(parts)
    found = np.full(len(values), np.nan)
    has_place = np.flatnonzero(places != NO_PLACE)
    found[has_place] = windows.take(places[has_place], ts[has_place], gaps[has_place], values[has_place])
    first = 0
    for work, part in zip(looking, parts, strict=True):
        its = found[first : first + len(part)]
        work.values[: work.shape.windows] = its.reshape(-1, work.shape.windows).T
        first += len(part)


def _stacked(readings: list[Reading]) -> tuple[Floats, Floats, Floats | None]:
    """The limits of all readings, of shape (C, 1) where they are the same for all, else (C, N)."""
    spans = readings[0].limits.spans
    # Of a shape all are of one length, and those that are equal the same object.
    if all(reading.limits.spans is spans for reading in readings):
        exact = None if spans.exact is None else spans.exact[:, np.newaxis]
        return spans.high[:, np.newaxis], spans.low[:, np.newaxis], exact
    every, count = [reading.limits.spans for reading in readings], len(readings)
    exacts = None
    if any(its.exact is not None for its in every):
        none = np.full(len(spans.high), np.nan)
        exacts = np.concatenate([none if its.exact is None else its.exact for its in every]).reshape(count, -1).T
    # A third of the time of stacking arrays one by one.
    both = np.concatenate([its.both for its in every]).reshape(count, 2, -1)
    return both[:, 0].T, both[:, 1].T, exacts


def _going_on(reading: Reading, book: AlertBook) -> set[int]:
    """The cells of which something is pending or fires already."""
    by_rule, places = reading.source.terms.by_rule, reading.program.places
    cells = set()
    for key in book.entries(reading.source.host_id):
        known = by_rule.get((key.rule_id, key.owner))
        place = None if known is None else places.get((known[1], key.series))
        if place is not None:
            cells.add(place)
    return cells


def _look_closer(reading: Reading, cells: Collection[int], values: Floats, book: AlertBook) -> list[AlertChange]:
    source, program = reading.source, reading.program
    changes = []
    for cell in sorted(cells):
        value = float(values[cell])
        for applied in reading.limits.rules[cell]:
            change = book.take(
                applied,
                source.host_id,
                program.texts[cell],
                value,
                reading.ts,
                longest_gap_ms=source.longest_gap_ms,
                labels=program.keys[cell].labels,
            )
            if change is not None:
                changes.append(change)
    return changes
