"""What is wrong with a sealed chunk: with its frame, and with what its row says about that. Pure."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.chunks.process_chunk import decode_processes
from storage.chunks.raw_chunk import decode_raw
from storage.chunks.rollup_chunk import decode_rolled
from storage.process_rows import unpack_processes
from storage.scrape import Cadence
from storage.series import Layout
from storage.tier import BLOCK_MS, BUCKET_MS, Tier, longest_ms, window_ms, window_start

PROCESS_WINDOW_MS = 3_600_000


def chunk_faults(row: Any, layout: Layout | None) -> Iterator[str]:  # noqa: ANN401 - a row of `chunks`
    """What is wrong with a row of `chunks`; nothing for a sound one.

    Args:
        row: with all columns of the table.
        layout: the one it names; None where there is no such layout.
    """
    if row.tier not in set(Tier) or row.cadence not in set(Cadence):
        yield f"it is of tier {row.tier} and cadence {row.cadence}, which no release has written"
        return
    tier, cadence = Tier(row.tier), Cadence(row.cadence)
    if window_start(row.start_ts, tier, cadence) != row.start_ts:
        yield f"its window starts at {row.start_ts}, where none does"
    yield from _span_faults(row, _longest_ms(row.start_ts, tier, cadence))
    if layout is None:
        yield f"its layout {row.layout_id} is not there"
        return
    try:
        ts, samples = _decoded_raw(row.frame, layout) if tier is Tier.RAW else _decoded_buckets(row.frame, layout)
    except ValueError as error:
        yield f"it cannot be read: {error}"
        return
    yield from _time_faults(row, ts, row.rows)
    if tier is not Tier.RAW and (ts % BUCKET_MS[tier]).any():
        yield "it has buckets that start between two of its tier"
    if samples != row.samples:
        yield f"it has {samples} samples and its row says {row.samples}"


def process_chunk_faults(row: Any) -> Iterator[str]:  # noqa: ANN401 - a row of `process_chunks`
    """What is wrong with a row of `process_chunks`; nothing for a sound one."""
    if row.start_ts % PROCESS_WINDOW_MS:
        yield f"its hour starts at {row.start_ts}, where none does"
    yield from _span_faults(row, PROCESS_WINDOW_MS)
    try:
        tables = decode_processes(row.frame)
        for _, packed in tables:
            unpack_processes(packed)
    except ValueError as error:
        yield f"it cannot be read: {error}"
        return
    yield from _time_faults(row, np.array([ts for ts, _ in tables], dtype=np.int64), row.snapshots)


def _decoded_raw(frame: bytes, layout: Layout) -> tuple[NDArray[np.int64], int]:
    readings = decode_raw(frame, layout)
    return readings.ts, int(np.count_nonzero(~np.isnan(readings.values)))


def _decoded_buckets(frame: bytes, layout: Layout) -> tuple[NDArray[np.int64], int]:
    buckets = decode_rolled(frame, layout)
    return buckets.ts, int(np.count_nonzero(buckets.count))


def _longest_ms(start_ts: int, tier: Tier, cadence: Cadence) -> int:
    """How long a chunk may be: readings of a block are put together where the block starts."""
    return longest_ms(tier, cadence) if start_ts % BLOCK_MS == 0 else window_ms(tier, cadence)


def _span_faults(row: Any, length: int) -> Iterator[str]:  # noqa: ANN401 - a row of either table
    """Chunks whose readings all lie in their own windows cannot overlap: a window has one row."""
    if not row.start_ts <= row.first_ts <= row.last_ts < row.start_ts + length:
        yield f"it is of {row.first_ts} to {row.last_ts}, which is not all in its window from {row.start_ts} on"


def _time_faults(row: Any, ts: NDArray[np.int64], rows: int) -> Iterator[str]:  # noqa: ANN401 - as above
    if len(ts) != rows:
        yield f"it has {len(ts)} rows and its row says {rows}"
    if not len(ts):
        yield "it is empty"
        return
    if (np.diff(ts) <= 0).any():
        yield "its times do not ascend"
    if (int(ts[0]), int(ts[-1])) != (row.first_ts, row.last_ts):
        yield f"it is of {ts[0]} to {ts[-1]} and its row says {row.first_ts} to {row.last_ts}"
