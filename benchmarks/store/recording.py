"""Readings of this very machine, taken by the real probe, in a file of their own: unrounded, with their real stamps."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.store.load import load
from poller import event_loop
from poller.local_transport import start_local
from poller.probe_start.probe_options import ProbeOptions
from poller.stream.session import Session
from storage.chunks.raw_chunk import RawReadings
from storage.process_rows import pack_processes
from storage.scrape import Cadence, Scrape
from storage.series import Layout
from storage.vector import pack_vector, unpack_vector

_TABLES = """
CREATE TABLE layouts (id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE);
CREATE TABLE head (cadence INTEGER, ts INTEGER, session_at INTEGER, layout_id INTEGER, vector BLOB);
CREATE TABLE process_snapshots (ts INTEGER, rows BLOB);
"""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What one machine sent.

    Attributes:
        groups: readings of each group of metrics.
        processes: when each process table was read, and the table as it is stored.
        note: what is to be said about it.
    """

    groups: Mapping[Cadence, RawReadings]
    processes: Sequence[tuple[int, bytes]]
    note: str

    @property
    def interval_s(self) -> float:
        """Between two readings, as it was most of the time."""
        return float(np.median(np.diff(self.groups[Cadence.FAST].ts))) / 1000


def record(path: Path, minutes: float, interval_s: float, say: Callable[[str], None]) -> None:
    """Records this machine for some minutes while it is kept busy. The file must not exist."""
    say(f"Recording this machine for {minutes:g} minutes, every {interval_s:g} s, under load …")
    with load():
        scrapes = event_loop.run(_watch(minutes * 60, interval_s))
    write_recording(path, scrapes)


def read_recording(path: Path) -> Recording:
    """A recording, or a database of Watchpost from which nothing has been sealed yet."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
        layouts = {row[0]: Layout.parse(row[1]) for row in file.execute("SELECT id, content FROM layouts")}
        groups = {
            cadence: _group(file, cadence, layouts) for cadence in (Cadence.FAST, Cadence.PROCESSES, Cadence.SLOW)
        }
        processes = file.execute("SELECT ts, rows FROM process_snapshots ORDER BY ts").fetchall()
    fast = groups[Cadence.FAST]
    note = (
        f"{len(fast.ts)} readings of {len(fast.layout.series)} series in {(fast.ts[-1] - fast.ts[0]) / 60_000:.0f} min"
    )
    return Recording(groups, processes, note)


async def _watch(duration_s: float, interval_s: float) -> list[Scrape]:
    scrapes: list[Scrape] = []
    session = Session(1, on_scrape=scrapes.append, wall_clock=time.time)
    connection = await start_local(ProbeOptions(interval_s=interval_s), session)
    try:
        async with asyncio.timeout(duration_s):
            raise await session.ended_with
    except TimeoutError:
        return scrapes
    finally:
        await connection.close()


def write_recording(path: Path, scrapes: Sequence[Scrape]) -> None:
    """Into a new file."""
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(_TABLES)
        for scrape in scrapes:
            for vector in scrape.vectors:
                content = vector.layout.content.decode()
                file.execute("INSERT OR IGNORE INTO layouts (content) VALUES (?)", (content,))
                (layout_id,) = file.execute("SELECT id FROM layouts WHERE content = ?", (content,)).fetchone()
                row = (int(vector.cadence), scrape.ts, scrape.session_at, layout_id, pack_vector(vector.values))
                file.execute("INSERT INTO head VALUES (?, ?, ?, ?, ?)", row)
            if scrape.processes is not None:
                row_of_processes = (scrape.ts, pack_processes(scrape.processes))
                file.execute("INSERT INTO process_snapshots VALUES (?, ?)", row_of_processes)


def _group(file: sqlite3.Connection, cadence: Cadence, layouts: Mapping[int, Layout]) -> RawReadings:
    """Of the layout that most readings have."""
    query = "SELECT ts, session_at, layout_id, vector FROM head WHERE cadence = ? ORDER BY ts"
    rows = file.execute(query, (int(cadence),)).fetchall()
    layout_id = Counter(row[2] for row in rows).most_common(1)[0][0]
    mine = [row for row in rows if row[2] == layout_id]
    values = np.stack([unpack_vector(row[3]) for row in mine])
    ts, sessions = (np.array([row[place] for row in mine], dtype=np.int64) for place in (0, 1))
    return RawReadings(ts, sessions, layouts[layout_id], values)
