"""How much room readings take."""

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.figure import Figure
from benchmarks.store.playback import HALF_HOUR_MS, Playback
from benchmarks.store.stores import Store
from benchmarks.store.upkeep import DAY_MS, HOUR_MS
from storage.chunks.chunk_rows import read_chunks
from storage.chunks.process_chunk import encode_processes
from storage.chunks.raw_chunk import encode_raw
from storage.chunks.rollup_chunk import RolledUp, decode_rolled, encode_rolled
from storage.known_layouts import read_layouts
from storage.retentions import PRESETS
from storage.scrape import Cadence
from storage.series import Layout
from storage.tier import Tier

RAW_LIMIT = 0.8
SMALLER_AT_LEAST = 40.0
HOST_LIMIT_MB = 8.0
BUCKET_LIMIT = 3.5
TABLES_A_DAY = 8_640
"""Process tables, one every 10 s."""
_HOST_HOW = "a host of 100 series at the default retention, process tables and what is not sealed yet included"
_PLAIN = """
CREATE TABLE samples (id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL, ts INTEGER NOT NULL, value REAL);
CREATE INDEX ix_samples_series_id_ts ON samples (series_id, ts);
"""


@dataclass(frozen=True, slots=True)
class Day:
    """A host that was sealed for a day: in which file, its id, its number in the playback, since when.

    `empty` is how many bytes the file had before.
    """

    store: Store
    host_id: int
    number: int
    start: int
    empty: int


def measure_raw(playback: Playback, start: int, windows: int) -> Figure:
    """Bytes a sample of sealed readings as they were recorded."""
    size = samples = 0
    for number in range(windows):
        readings = playback.readings(number, Cadence.FAST, start, start + HALF_HOUR_MS)
        size += len(encode_raw(readings))
        samples += readings.values.size
    how = f"half hours of {windows} hosts, timestamps and sessions included; {playback.note}"
    return Figure("raw_bytes_per_sample", size / samples, RAW_LIMIT, "B", how)


def measure_plain(playback: Playback, day: Day, hours: int) -> list[Figure]:
    """The same readings as one row each with an index, beside the share that they have of a sealed file."""
    readings = playback.readings(day.number, Cadence.FAST, day.start, day.start + hours * HOUR_MS)
    columns = range(readings.values.shape[1])
    ts = readings.ts.tolist()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plain.db"
        with closing(sqlite3.connect(path)) as file:
            file.executescript(_PLAIN)
            rows = (
                (column, moment, value)
                for moment, row in zip(ts, readings.values.tolist(), strict=True)
                for column, value in zip(columns, row, strict=True)
            )
            file.executemany("INSERT INTO samples (series_id, ts, value) VALUES (?, ?, ?)", rows)
            file.commit()
        plain = path.stat().st_size / readings.values.size
    sealed = _raw(playback, day) * _overhead(day) / _samples(day)
    return [
        Figure(
            "plain_bytes_per_sample", plain, None, "B", f"one row a sample with an index, {hours} hours of one host"
        ),
        Figure("sealed_bytes_per_sample", sealed, None, "B", "the same in the sealed file, pages and indexes included"),
        Figure(
            "sealed_percent_of_plain",
            sealed / plain * 100,
            100 / SMALLER_AT_LEAST,
            "%",
            f"at most one in {SMALLER_AT_LEAST:g}; here one in {plain / sealed:.0f}",
        ),
    ]


def measure_host(playback: Playback, day: Day, waiting_bytes: float) -> list[Figure]:
    """A host at the default retention, from the bytes of a real day."""
    overhead = _overhead(day)
    buckets = _minutes(playback, day)
    tables = playback.tables(day.number, day.start, day.start + DAY_MS)
    every, minutely = (
        _table_bytes(tables),
        _table_bytes(list({ts // 60_000: (ts, rows) for ts, rows in tables}.values())),
    )
    kept = PRESETS["default"]
    days = {tier: kept.seconds(tier) / 86_400 for tier in Tier}
    hours = _frames(day, Tier.H1)
    parts = {
        "raw": _raw(playback, day) * days[Tier.RAW],
        "1m": (buckets.block * 4 + _frames(day, Tier.M1, besides=Cadence.FAST)) * days[Tier.M1],
        "1h": hours * days[Tier.H1],
        # As those of an hour, of which a chunk has more.
        "1d": hours / 24 * days[Tier.D1],
        "processes": every * TABLES_A_DAY * kept.processes_s / 86_400,
        "processes_1m": minutely * 1_440 * (kept.processes_1m_s - kept.processes_s) / 86_400,
    }
    sizes = {name: size * overhead for name, size in parts.items()} | {"not_sealed": waiting_bytes}
    bucket = buckets.block / buckets.samples
    return [
        Figure("process_table_bytes", every, None, "B", f"a sealed process table, an hour of them; {playback.note}"),
        Figure("bucket_bytes", bucket, BUCKET_LIMIT, "B", "a minute of a series: total, smallest, largest and count"),
        *(Figure(f"host_{name}_mb", size / 1e6, None, "MB", "its part of host_mb") for name, size in sizes.items()),
        Figure("host_mb", sum(sizes.values()) / 1e6, HOST_LIMIT_MB, "MB", _HOST_HOW),
    ]


def file_bytes(store: Store) -> int:
    """Of the SQLite file after VACUUM."""
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(store.file)) as file:
        copy = Path(folder) / "copy.db"
        file.execute("VACUUM INTO ?", (str(copy),))
        return copy.stat().st_size


class _Minutes(NamedTuple):
    """Bytes of a block of minutes, 6 hours, and how many values it has of each kind."""

    block: float
    samples: int


def _minutes(playback: Playback, day: Day) -> _Minutes:
    """What a block takes that repeats nothing.

    The recording is shorter, and one that is played twice would be compressed once. What the head of a chunk takes and
    what each row adds to it is told from as many rows as the recording has, and half of them.
    """
    with day.store.database.reading() as connection:
        chunk = read_chunks(connection, day.host_id, Cadence.FAST, Tier.M1, day.start, day.start + 1)[0]
        layout = read_layouts(connection, [chunk.layout_id])[chunk.layout_id]
    rows = min(chunk.rows, playback.length_ms // 60_000)
    whole, half = (_first_rows(chunk.frame, layout, count) for count in (rows, rows // 2))
    a_row = (whole - half) / (rows - rows // 2)
    return _Minutes(whole + a_row * (chunk.rows - rows), chunk.rows * len(layout.series))


def _raw(playback: Playback, day: Day) -> float:
    """What the readings of the day take that repeat nothing: as many as half an hour of the recording, for each."""
    readings = playback.readings(day.number, Cadence.FAST, day.start, day.start + HALF_HOUR_MS)
    others = _frames(day, Tier.RAW, besides=Cadence.FAST)
    return others + len(encode_raw(readings)) / readings.values.size * _samples(day, Cadence.FAST)


def _first_rows(frame: bytes, layout: Layout, rows: int) -> int:
    """Bytes of a chunk of the first rows of another."""
    whole = decode_rolled(frame, layout)
    total, minimum, maximum = (array[:rows] for array in (whole.total, whole.minimum, whole.maximum))
    return len(encode_rolled(RolledUp(whole.ts[:rows], layout, total, minimum, maximum, whole.count[:rows])))


def _table_bytes(tables: Sequence[tuple[int, bytes]]) -> float:
    """Of a process table among those of its hour."""
    hours: dict[int, list[tuple[int, bytes]]] = {}
    for ts, rows in tables:
        hours.setdefault(ts // HOUR_MS, []).append((ts, rows))
    return sum(len(encode_processes(hour)) for hour in hours.values()) / len(tables)


def _frames(day: Day, tier: Tier, *, besides: Cadence | None = None) -> int:
    """Bytes in the chunks of a tier, of all groups or all but one."""
    with closing(sqlite3.connect(day.store.file)) as file:
        query = "SELECT coalesce(sum(length(frame)), 0) FROM chunks WHERE host_id = ? AND tier = ? AND cadence <> ?"
        asked = (day.host_id, int(tier), -1 if besides is None else int(besides))
        return int(file.execute(query, asked).fetchone()[0])


def _samples(day: Day, cadence: Cadence | None = None) -> int:
    """Of the readings of a group, or of all."""
    with closing(sqlite3.connect(day.store.file)) as file:
        query = "SELECT sum(samples) FROM chunks WHERE host_id = ? AND tier = 0 AND cadence = coalesce(?, cadence)"
        return int(file.execute(query, (day.host_id, None if cadence is None else int(cadence))).fetchone()[0])


def _overhead(day: Day) -> float:
    """How much more the file has grown than by the frames in it."""
    with closing(sqlite3.connect(day.store.file)) as file:
        (chunks,) = file.execute("SELECT coalesce(sum(length(frame)), 0) FROM chunks").fetchone()
        (processes,) = file.execute("SELECT coalesce(sum(length(frame)), 0) FROM process_chunks").fetchone()
    return (file_bytes(day.store) - day.empty) / float(chunks + processes)
