"""The readings of a block become one chunk when they are rolled up."""

from collections.abc import Sequence

import numpy as np
import pytest
from sqlalchemy import select, update

from storage.chunks.chunk_rows import Chunk, ChunkKey, read_chunks
from storage.chunks.raw_chunk import RawReadings
from storage.database import Database
from storage.schema import chunks
from storage.scrape import Cadence
from storage.sealing import merging
from storage.sealing.merging import merged_chunk
from storage.series import Layout, SeriesKey
from storage.tier import BLOCK_MS, SEAL_MS, Tier, extent_end
from tests.storage.sealing.keeping import (
    DAY,
    FOREVER,
    HOUR,
    LAYOUT,
    MINUTE,
    keep_up,
    moments,
    reading,
    record,
    register,
    sealed,
    steady,
)

WINDOW = SEAL_MS[Cadence.FAST]
LATER = DAY + 10 * HOUR
KEY = ChunkKey(1, Cadence.FAST, Tier.RAW, DAY)


@pytest.fixture
def host_id(database: Database) -> int:
    return register(database, "one")


def raw_chunks(database: Database, host_id: int) -> list[Chunk]:
    with database.reading() as connection:
        return read_chunks(connection, host_id, Cadence.FAST, Tier.RAW, 0, FOREVER)


def starts(database: Database, host_id: int) -> list[int]:
    return [chunk.key.start_ts for chunk in raw_chunks(database, host_id)]


def all_moments(database: Database, host_id: int) -> list[int]:
    with database.reading() as connection:
        return moments(connection, host_id)


def part(layout: Layout, *ts: int) -> RawReadings:
    moments = np.array(ts, dtype=np.int64)
    return RawReadings(moments, np.zeros(len(ts), dtype=np.int64), layout, np.ones((len(ts), len(layout.series))))


def test_a_block_that_is_rolled_up_has_one_chunk_with_every_value(database: Database, host_id: int) -> None:
    scrapes = steady(host_id, range(DAY, DAY + 8 * HOUR, 30_000))
    record(database, scrapes)
    keep_up(database, DAY + 8 * HOUR)
    first, *later = raw_chunks(database, host_id)
    assert (first.key.start_ts, first.last_ts, first.rolled) == (DAY, DAY + BLOCK_MS - 30_000, True)
    assert (first.rows, first.samples) == (720, 1440)
    assert [chunk.key.start_ts for chunk in later] == list(range(DAY + BLOCK_MS, DAY + 8 * HOUR - WINDOW, WINDOW))
    assert all_moments(database, host_id) == [scrape.ts for scrape in scrapes]
    with database.reading() as connection:
        whole = sealed(connection, host_id)[0]
    assert whole.values.tolist() == [scrape.vectors[0].values.tolist() for scrape in scrapes[:720]]


def test_the_chunk_of_a_block_starts_with_it_even_where_its_readings_do_not(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY + 3 * HOUR, DAY + 8 * HOUR, MINUTE)))
    keep_up(database, DAY + 8 * HOUR)
    first = raw_chunks(database, host_id)[0]
    assert (first.key.start_ts, first.first_ts) == (DAY, DAY + 3 * HOUR)


@pytest.mark.parametrize("at", [0, 20 * MINUTE, 100 * MINUTE, 200 * MINUTE], ids=str)
def test_late_readings_join_the_chunk_of_their_block_wherever_they_are(
    database: Database, host_id: int, at: int
) -> None:
    there = range(DAY + 3 * HOUR, DAY + 8 * HOUR, MINUTE)
    record(database, steady(host_id, there))
    keep_up(database, DAY + 8 * HOUR)
    late = range(DAY + at + 1_000, DAY + at + 40 * MINUTE, MINUTE)
    record(database, steady(host_id, late))
    keep_up(database, LATER)
    assert starts(database, host_id)[:2] == [DAY, DAY + BLOCK_MS]
    assert raw_chunks(database, host_id)[0].rolled
    assert all_moments(database, host_id) == sorted([*there, *late])


def test_late_readings_of_many_windows_are_taken_at_once(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 8 * HOUR, 10 * MINUTE)))
    keep_up(database, DAY + 8 * HOUR)
    late = steady(host_id, range(DAY + 30_000, DAY + 5 * HOUR, MINUTE))
    record(database, late)
    keep_up(database, LATER)
    assert starts(database, host_id)[0] == DAY
    assert raw_chunks(database, host_id)[0].rows == 36 + len(late)


def test_what_comes_after_the_end_of_a_merged_chunk_is_merged_as_well(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 2 * HOUR, MINUTE)))
    keep_up(database, DAY + 8 * HOUR)
    assert raw_chunks(database, host_id)[0].rows == 118
    record(database, steady(host_id, range(DAY + 4 * HOUR, DAY + 9 * HOUR, MINUTE)))
    keep_up(database, LATER)
    first, second, *_ = raw_chunks(database, host_id)
    assert (first.rows, second.key.start_ts) == (120 + 120, DAY + BLOCK_MS)


def test_chunks_never_overlap_whatever_comes_late_in_which_order(database: Database, host_id: int) -> None:
    everything = list(range(DAY, DAY + 7 * HOUR, 5 * MINUTE))
    chance = np.random.default_rng(3)
    order = chance.permutation(len(everything))
    for number, some in enumerate(np.array_split(order, 6)):
        record(database, steady(host_id, sorted(everything[place] for place in some)))
        keep_up(database, LATER + number * HOUR)
        found = raw_chunks(database, host_id)
        ends = [extent_end(each.key.start_ts, each.last_ts, Tier.RAW, Cadence.FAST) for each in found]
        assert all(end <= later.key.start_ts for end, later in zip(ends, found[1:], strict=False))
    assert all_moments(database, host_id) == everything


def test_a_block_with_a_damaged_chunk_stays_as_it_is(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + HOUR, MINUTE)))
    keep_up(database, DAY + 2 * HOUR)
    assert len(starts(database, host_id)) == 4
    with database.writing() as connection:
        connection.execute(update(chunks).where(chunks.c.start_ts == DAY + WINDOW).values(frame=b"no chunk"))
    keep_up(database, LATER)
    assert len(starts(database, host_id)) == 4
    with database.reading() as connection:
        assert all(connection.scalars(select(chunks.c.rolled)))


def test_series_that_only_some_readings_have_stay_absent_in_the_others() -> None:
    more = Layout((*LAYOUT.series, SeriesKey("load5")))
    found = merged_chunk(KEY, [part(more, *range(DAY, DAY + 90)), part(LAYOUT, DAY + 90)])
    assert found is not None
    chunk, layout = found
    assert layout == more
    assert (chunk.rows, chunk.samples) == (91, 90 * 3 + 2)


def _strange(count: int) -> Sequence[RawReadings]:
    return [part(Layout((SeriesKey("load1", (("n", str(number)),)),)), DAY + number) for number in range(count)]


def test_it_is_not_done_where_a_host_invents_ever_new_series() -> None:
    assert merged_chunk(KEY, _strange(3)) is None


def test_a_large_block_stays_in_its_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [part(LAYOUT, DAY), part(LAYOUT, DAY + 1)]
    assert merged_chunk(KEY, parts) is not None
    monkeypatch.setattr(merging, "CELLS_LIMIT", 3)
    assert merged_chunk(KEY, parts) is None


def test_a_chunk_that_is_alone_in_its_block_stays_as_it_is(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY + HOUR, DAY + HOUR + 10 * MINUTE, MINUTE)))
    record(database, steady(host_id, range(DAY + 7 * HOUR, DAY + 8 * HOUR, MINUTE)))
    keep_up(database, LATER)
    assert starts(database, host_id)[:2] == [DAY + HOUR, DAY + 7 * HOUR]


def test_nothing_is_merged_that_still_grows(database: Database, host_id: int) -> None:
    record(database, [reading(host_id, ts, 1.0, 2.0) for ts in range(DAY, DAY + 5 * HOUR, MINUTE)])
    keep_up(database, DAY + 5 * HOUR)
    assert len(starts(database, host_id)) > 10
