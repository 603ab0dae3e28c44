"""A poller's recorder and upkeep at an accelerated clock, to be killed: hours of readings in seconds.

Writes to standard output what a kill must not take away any more: lines of moments, once they are in the database or on
the disk in the spool. The database goes away now and then.
"""

import os
import random
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import structlog

from storage import sqlite
from storage.backlog import Item
from storage.database import Database, open_database
from storage.errors import WatchpostError
from storage.recorder import Recorder
from storage.scrape_rows import PackedScrape
from storage.sealing.upkeep import Upkeep
from storage.spool.spool import Spool
from tests.soak.made_up import HOSTS, STEP_MS, scrape_at

AHEAD = 300
"""Scrapes that may be under way; so what is not acknowledged is of the last 500 s of the made-up time."""


class TellingSpool(Spool):
    """Says what is on the disk."""

    def append(self, items: Sequence[Item], database_id: str) -> list[tuple[Item, Exception]]:
        refused = super().append(items, database_id)
        tell([item.ts for item in items if isinstance(item, PackedScrape)])
        return refused


def tell(moments: Sequence[int]) -> None:
    """In one line; one that is cut short by the kill has no end."""
    if moments:
        os.write(1, (" ".join(map(str, moments)) + "\n").encode())


class Clock:
    """The made-up time, UTC milliseconds."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms


def keep_up(database: Database, clock: Clock) -> None:
    upkeep = Upkeep(database)
    while True:
        try:
            is_more = upkeep.step(clock.now_ms, 0.2)
        except WatchpostError:
            is_more = False
        if not is_more:
            time.sleep(0.005)


def disturb(database: Database, chance: random.Random) -> None:
    """Takes the database away for moments, longer than the recorder's patience."""
    while True:
        time.sleep(chance.uniform(0.2, 1.0))
        with held(database):
            time.sleep(chance.uniform(0, 0.3))


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Nobody else can write."""
    if database.dialect == "sqlite":
        path = database.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
    else:
        import psycopg

        with psycopg.connect(database.url) as connection:
            connection.execute("LOCK TABLE head IN EXCLUSIVE MODE")
            yield


def main(url: str, spool: str, start: str, seed: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sqlite.BUSY_TIMEOUT_S = 0.1
    clock = Clock(int(start))
    database = open_database(url)
    recorder = Recorder(
        database,
        commit_interval_s=0.01,
        on_commit=lambda commit: tell(commit.scrape_ts),
        spool=TellingSpool(Path(spool), patience_s=0.1),
    )
    recorder.start()
    chance = random.Random(int(seed))  # noqa: S311 - the same disturbances every time
    threading.Thread(target=keep_up, args=(database, clock), daemon=True).start()
    threading.Thread(target=disturb, args=(database, chance), daemon=True).start()
    session_at = clock.now_ms
    while True:
        for host_id in HOSTS:
            recorder.record_scrape(scrape_at(host_id, clock.now_ms, session_at))
        clock.now_ms += STEP_MS
        # Two hours of readings in a second: all that the rest can keep up with.
        time.sleep(0.0007)
        while recorder.pending > AHEAD:
            time.sleep(0.001)


if __name__ == "__main__":
    main(*sys.argv[1:])
