"""All readings of a host and cadence over a span, sealed or not, and the minutes they make."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, bindparam, select

from storage.chunks.chunk_rows import Chunk, read_chunks
from storage.chunks.frame import DamagedChunkError
from storage.chunks.frame_columns import Together
from storage.chunks.raw_chunk import RawReadings, decode_raw, decode_raw_many, merge_raw
from storage.chunks.rollup_chunk import RolledUp
from storage.reading.plain_query import PlainQuery
from storage.schema import head
from storage.scrape import Cadence
from storage.sealing.buckets import one_after_another, roll_up
from storage.sealing.head_readings import head_readings
from storage.sealing.merging import joined, union_of
from storage.sealing.readable_layouts import readable_layouts
from storage.series import Layout
from storage.tier import BUCKET_MS, Tier

_CELLS_AT_ONCE = 1 << 17
"""Values that are rolled up at once: about what the caches of a CPU hold, and too many to mind what a call costs."""
_MINUTE_MS = BUCKET_MS[Tier.M1]
_FRESH = PlainQuery(
    select(head.c.ts, head.c.session_at, head.c.layout_id, head.c.vector).where(
        head.c.host_id == bindparam("host_id"),
        head.c.cadence == bindparam("cadence"),
        head.c.ts >= bindparam("since"),
        head.c.ts < bindparam("until"),
    )
)


class SealedPart(NamedTuple):
    """Readings of chunks that follow each other and have the same layout.

    Attributes:
        start: of the window of the first, UTC milliseconds.
        chunks: how many there are.
        readings: of all of them.
    """

    start: int
    chunks: int
    readings: RawReadings


@dataclass(frozen=True, slots=True, eq=False)
class RawSpan:
    """Readings of a span, and some before it for the rates of the first ones.

    Attributes:
        since: where it starts, UTC milliseconds.
        gap_s: the longest span that gives a rate.
        sealed: oldest first.
        fresh: what lies in `head`, if anything.
    """

    since: int
    gap_s: float
    sealed: Sequence[SealedPart]
    fresh: RawReadings | None

    @property
    def inside(self) -> Sequence[SealedPart]:
        """What was sealed of the span itself."""
        return [part for part in self.sealed if part.start >= self.since]

    def minutes(self) -> RolledUp:
        """Buckets of a minute, computed a part at a time, so that a block of any size takes little memory."""
        found: list[RolledUp] = []
        gap_ms = int(self.gap_s * 1000)
        before: RawReadings | None = None
        for start, readings in self._parts():
            if readings.ts[-1] >= self.since:
                led = readings if before is None else _after(before, readings)
                found += [
                    roll_up(_between(led, cut - gap_ms, end), max(self.since, cut), self.gap_s)
                    for cut, end in _cuts(led, start)
                    if end > self.since
                ]
                readings = led  # noqa: PLW2901
            before = _between(readings, int(readings.ts[-1]) - gap_ms, None)
        return one_after_another(found)

    def _parts(self) -> Iterator[tuple[int, RawReadings]]:
        """From when on each is, and its readings; each starts with a window, so that no minute is in two."""
        starts = [part.start for part in self.sealed]
        if self.fresh is None:
            yield from zip(starts, (part.readings for part in self.sealed), strict=True)
            return
        if not starts or int(self.fresh.ts[0]) < starts[0]:
            yield from _some(self.since, _between(self.fresh, None, starts[0] if starts else None))
        for part, end in zip(self.sealed, [*starts[1:], None], strict=True):
            late = _between(self.fresh, part.start, end)
            yield part.start, merge_raw(part.readings, late) if len(late.ts) else part.readings


class RawReader:
    """Reads spans of one host and cadence.

    Attributes:
        damaged: how many chunks could not be read.
    """

    def __init__(self, connection: Connection, host_id: int, cadence: Cadence, gap_s: float) -> None:
        self._connection = connection
        self._host_id = host_id
        self._cadence = cadence
        self._gap_s = gap_s
        self.damaged = 0

    def read(self, since: int, until: int) -> RawSpan:
        """All readings from `since` up to before `until`, UTC milliseconds."""
        reach = since - int(self._gap_s * 1000)
        there = read_chunks(self._connection, self._host_id, self._cadence, Tier.RAW, reach, until)
        layouts = readable_layouts(self._connection, {chunk.layout_id for chunk in there})
        known = [chunk for chunk in there if chunk.layout_id in layouts]
        self.damaged += len(there) - len(known)
        runs = [list(run) for _, run in groupby(known, lambda chunk: (chunk.layout_id, chunk.key.start_ts < since))]
        sealed = []
        for part in self._decoded(runs, layouts):
            readings = part.readings if part.start >= since else _between(part.readings, reach, None)
            sealed.append(part._replace(readings=readings))
        return RawSpan(since, self._gap_s, sealed, self._fresh(reach, until))

    def _decoded(self, runs: Sequence[Sequence[Chunk]], layouts: Mapping[int, Layout]) -> Sequence[SealedPart]:
        mine = [layouts[run[0].layout_id] for run in runs]
        wanted = [
            Together([chunk.frame for chunk in run], [range(len(layout.series))] * len(run))
            for run, layout in zip(runs, mine, strict=True)
        ]
        try:
            found = decode_raw_many(wanted)
        except DamagedChunkError:
            return [part for run, layout in zip(runs, mine, strict=True) for part in self._one_by_one(run, layout)]
        return [
            SealedPart(run[0].key.start_ts, len(run), RawReadings(each.ts, each.session_at, layout, each.values))
            for run, layout, each in zip(runs, mine, found, strict=True)
            if len(each.ts)
        ]

    def _one_by_one(self, run: Sequence[Chunk], layout: Layout) -> Iterator[SealedPart]:
        for chunk in run:
            try:
                readings = decode_raw(chunk.frame, layout)
            except ValueError:
                self.damaged += 1
                continue
            if len(readings.ts):
                yield SealedPart(chunk.key.start_ts, 1, readings)

    def _fresh(self, since: int, until: int) -> RawReadings | None:
        asked = {"host_id": self._host_id, "cadence": int(self._cadence), "since": since, "until": until}
        rows = _FRESH.run(self._connection, (), asked).fetchall()
        return head_readings(self._connection, rows).readings if rows else None


def _some(start: int, readings: RawReadings) -> Iterator[tuple[int, RawReadings]]:
    if len(readings.ts):
        yield start, readings


def _cuts(readings: RawReadings, start: int) -> Iterator[tuple[int, int]]:
    """Spans of whole minutes that hold about as many values as are rolled up at once; the first from `start` on."""
    rows = max(1, _CELLS_AT_ONCE // max(1, readings.values.shape[1]))
    edges = np.unique(readings.ts[rows::rows] // _MINUTE_MS * _MINUTE_MS).tolist()
    inner = [edge for edge in edges if edge > start]
    return pairwise([start, *inner, int(readings.ts[-1]) + 1])


def _after(before: RawReadings, readings: RawReadings) -> RawReadings:
    if not len(before.ts) or int(before.ts[-1]) >= int(readings.ts[0]):
        return merge_raw(before, readings)
    return joined((before, readings), union_of((before, readings)))


def _between(readings: RawReadings, since: int | None, until: int | None) -> RawReadings:
    first = 0 if since is None else int(np.searchsorted(readings.ts, since))
    last = len(readings.ts) if until is None else int(np.searchsorted(readings.ts, until))
    rows = slice(first, last)
    return RawReadings(readings.ts[rows], readings.session_at[rows], readings.layout, readings.values[rows])
