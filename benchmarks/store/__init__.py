"""What the store needs: room on the disk, CPU for storing, sealing and reading, on SQLite and PostgreSQL.

The readings are this machine's own: recorded by the real probe under load, then played back as many hosts.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from msgspec.structs import replace

from benchmarks.figure import Figure
from benchmarks.store.contention import measure_contention
from benchmarks.store.history import repeat_day
from benchmarks.store.playback import Playback
from benchmarks.store.prometheus import measure_prometheus
from benchmarks.store.reading import measure_comparing, measure_reading
from benchmarks.store.recording import Recording, read_recording, record
from benchmarks.store.sizes import Day, file_bytes, measure_host, measure_plain, measure_raw
from benchmarks.store.stores import Store, postgresql_store, register, sqlite_store
from benchmarks.store.storing import in_order, measure_storing, store
from benchmarks.store.upkeep import DAY_MS, HOUR_MS, LATE_MS, keep_for_long, keep_up
from storage.host import Host
from storage.tier import Tier

MINUTES = 6.5
LONG_MINUTES = 31.0
"""From then on a window of half an hour can be recorded at the usual 5 s."""
SERIES = 115
HOST_SERIES = 100
SEAL_LIMIT_MS = 12.0
START = 20_608 * DAY_MS
"""A midnight in 2026: no recording says where its readings are played."""
_MANY = 100


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: minutes of storing, and of storing and sealing while others read."""

    storing_minutes: float
    contention_minutes: int


def measure(*, quick: bool, recording: Path | None = None, minutes: float = MINUTES) -> list[Figure]:
    """All figures of the store.

    Args:
        quick: less of everything; a recording is still needed.
        recording: one to use rather than to make; made there if there is none.
        minutes: how long to record.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with _recorded(recording, minutes) as recorded:
        extent = Extent(6.0, 60) if quick else Extent(30.0, 180)
        plain, large = Playback(recorded), Playback(recorded, SERIES)
        figures = [measure_raw(plain, START, windows=10)]
        figures += _measure_sizes(Playback(recorded, HOST_SERIES))
        for kind in (sqlite_store, postgresql_store):
            with kind() as empty:
                figures += measure_storing(empty, large, register(empty.database, 50), START, extent.storing_minutes)
            with kind() as empty:
                figures += _measure_day(empty, large)
            with kind() as empty:
                figures += _measure_many(empty, large)
        with sqlite_store() as empty:
            hosts = register(empty.database, 10)
            figures += measure_contention(empty, large, hosts, START, extent.contention_minutes)
    return figures


@contextlib.contextmanager
def _recorded(path: Path | None, minutes: float) -> Iterator[Recording]:
    interval_s = 5.0 if minutes >= LONG_MINUTES else 1.0
    if path is not None:
        if not path.exists():
            record(path, minutes, interval_s, print)
        yield read_recording(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "recording.db"
        record(fresh, minutes, interval_s, print)
        yield read_recording(fresh)


def _measure_sizes(playback: Playback) -> list[Figure]:
    """One host of 100 series, sealed for a day."""
    with sqlite_store() as sealed:
        keep_for_long(sealed.database)
        empty = file_bytes(sealed)
        (host,) = register(sealed.database, 1)
        # What waits on average: half a window, the grace, and half of the time over which hosts take their turns.
        waiting = in_order(playback, [host], START, START + 46 * 60_000)
        with sqlite_store() as unsealed:
            register(unsealed.database, 1)
            store(unsealed, waiting)
            waiting_bytes = file_bytes(unsealed) - empty
        seal_ms = _seal_day(sealed, playback, [host], with_tables=True)
        day = Day(sealed, host.id, 0, START, empty)
        how = f"CPU for an hour of a host of {HOST_SERIES} series with its process tables"
        return [
            Figure("seal_hour_with_processes_ms", seal_ms, None, "ms", how),
            *measure_plain(playback, day, hours=6),
            *measure_prometheus(sealed, host, START, hours=6),
            *measure_host(playback, day, waiting_bytes),
        ]


def _measure_day(empty: Store, playback: Playback) -> list[Figure]:
    """Sealing a day of two hosts, and reading it with a longer past."""
    keep_for_long(empty.database)
    hosts = register(empty.database, 2)
    seal_ms = _seal_day(empty, playback, hosts, with_tables=False)
    limit = SEAL_LIMIT_MS if empty.name == "sqlite" else None
    how = f"CPU for an hour of a host of {SERIES} series, sealed and rolled up; a day of {len(hosts)} hosts"
    repeat_day(empty.database, hosts[0].id, START, {Tier.M1: 6, Tier.H1: 29})
    return [
        Figure(f"seal_hour_{empty.name}_ms", seal_ms, limit, "ms", how),
        *measure_reading(empty, hosts[0], START + DAY_MS),
    ]


def _seal_day(empty: Store, playback: Playback, hosts: list[Host], *, with_tables: bool) -> float:
    """Stores a day, with process tables or without, and seals it. Milliseconds of CPU for sealing an hour of a host."""
    spent_s = 0.0
    for begin in range(START, START + DAY_MS, 6 * HOUR_MS):
        scrapes = in_order(playback, hosts, begin, begin + 6 * HOUR_MS)
        store(empty, scrapes if with_tables else [replace(scrape, processes=None) for scrape in scrapes])
        before = empty.cpu_s()
        keep_up(empty.database, begin + 6 * HOUR_MS + LATE_MS)
        spent_s += empty.cpu_s() - before
    return spent_s / 24 / len(hosts) * 1000


def _measure_many(empty: Store, playback: Playback) -> list[Figure]:
    """A hundred hosts, the last hour."""
    hosts = register(empty.database, _MANY)
    end = START + 90 * 60_000
    for begin in range(START, end, 10 * 60_000):
        store(empty, in_order(playback, hosts, begin, begin + 10 * 60_000))
    keep_up(empty.database, end)
    return measure_comparing(empty, hosts, end)
