"""What a span comes to in every tier, as chunks: its minutes, and the longer buckets that follow from them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from storage.chunks.chunk_rows import Chunk, ChunkKey, read_chunks
from storage.chunks.rollup_chunk import RolledUp, decode_rolled, encode_rolled
from storage.scrape import Cadence
from storage.sealing.buckets import longer, merged, one_after_another, rounded, within
from storage.sealing.readable_layouts import readable_layouts
from storage.series import Layout
from storage.tier import BUCKET_MS, Tier, window_ms, window_start

DAY_MS = BUCKET_MS[Tier.D1]


class Span(NamedTuple):
    """Blocks that follow each other: of a host and cadence, from `start` up to before `end`, UTC milliseconds."""

    host_id: int
    cadence: Cadence
    start: int
    end: int

    @property
    def days(self) -> tuple[int, int]:
        """Where the first day begins that it is in, and where the last one ends, in UTC."""
        return self.start // DAY_MS * DAY_MS, -(-self.end // DAY_MS) * DAY_MS


class TierChunks:
    """Chunks of a span with what is stored beside it in their windows.

    Attributes:
        lost: chunks of buckets that could not be read; what is known of the span takes their place.
    """

    def __init__(self, connection: Connection, span: Span) -> None:
        """Takes a connection for reading and the span."""
        self._connection = connection
        self._span = span
        self.lost: list[Chunk] = []

    def of_minutes(
        self, minutes: RolledUp, tiers: Sequence[Tier], minutes_of: Callable[[int, int], RolledUp]
    ) -> list[tuple[Chunk, Layout]]:
        """The chunks of every tier, each with its layout, whose id is still to be looked up.

        Args:
            minutes: of the span.
            tiers: those that are kept, finest first, without raw.
            minutes_of: gives the minutes of another span, where no tier is kept from which they could be read.
        """
        found: dict[Tier, RolledUp] = {}
        if len(minutes.ts):
            for tier in tiers:
                if tier is Tier.D1:
                    fresh = longer(self._days(found, minutes_of), tier)
                else:
                    fresh = rounded(minutes if tier is Tier.M1 else longer(minutes, tier))
                found[tier] = merged(self._stored(tier), fresh)
        return [chunk for tier, buckets in found.items() for chunk in self._chunks(tier, buckets)]

    def _days(self, found: dict[Tier, RolledUp], minutes_of: Callable[[int, int], RolledUp]) -> RolledUp:
        """All there is of the days, in the coarsest buckets that are kept: what is beside the span as well."""
        first, end = self._span.days
        for tier in (Tier.H1, Tier.M5):
            if tier in found:
                return within(found[tier], first, end)
        if Tier.M1 not in found:
            return minutes_of(first, end)
        beside = [
            self._decoded(chunk)
            for chunk in self._read(Tier.M1, first, end)
            if not self._span.start <= chunk.key.start_ts < self._span.end
        ]
        return one_after_another(sorted((*beside, found[Tier.M1]), key=_first_ts))

    def _stored(self, tier: Tier) -> RolledUp:
        start, end = (window_start(ts, tier, self._span.cadence) for ts in (self._span.start, self._span.end - 1))
        there = self._read(tier, start, end + window_ms(tier, self._span.cadence))
        return one_after_another([self._decoded(chunk) for chunk in there])

    def _read(self, tier: Tier, since: int, until: int) -> list[Chunk]:
        return read_chunks(self._connection, self._span.host_id, self._span.cadence, tier, since, until)

    def _decoded(self, chunk: Chunk) -> RolledUp:
        """Nothing where it is damaged; then it is counted as lost."""
        layout = readable_layouts(self._connection, (chunk.layout_id,)).get(chunk.layout_id)
        with suppress(ValueError):
            if layout is not None:
                return decode_rolled(chunk.frame, layout)
        self.lost.append(chunk)
        return one_after_another(())

    def _chunks(self, tier: Tier, buckets: RolledUp) -> Iterator[tuple[Chunk, Layout]]:
        length = window_ms(tier, self._span.cadence)
        for start in np.unique(buckets.ts // length * length).tolist():
            part = within(buckets, start, start + length)
            yield rolled_chunk(ChunkKey(self._span.host_id, self._span.cadence, tier, start), part), part.layout


def rolled_chunk(key: ChunkKey, buckets: RolledUp) -> Chunk:
    """A chunk of buckets, of which there is at least one; the id of its layout is still to be looked up."""
    return Chunk(
        key,
        first_ts=int(buckets.ts[0]),
        last_ts=int(buckets.ts[-1]),
        rows=len(buckets.ts),
        samples=int(np.count_nonzero(buckets.count)),
        layout_id=0,
        rolled=True,
        frame=encode_rolled(buckets),
    )


def _first_ts(buckets: RolledUp) -> int:
    return int(buckets.ts[0]) if len(buckets.ts) else 0
