"""An hour of process tables as a frame, and back."""

import struct
from collections.abc import Container, Sequence
from operator import attrgetter

import msgspec
import numpy as np

from storage.chunks.column_codec import block_size_limit, encode_blocks
from storage.chunks.frame import Block, Opened, join_blocks, open_frame
from storage.chunks.pieces import decode_numbers
from storage.chunks.process_tables import ProcessColumns, TableGatherer, Text, from_columns
from storage.chunks.whole_numbers import BITS, SCALES, WHOLE, Integers, WholeNumbers
from storage.process_rows import pack_processes, unpack_rows
from storage.scrape import Process

_MAGIC = b"WPp\x01"
_LEVEL = 6
"""12 takes six times as long (11 ms for an hour of 28 processes, a quarter of all of its sealing) for 4 % less."""
_TEXT_LIMIT = 1 << 28
_TABLES, _PROCESSES, _ROWS, _TEXTS, _ODD = range(5)
_COLUMNS = (3, 3, 6)
_SCALES = struct.Struct("<BB")
_TEXT_DECODER = msgspec.json.Decoder(list[Text])
_FIELDS = attrgetter(*Process.__struct_fields__)
_ODD_DECODER = msgspec.msgpack.Decoder(list[tuple[int, bytes]])


def encode_processes(snapshots: Sequence[tuple[int, bytes]]) -> bytes:
    """One frame of process tables.

    Args:
        snapshots: when each was read, UTC milliseconds, and what `pack_processes` gave; oldest first. One that cannot
            be unpacked is kept as it is.

    Raises:
        ValueError: more than a chunk may hold.
    """
    return encode_readable(snapshots, {ts for ts, _ in snapshots})[0]


def encode_readable(snapshots: Sequence[tuple[int, bytes]], trusted: Container[int]) -> tuple[bytes, list[int]]:
    """One frame of those that can be unpacked, and the moments of the others, which are left out.

    Args:
        snapshots: as `encode_processes` has them.
        trusted: moments of those that are kept as they are if need be.

    Raises:
        ValueError: more than a chunk may hold.
    """
    gathered, odd, left_out = TableGatherer(), [], []
    for ts, packed in snapshots:
        try:
            gathered.add(ts, unpack_rows(packed))
        except OverflowError:
            odd.append((ts, packed))
        except ValueError:
            if ts in trusted:
                odd.append((ts, packed))
            else:
                left_out.append(ts)
    return _encode(gathered.columns(), odd), left_out


def encode_tables(tables: Sequence[tuple[int, tuple[Process, ...]]], odd: Sequence[tuple[int, bytes]] = ()) -> bytes:
    """One frame of tables that were never packed, and of others that cannot be unpacked; as `encode_processes`."""
    gathered, others = TableGatherer(), list(odd)
    for ts, table in tables:
        try:
            gathered.add(ts, list(map(_FIELDS, table)))
        except OverflowError:
            others.append((ts, pack_processes(table)))
    return _encode(gathered.columns(), others)


def _encode(columns: ProcessColumns, odd: Sequence[tuple[int, bytes]]) -> bytes:
    blocks = [_block(numbers) for numbers in (columns.tables, columns.processes, columns.rows)]
    blocks.append(Block(len(columns.texts), _SCALES.pack(*columns.scales) + msgspec.json.encode(columns.texts)))
    blocks.append(Block(len(odd), msgspec.msgpack.encode(odd)))
    return join_blocks(_MAGIC, columns.rows.shape[1], len(columns.rows), blocks, _LEVEL)


def decode_processes(frame: bytes, at: int | None = None) -> list[tuple[int, bytes]]:
    """The process tables of a frame, oldest first.

    Args:
        frame: from `encode_processes`.
        at: UTC milliseconds; only the newest one at or before it, nothing where there is none. None for all.

    Raises:
        ValueError: damage.
    """
    columns, odd = _opened(frame)
    moments = columns.tables[0].tolist()
    chosen: Sequence[int] = range(len(moments))
    if at is not None:
        newest = max((ts for ts in (*moments, *(ts for ts, _ in odd)) if ts <= at), default=None)
        chosen = [place for place in chosen if moments[place] == newest]
        odd = [snapshot for snapshot in odd if snapshot[0] == newest]
    packed = [(ts, pack_processes(table)) for ts, table in from_columns(columns, chosen)]
    return sorted([*packed, *odd], key=lambda snapshot: snapshot[0])


def thin_processes(frame: bytes, length_ms: int) -> tuple[bytes, list[int]]:
    """A frame with the first table of each minute, or whatever the length is, and their moments.

    What is left is all that is unpacked: it takes a fifth of the time.

    Raises:
        ValueError: damage.
    """
    columns, odd = _opened(frame)
    moments = columns.tables[0].tolist()
    first: dict[int, int] = {}
    for ts in sorted((*moments, *(ts for ts, _ in odd))):
        first.setdefault(ts // length_ms, ts)
    kept = set(first.values())
    tables = from_columns(columns, [place for place, ts in enumerate(moments) if ts in kept])
    return encode_tables(tables, [snapshot for snapshot in odd if snapshot[0] in kept]), sorted(kept)


def _block(numbers: Integers) -> Block:
    count, length = numbers.shape
    if not length:
        return Block(0, b"")
    whole = WholeNumbers(np.ascontiguousarray(numbers), np.full(count, WHOLE, dtype=np.uint8), None)
    return Block(length, encode_blocks(whole, (count,))[0])


def _opened(frame: bytes) -> tuple[ProcessColumns, list[tuple[int, bytes]]]:
    try:
        return _unpack(open_frame(frame, _MAGIC))
    except msgspec.MsgspecError as error:
        raise ValueError(f"a chunk of processes is damaged: {error}") from error


def _unpack(opened: Opened) -> tuple[ProcessColumns, list[tuple[int, bytes]]]:
    if len(opened.counts) != 5 or opened.counts[_ROWS] != opened.rows:
        raise ValueError("a chunk of processes has other parts than it should")
    tables, processes, rows = (_numbers(opened, place, count) for place, count in enumerate(_COLUMNS))
    texts = opened.unpack(_TEXTS, _TEXT_LIMIT)
    if len(texts) < _SCALES.size:
        raise ValueError("a chunk of processes is cut short")
    scales = _SCALES.unpack_from(texts)
    if any(scale >= len(SCALES) and scale != BITS for scale in scales):
        raise ValueError("a chunk of processes has numbers of a form that is not known")
    columns = ProcessColumns(_TEXT_DECODER.decode(texts[_SCALES.size :]), tables, processes, rows, scales)
    return columns, _ODD_DECODER.decode(opened.unpack(_ODD, _TEXT_LIMIT))


def _numbers(opened: Opened, place: int, count: int) -> Integers:
    length = opened.counts[place]
    if not length:
        return np.empty((count, 0), dtype=np.int64)
    data = opened.unpack(place, block_size_limit(count, length))
    return decode_numbers(data, count, length)
