"""One writer and four readers that never stop, on SQLite."""

import contextlib
import multiprocessing
import threading
from collections.abc import Iterator, Sequence
from multiprocessing.synchronize import Event, Semaphore

from benchmarks.figure import Figure
from benchmarks.store.playback import Playback
from benchmarks.store.stores import Store
from benchmarks.store.storing import in_order, store
from benchmarks.store.upkeep import HOUR_MS, keep_up
from storage.database import open_database
from storage.errors import WatchpostError
from storage.host import Host
from storage.queries import read_series

READERS = 4
WAL_LIMIT_MB = 128.0


def measure_contention(
    store_under: Store, playback: Playback, hosts: Sequence[Host], start: int, minutes: int
) -> list[Figure]:
    """Stores and seals hours of readings while four processes read without pause."""
    spawn = multiprocessing.get_context("spawn")
    over, ready = spawn.Event(), spawn.Semaphore(0)
    answers: multiprocessing.Queue[tuple[int, list[str]]] = spawn.Queue()
    readers = [
        spawn.Process(
            target=_read_on, args=(store_under.url, [host.id for host in hosts], start, (ready, over), answers)
        )
        for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    for _ in readers:
        ready.acquire()
    errors: list[str] = []
    with _wal_peak(store_under) as peak:
        try:
            for part in range(0, minutes, 30):
                begin = start + part * 60_000
                store(store_under, in_order(playback, hosts, begin, begin + 30 * 60_000))
                keep_up(store_under.database, begin + 30 * 60_000)
        except WatchpostError as error:
            errors.append(error.message)
        finally:
            over.set()
    found = [answers.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    errors += [message for _, messages in found for message in messages]
    how = (
        f"{minutes} minutes of {len(hosts)} hosts stored and sealed, {sum(reads for reads, _ in found)} reads meanwhile"
    )
    return [
        Figure("contention_errors", float(len(errors)), 0.0, "errors", f"{how}{': ' + errors[0] if errors else ''}"),
        Figure("contention_wal_mb", peak[0] / 1e6, WAL_LIMIT_MB, "MB", "the write-ahead log at its largest"),
    ]


def _read_on(
    url: str,
    host_ids: list[int],
    start: int,
    marks: tuple[Semaphore, Event],
    answers: "multiprocessing.Queue[tuple[int, list[str]]]",
) -> None:
    """One host after the other, until it is over; tells how many reads there were and what failed."""
    ready, over = marks
    reads = 0
    errors: list[str] = []
    end = start + 24 * HOUR_MS
    with contextlib.closing(open_database(url)) as database:
        ready.release()
        while not over.is_set():
            try:
                with database.reading() as connection:
                    host_id = host_ids[reads % len(host_ids)]
                    read_series(connection, host_ids=[host_id], metric="cpu_usage_percent", start=start, end=end)
                reads += 1
            except WatchpostError as error:
                errors.append(error.message)
    answers.put((reads, errors))


@contextlib.contextmanager
def _wal_peak(store_under: Store) -> Iterator[list[int]]:
    """The size that the log has had at most, in bytes."""
    peak = [0]
    wal = store_under.file.with_name(store_under.file.name + "-wal")
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            with contextlib.suppress(OSError):
                peak[0] = max(peak[0], wal.stat().st_size)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
