"""Puts the readings of a block into one chunk: sealed often and in small ones, they are read from a few large ones."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from storage.alignment import aligned
from storage.chunks.chunk_rows import Chunk, ChunkKey
from storage.chunks.raw_chunk import RawReadings, encode_raw
from storage.sealing.series_limit import union_layout
from storage.series import Layout

CELLS_LIMIT = 1 << 21
"""Values in a chunk that is put together: 16 MB. A larger block stays in its windows."""
_WIDENING = 1.25
"""Where a host invents new series all the time, one layout for a block would be mostly empty."""


def merged_chunk(key: ChunkKey, parts: Sequence[RawReadings]) -> tuple[Chunk, Layout] | None:
    """One chunk of all readings of a block, with a layout whose id is still to be looked up.

    Args:
        key: of the chunk.
        parts: the readings of all its chunks, oldest first; no two overlap in time.

    Returns:
        None where one chunk would be no better: they are too large or too different.
    """
    rows, cells = sum(len(part.ts) for part in parts), sum(part.values.size for part in parts)
    if cells > CELLS_LIMIT:
        return None
    layout = union_of(parts)
    if rows * len(layout.series) > cells * _WIDENING:
        return None
    readings = joined(parts, layout)
    chunk = Chunk(
        key,
        first_ts=int(readings.ts[0]),
        last_ts=int(readings.ts[-1]),
        rows=rows,
        samples=int(np.count_nonzero(~np.isnan(readings.values))),
        layout_id=0,
        rolled=True,
        frame=encode_raw(readings),
    )
    return chunk, layout


def union_of(parts: Sequence[RawReadings]) -> Layout:
    """The series of all of them."""
    return union_layout(((part.layout, len(part.ts)) for part in parts), sum(len(part.ts) for part in parts))


def joined(parts: Sequence[RawReadings], layout: Layout) -> RawReadings:
    """Readings that follow each other as one, in a layout that has all their series."""
    if len(parts) == 1 and parts[0].layout == layout:
        return parts[0]
    return RawReadings(
        np.concatenate([part.ts for part in parts]),
        np.concatenate([part.session_at for part in parts]),
        layout,
        # Series by series, as they are decoded and as numpy is fast with them.
        np.concatenate([_columns(part, layout) for part in parts], axis=1).T,
    )


def _columns(part: RawReadings, layout: Layout) -> NDArray[np.float64]:
    return aligned(part.values, part.layout, layout).T
