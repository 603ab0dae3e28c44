import pytest

from storage.chunks.chunk_rows import (
    Chunk,
    ChunkKey,
    ProcessChunk,
    delete_chunk,
    delete_process_chunk,
    read_chunks,
    read_process_chunks,
    write_chunk,
    write_process_chunk,
)
from storage.database import Database
from storage.scrape import Cadence
from storage.tier import Tier

HOUR_MS = 3_600_000


def chunk(start_ts: int, *, first: int = 0, last: int = 1_000, tier: Tier = Tier.RAW, frame: bytes = b"x") -> Chunk:
    key = ChunkKey(7, Cadence.FAST, tier, start_ts)
    return Chunk(key, start_ts + first, start_ts + last, 2, 9, 1, tier is not Tier.RAW, frame)


def processes(start_ts: int, frame: bytes = b"x") -> ProcessChunk:
    return ProcessChunk(7, start_ts, start_ts, start_ts + 1_000, 2, thinned=False, frame=frame)


def test_a_chunk_is_read_as_it_was_written(database: Database) -> None:
    written = chunk(HOUR_MS, frame=b"\0\xff")
    with database.writing() as connection:
        write_chunk(connection, written)
    with database.reading() as connection:
        assert read_chunks(connection, 7, Cadence.FAST, Tier.RAW, 0, 2 * HOUR_MS) == [written]


def test_a_chunk_of_the_same_window_is_replaced(database: Database) -> None:
    with database.writing() as connection:
        write_chunk(connection, chunk(HOUR_MS))
        write_chunk(connection, chunk(HOUR_MS, last=5, frame=b"new"))
        found = read_chunks(connection, 7, Cadence.FAST, Tier.RAW, 0, 2 * HOUR_MS)
    assert [(each.last_ts, each.frame) for each in found] == [(HOUR_MS + 5, b"new")]


def test_chunks_come_oldest_first_and_of_one_tier(database: Database) -> None:
    with database.writing() as connection:
        for start in (2 * HOUR_MS, 0, HOUR_MS):
            write_chunk(connection, chunk(start))
        write_chunk(connection, chunk(0, tier=Tier.M1))
        found = read_chunks(connection, 7, Cadence.FAST, Tier.RAW, 0, 3 * HOUR_MS)
    assert [each.key.start_ts for each in found] == [0, HOUR_MS, 2 * HOUR_MS]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [(0, 500, 0), (0, 501, 1), (1_000, 2_000, 1), (1_001, 2_000, 0), (600, 700, 1)],
    ids=["before", "up to its first", "its last", "after", "within"],
)
def test_only_chunks_that_reach_into_the_span_are_read(database: Database, since: int, until: int, found: int) -> None:
    with database.writing() as connection:
        write_chunk(connection, chunk(0, first=500, last=1_000))
        assert len(read_chunks(connection, 7, Cadence.FAST, Tier.RAW, since, until)) == found


def test_a_chunk_is_deleted_once(database: Database) -> None:
    with database.writing() as connection:
        write_chunk(connection, chunk(0))
        write_chunk(connection, chunk(HOUR_MS))
        assert delete_chunk(connection, chunk(0).key)
        assert not delete_chunk(connection, chunk(0).key)
        assert len(read_chunks(connection, 7, Cadence.FAST, Tier.RAW, 0, 2 * HOUR_MS)) == 1


def test_process_chunks_are_written_replaced_read_and_deleted(database: Database) -> None:
    with database.writing() as connection:
        write_process_chunk(connection, processes(HOUR_MS))
        write_process_chunk(connection, processes(0))
        write_process_chunk(connection, processes(0, b"new"))
        assert read_process_chunks(connection, 7, 0, 2 * HOUR_MS) == [processes(0, b"new"), processes(HOUR_MS)]
        assert read_process_chunks(connection, 7, 1_001, HOUR_MS) == []
        assert delete_process_chunk(connection, 7, 0)
        assert not delete_process_chunk(connection, 7, 0)
