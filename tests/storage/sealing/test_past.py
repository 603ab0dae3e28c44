"""A past that is written at once: read like one that was recorded and sealed bit by bit."""

from collections.abc import Iterable

import numpy as np
import pytest

from storage.chunks.chunk_rows import read_chunks, read_process_chunks
from storage.chunks.process_chunk import decode_processes
from storage.chunks.raw_chunk import RawReadings
from storage.database import Database
from storage.process_rows import unpack_processes
from storage.scrape import Cadence, Process
from storage.sealing.past import Past, write_past, write_past_tables
from storage.sealing.situation import read_situation
from storage.series import Layout, SeriesKey
from storage.tier import BLOCK_MS, SEAL_MS, Tier
from tests.readings import POSTGRES
from tests.storage.sealing.keeping import (
    BYTES,
    DAY,
    FOREVER,
    HOUR,
    LAYOUT,
    LOAD,
    MINUTE,
    buckets,
    fresh,
    keep_up,
    moments,
    of_series,
    record,
    register,
    sealed,
    steady,
)

RATE = SeriesKey("network_receive_bytes_per_second", BYTES.labels)
NOW = DAY + 2 * BLOCK_MS + 100 * MINUTE
ROLLED = (Tier.M1, Tier.H1, Tier.D1)


def past(host_id: int, when: Iterable[int], layout: Layout = LAYOUT) -> Past:
    """The same that `steady` records."""
    scrapes = steady(host_id, when)
    readings = RawReadings(
        np.array([scrape.ts for scrape in scrapes]),
        np.array([scrape.session_at for scrape in scrapes]),
        layout,
        np.array([scrape.vectors[0].values for scrape in scrapes]),
    )
    return Past(host_id, Cadence.FAST, readings)


def write(database: Database, given: Past, now_ms: int = NOW) -> list[int]:
    """The moments of what is left."""
    with database.writing() as connection:
        left: list[int] = write_past(connection, given, read_situation(connection, now_ms)).ts.tolist()
    return left


def test_it_is_what_sealing_makes_of_the_same_readings(database: Database) -> None:
    kept_up, at_once = register(database, "kept-up"), register(database, "at-once")
    when = range(DAY - 40_000, NOW, 20_000)
    record(database, steady(kept_up, when))
    keep_up(database, NOW)
    left = write(database, past(at_once, when))
    record(database, steady(at_once, left))
    # What the one waits with, as hosts take their turns, the other has done.
    keep_up(database, NOW + HOUR)
    with database.reading() as connection:
        assert moments(connection, at_once) == moments(connection, kept_up) == list(when)
        for tier in ROLLED:
            wanted, found = (buckets(connection, host_id, tier) for host_id in (kept_up, at_once))
            for series in (LOAD, RATE):
                assert of_series(found, series) == of_series(wanted, series)
                assert of_series(found, series)


def test_blocks_that_are_over_are_one_chunk_and_windows_of_the_present_one_are_one_each(database: Database) -> None:
    host_id = register(database, "db1")
    left = write(database, past(host_id, range(DAY, NOW, 20_000)))
    window = SEAL_MS[Cadence.FAST]
    with database.reading() as connection:
        found = [
            (chunk.key.start_ts, chunk.rolled)
            for chunk in read_chunks(connection, host_id, Cadence.FAST, Tier.RAW, 0, FOREVER)
        ]
        minutes = of_series(buckets(connection, host_id, Tier.M1), LOAD)
    present = DAY + 2 * BLOCK_MS
    assert found[:2] == [(DAY, True), (DAY + BLOCK_MS, True)]
    assert found[2:] == [(start, False) for start in range(present, NOW - MINUTE - window, window)]
    assert max(minutes) == present - MINUTE
    assert left == list(range(present + 6 * window, NOW, 20_000))


def test_the_newest_two_of_a_silent_host_are_left_and_rolled_up_all_the_same(database: Database) -> None:
    host_id = register(database, "db1")
    when = range(DAY, DAY + HOUR, 20_000)
    assert write(database, past(host_id, when)) == [when[-2], when[-1]]
    with database.reading() as connection:
        minutes = of_series(buckets(connection, host_id, Tier.M1), LOAD)
        assert [ts for part in sealed(connection, host_id) for ts in part.ts.tolist()] == list(when[:-2])
    assert sum(count for _, _, _, count in minutes.values()) == len(when)


def test_readings_that_are_kept_no_longer_are_only_rolled_up(database: Database) -> None:
    host_id = register(database, "db1")
    long_ago = DAY - 2 * 24 * HOUR
    write(database, past(host_id, [*range(long_ago, long_ago + HOUR, 20_000), *range(DAY, NOW, 20_000)]))
    with database.reading() as connection:
        assert min(ts for part in sealed(connection, host_id) for ts in part.ts.tolist()) == DAY
        assert min(of_series(buckets(connection, host_id, Tier.M1), LOAD)) == long_ago


def test_where_something_is_sealed_already_all_is_left_for_sealing_to_merge(database: Database) -> None:
    host_id = register(database, "db1")
    write(database, past(host_id, range(DAY, NOW, 20_000)))
    again = range(DAY + 10_000, NOW, 20_000)
    left = write(database, past(host_id, again))
    assert left == list(again)
    record(database, steady(host_id, left))
    keep_up(database, NOW + 2 * HOUR)
    with database.reading() as connection:
        minutes = of_series(buckets(connection, host_id, Tier.M1), LOAD)
    assert minutes[DAY + HOUR][3] == 6


def test_late_readings_join_it(database: Database) -> None:
    host_id = register(database, "db1")
    left = write(database, past(host_id, range(DAY, NOW, 20_000)))
    record(database, steady(host_id, [DAY + HOUR + 10_000, *left]))
    keep_up(database, NOW + 2 * HOUR)
    with database.reading() as connection:
        assert DAY + HOUR + 10_000 not in fresh(connection, host_id)
        assert of_series(buckets(connection, host_id, Tier.M1), LOAD)[DAY + HOUR][3] == 4


def test_a_block_too_large_for_one_chunk_has_one_for_each_window(database: Database) -> None:
    host_id = register(database, "db1")
    layout = Layout(tuple(SeriesKey("filesystem_free_bytes", (("mount", f"/{place}"),)) for place in range(12_000)))
    ts = np.arange(DAY, DAY + BLOCK_MS, 2 * MINUTE)
    given = RawReadings(ts, np.zeros_like(ts), layout, np.ones((len(ts), len(layout.series))))
    write(database, Past(host_id, Cadence.FAST, given))
    with database.reading() as connection:
        chunks = read_chunks(connection, host_id, Cadence.FAST, Tier.RAW, 0, FOREVER)
    assert [chunk.key.start_ts for chunk in chunks] == list(range(DAY, DAY + BLOCK_MS, SEAL_MS[Cadence.FAST]))
    assert all(chunk.rolled for chunk in chunks)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_so_few_readings_are_all_left(database: Database, count: int) -> None:
    host_id = register(database, "db1")
    when = range(DAY, DAY + count * 20_000, 20_000)
    assert write(database, past(host_id, when)) == list(when)


def table(ts: int, pid: int = 7) -> tuple[int, tuple[Process, ...]]:
    return ts, (Process(pid, "postgres", "postgres: writer", "postgres", 12.5, 1, 2, ts / 1000), POSTGRES)


def test_process_tables_of_hours_that_are_over_are_sealed_and_those_of_the_present_one_are_left(
    database: Database,
) -> None:
    host_id = register(database, "db1")
    tables = [table(ts) for ts in range(DAY, DAY + 150 * MINUTE, 10_000)]
    with database.writing() as connection:
        left = write_past_tables(connection, host_id, tables, DAY + 150 * MINUTE)
    with database.reading() as connection:
        chunks = read_process_chunks(connection, host_id, 0, FOREVER)
    found = [(ts, unpack_processes(rows)) for chunk in chunks for ts, rows in decode_processes(chunk.frame)]
    assert [chunk.start_ts for chunk in chunks] == [DAY, DAY + HOUR]
    assert [*found, *left] == tables
    assert left[0][0] == DAY + 2 * HOUR


def test_the_newest_table_is_left_and_what_has_one_a_minute_is_not_thinned_again(database: Database) -> None:
    host_id = register(database, "db1")
    tables = [table(ts) for ts in (DAY, DAY + MINUTE, DAY + HOUR, DAY + HOUR + 10_000, DAY + HOUR + 20_000)]
    with database.writing() as connection:
        left = write_past_tables(connection, host_id, tables, NOW)
    with database.reading() as connection:
        chunks = read_process_chunks(connection, host_id, 0, FOREVER)
    assert list(left) == tables[-1:]
    assert [chunk.thinned for chunk in chunks] == [True, False]


@pytest.mark.parametrize("count", [0, 1])
def test_so_few_tables_are_all_left(database: Database, count: int) -> None:
    host_id = register(database, "db1")
    tables = [table(DAY)][:count]
    with database.writing() as connection:
        assert list(write_past_tables(connection, host_id, tables, NOW)) == tables
        assert read_process_chunks(connection, host_id, 0, FOREVER) == []


def test_a_table_with_numbers_beyond_64_bits_is_kept_as_it_is(database: Database) -> None:
    host_id = register(database, "db1")
    tables = [table(DAY), table(DAY + 10_000, pid=2**70), table(DAY + 2 * HOUR)]
    with database.writing() as connection:
        write_past_tables(connection, host_id, tables, NOW)
    with database.reading() as connection:
        (chunk,) = read_process_chunks(connection, host_id, 0, FOREVER)
    assert [(ts, unpack_processes(rows)) for ts, rows in decode_processes(chunk.frame)] == tables[:2]
