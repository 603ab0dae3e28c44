"""What it costs to store what hosts send."""

import heapq
import itertools
import threading
from collections.abc import Iterable, Sequence

from benchmarks.figure import Figure
from benchmarks.store.playback import Playback
from benchmarks.store.stores import Store
from storage.batch_writer import BatchWriter
from storage.host import Host
from storage.recorder import Recorder
from storage.scrape import Scrape
from storage.scrape_rows import pack_scrape

AT_ONCE = 50
"""Scrapes in a transaction: what 1,000 hosts send in a quarter of a second."""
LIMIT_US = 10.0
_HOUR_MS = 3_600_000


def measure_storing(
    store: Store, playback: Playback, hosts: Sequence[Host], start: int, minutes: float
) -> list[Figure]:
    """CPU of a stored scrape, all that a host sends in it; and with its fast vector alone."""
    until = start + int(minutes * 60_000)
    whole = in_order(playback, hosts, start, until)
    later = in_order(playback, hosts, until, 2 * until - start)
    fast = [Scrape(each.host_id, each.ts, each.session_at, each.vectors[:1]) for each in later]
    how = f"{len(whole)} scrapes of {len(hosts)} hosts, {_carried(whole)}, {AT_ONCE} in a transaction, packing included"
    how += "" if store.name == "sqlite" else ", client and server"
    return [
        Figure(f"store_scrape_{store.name}_us", _cost_us(store, whole), LIMIT_US, "µs", f"CPU a stored scrape; {how}"),
        Figure(
            f"store_fast_scrape_{store.name}_us",
            _cost_us(store, fast),
            None,
            "µs",
            "the same of scrapes that have neither process tables nor what is read every 30 s",
        ),
    ]


def in_order(playback: Playback, hosts: Sequence[Host], start: int, until: int) -> list[Scrape]:
    """What all hosts send, oldest first."""
    streams = (playback.scrapes(number, host.id, start, until) for number, host in enumerate(hosts))
    return list(heapq.merge(*streams, key=lambda scrape: scrape.ts))


def store(database_store: Store, scrapes: Iterable[Scrape]) -> None:
    """Through the recorder, as the poller does."""
    done = threading.Event()
    recorder = Recorder(database_store.database, commit_interval_s=0.0, on_commit=lambda _: done.set())
    recorder.start()
    left = iter(scrapes)
    try:
        while batch := list(itertools.islice(left, AT_ONCE)):
            for scrape in batch:
                recorder.record_scrape(scrape)
            while recorder.pending:
                done.wait(0.05)
                done.clear()
    finally:
        recorder.stop()
    if recorder.dropped:
        raise RuntimeError(f"{recorder.dropped} scrapes were not stored: {recorder.failure}")


def _cost_us(database_store: Store, scrapes: Sequence[Scrape]) -> float:
    """Without the recorder's thread, which would begin a transaction with whatever few have come by then."""
    writer = BatchWriter(database_store.database, lambda _: None)
    before = database_store.cpu_s()
    for begin in range(0, len(scrapes), AT_ONCE):
        outcome = writer.write([pack_scrape(scrape) for scrape in scrapes[begin : begin + AT_ONCE]])
        if outcome.refused or outcome.left:
            raise RuntimeError(f"scrapes were not stored: {outcome.failure or outcome.refused[0][1]}")
    return (database_store.cpu_s() - before) / len(scrapes) * 1e6


def _carried(scrapes: Sequence[Scrape]) -> str:
    """How much there is in a scrape: a recording whose stamps were stretched has fewer process tables than a host."""
    vectors = sum(len(scrape.vectors) for scrape in scrapes) / len(scrapes)
    tables = sum(scrape.processes is not None for scrape in scrapes) / len(scrapes)
    return f"{vectors:.2f} vectors and {tables:.2f} process tables each"
