import numpy as np

from benchmarks.store.history import repeat_day
from benchmarks.store.upkeep import DAY_MS, HOUR_MS
from storage.chunks.chunk_rows import Chunk, ChunkKey, read_chunks, write_chunk
from storage.chunks.rollup_chunk import RolledUp, decode_rolled, encode_rolled
from storage.database import Database
from storage.layout_rows import LayoutIds
from storage.scrape import Cadence
from storage.series import Layout, SeriesKey
from storage.tier import Tier, window_start

START = 20_000 * DAY_MS
LAYOUT = Layout((SeriesKey("load1"),))


def test_a_day_of_hours_is_there_for_a_month(database: Database) -> None:
    ts = START + np.arange(24) * HOUR_MS
    values = np.arange(24.0).reshape(24, 1)
    hours = RolledUp(ts, LAYOUT, values, values, values, np.ones((24, 1), dtype=np.int64))
    with database.writing() as connection:
        layout_id = LayoutIds().id_of(connection, LAYOUT, START)
        window = ChunkKey(1, Cadence.FAST, Tier.H1, window_start(START, Tier.H1, Cadence.FAST))
        write_chunk(connection, Chunk(window, START, int(ts[-1]), 24, 24, layout_id, True, encode_rolled(hours)))
    repeat_day(database, 1, START, {Tier.H1: 29})
    with database.reading() as connection:
        chunks = read_chunks(connection, 1, Cadence.FAST, Tier.H1, START - 40 * DAY_MS, START + DAY_MS)
    found = [decode_rolled(chunk.frame, LAYOUT) for chunk in chunks]
    assert np.concatenate([each.ts for each in found]).tolist() == list(
        range(START - 29 * DAY_MS, START + DAY_MS, HOUR_MS)
    )
    assert np.concatenate([each.total[:, 0] for each in found]).tolist() == list(map(float, range(24))) * 30
