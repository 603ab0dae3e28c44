from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from storage.chunks.chunk_rows import read_chunks
from storage.chunks.raw_chunk import RawReadings
from storage.database import Database
from storage.schema import chunks
from storage.scrape import Cadence, Scrape
from storage.sealing.buckets import longer, roll_up
from storage.sealing.roll import Block, compute_block, write_block
from storage.sealing.seal import Window, seal_window
from storage.tier import BLOCK_MS, SEAL_MS, Tier
from tests.recorded import key
from tests.storage.sealing.keeping import (
    DAY,
    HOUR,
    LAYOUT,
    LOAD,
    MINUTE,
    buckets,
    of_series,
    reading,
    record,
    sealed,
    steady,
)

RATE = key("network_receive_bytes_per_second", interface="eth0")
GAP_S = 60.0
ALL = (Tier.M1, Tier.M5, Tier.H1, Tier.D1)
WINDOW = SEAL_MS[Cadence.FAST]
Found: TypeAlias = dict[str, dict[int, tuple[float, float, float, int]]]
"""Total, smallest, largest and count, by series and start."""


def seal(database: Database, host_id: int, since: int, until: int, before: int = 2**60) -> None:
    with database.writing() as connection:
        for start in range(since, until, WINDOW):
            seal_window(connection, Window(host_id, Cadence.FAST, start), before=before, gap_ms=60_000)


def roll(database: Database, host_id: int, start: int = DAY, tiers: tuple[Tier, ...] = ALL) -> None:
    with database.reading() as connection:
        rolled = compute_block(connection, Block(host_id, Cadence.FAST, start), tiers, GAP_S)
    with database.writing() as connection:
        assert write_block(connection, rolled)


def kept(database: Database, host_id: int, tier: Tier) -> Found:
    with database.reading() as connection:
        parts = buckets(connection, host_id, tier)
    return {str(series): of_series(parts, series) for series in (LOAD, RATE)}


def directly(scrapes: Iterable[Scrape], tier: Tier) -> Found:
    """From all readings at once."""
    ordered = sorted(scrapes, key=lambda scrape: scrape.ts)
    whole = RawReadings(
        np.array([scrape.ts for scrape in ordered]),
        np.array([scrape.session_at for scrape in ordered]),
        LAYOUT,
        np.array([scrape.vectors[0].values for scrape in ordered]),
    )
    minutes = roll_up(whole, 0, GAP_S)
    rolled = minutes if tier is Tier.M1 else longer(minutes, tier)
    return {str(series): of_series([rolled], series) for series in (LOAD, RATE)}


def check(
    found: Found,
    wanted: Found,
) -> None:
    for series, by_start in wanted.items():
        assert found[series].keys() == by_start.keys()
        for start, bucket in by_start.items():
            assert found[series][start] == pytest.approx(bucket, rel=1e-5)


@pytest.mark.parametrize("tier", ALL, ids=lambda tier: tier.name)
def test_every_tier_has_what_a_direct_computation_gives(database: Database, host_id: int, tier: Tier) -> None:
    scrapes = steady(host_id, range(DAY - 40_000, DAY + BLOCK_MS, 20_000))
    record(database, scrapes)
    seal(database, host_id, DAY - WINDOW, DAY + BLOCK_MS)
    roll(database, host_id, DAY - BLOCK_MS)
    roll(database, host_id)
    check(kept(database, host_id, tier), directly(scrapes, tier))
    with database.reading() as connection:
        assert set(connection.scalars(select(chunks.c.rolled))) == {True}


@pytest.mark.parametrize(
    "tiers",
    [(Tier.M1, Tier.D1), (Tier.M5, Tier.D1), (Tier.H1, Tier.D1), (Tier.D1,), ALL],
    ids=["1m", "5m", "1h", "raw", "all"],
)
def test_a_day_is_made_of_its_blocks_whatever_else_is_kept(
    database: Database, host_id: int, tiers: tuple[Tier, ...]
) -> None:
    scrapes = steady(host_id, range(DAY, DAY + 24 * HOUR, 60_000))
    record(database, scrapes)
    seal(database, host_id, DAY, DAY + 24 * HOUR)
    for start in range(DAY, DAY + 24 * HOUR, BLOCK_MS):
        roll(database, host_id, start, tiers)
    check(kept(database, host_id, Tier.D1), directly(scrapes, Tier.D1))
    with database.reading() as connection:
        stored = {tier for tier in ALL if buckets(connection, host_id, tier)}
    assert stored == set(tiers)


def test_rolling_up_twice_is_rolling_up_once(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + BLOCK_MS, 30_000)))
    seal(database, host_id, DAY, DAY + BLOCK_MS)
    roll(database, host_id)
    with database.reading() as connection:
        before = connection.execute(select(chunks).order_by(chunks.c.id)).all()
    roll(database, host_id)
    with database.reading() as connection:
        assert connection.execute(select(chunks).order_by(chunks.c.id)).all() == before


def test_what_still_lies_in_head_counts_already(database: Database, host_id: int) -> None:
    scrapes = steady(host_id, range(DAY, DAY + HOUR, 10_000))
    record(database, scrapes)
    seal(database, host_id, DAY, DAY + HOUR, before=DAY + HOUR - 20_000)
    roll(database, host_id)
    check(kept(database, host_id, Tier.M1), directly(scrapes, Tier.M1))
    seal(database, host_id, DAY, DAY + HOUR)
    roll(database, host_id)
    check(kept(database, host_id, Tier.M1), directly(scrapes, Tier.M1))


def test_late_readings_are_rolled_up_with_the_others(database: Database, host_id: int) -> None:
    scrapes = steady(host_id, range(DAY, DAY + 2 * HOUR, 10_000))
    late = [scrape for scrape in scrapes if scrape.ts // 10_000 % 7 == 3]
    record(database, [scrape for scrape in scrapes if scrape not in late])
    seal(database, host_id, DAY, DAY + 2 * HOUR)
    roll(database, host_id)
    record(database, late)
    seal(database, host_id, DAY, DAY + 2 * HOUR)
    roll(database, host_id)
    for tier in ALL:
        check(kept(database, host_id, tier), directly(scrapes, tier))


def test_where_readings_are_gone_late_ones_only_add_buckets(database: Database, host_id: int) -> None:
    scrapes = steady(host_id, range(DAY, DAY + HOUR, 10_000))
    record(database, scrapes)
    seal(database, host_id, DAY, DAY + HOUR)
    roll(database, host_id)
    with database.writing() as connection:
        connection.execute(delete(chunks).where(chunks.c.tier == int(Tier.RAW)))
    record(database, [reading(host_id, DAY + 1, 99.0, 0.0), reading(host_id, DAY + 90 * MINUTE, 5.0, 0.0)])
    seal(database, host_id, DAY, DAY + 2 * HOUR)
    roll(database, host_id)
    found = kept(database, host_id, Tier.M1)
    wanted = directly(scrapes, Tier.M1)
    wanted[str(LOAD)][DAY + 90 * MINUTE] = (5.0, 5.0, 5.0, 1)
    check(found, wanted)
    assert kept(database, host_id, Tier.H1)[str(LOAD)][DAY] == directly(scrapes, Tier.H1)[str(LOAD)][DAY]


def test_what_changed_meanwhile_is_computed_anew(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + HOUR, 10_000)))
    seal(database, host_id, DAY, DAY + HOUR)
    with database.reading() as connection:
        rolled = compute_block(connection, Block(host_id, Cadence.FAST, DAY), ALL, GAP_S)
    record(database, steady(host_id, (DAY + 1,)))
    seal(database, host_id, DAY, DAY + HOUR)
    with database.writing() as connection:
        assert not write_block(connection, rolled)
    with database.reading() as connection:
        assert buckets(connection, host_id, Tier.M1) == []
        assert set(connection.scalars(select(chunks.c.rolled))) == {False}


def test_without_tiers_readings_count_as_rolled_up(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + HOUR, 10_000)))
    seal(database, host_id, DAY, DAY + HOUR)
    roll(database, host_id, tiers=())
    with database.reading() as connection:
        found = {tuple(row) for row in connection.execute(select(chunks.c.tier, chunks.c.rolled))}
    assert found == {(int(Tier.RAW), True)}


def test_a_damaged_chunk_is_counted_and_stops_nothing(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + HOUR, 10_000)))
    seal(database, host_id, DAY, DAY + HOUR)
    with database.writing() as connection:
        connection.execute(update(chunks).where(chunks.c.start_ts == DAY).values(frame=b"nothing"))
    with database.reading() as connection:
        rolled = compute_block(connection, Block(host_id, Cadence.FAST, DAY), ALL, GAP_S)
    assert rolled.damaged == 1
    with database.writing() as connection:
        assert write_block(connection, rolled)
    assert min(kept(database, host_id, Tier.M1)[str(LOAD)]) == DAY + WINDOW


def test_damaged_buckets_give_way_to_new_ones(database: Database, host_id: int) -> None:
    scrapes = steady(host_id, range(DAY, DAY + HOUR, 10_000))
    record(database, scrapes)
    seal(database, host_id, DAY, DAY + HOUR)
    roll(database, host_id)
    with database.writing() as connection:
        connection.execute(update(chunks).where(chunks.c.tier != int(Tier.RAW)).values(frame=b"nothing"))
    roll(database, host_id)
    check(kept(database, host_id, Tier.H1), directly(scrapes, Tier.H1))


def test_readings_of_one_minute_intervals_and_more_have_their_rates(database: Database, host_id: int) -> None:
    """The longest gap may be longer than a window, and reach over empty ones."""
    hours = [reading(host_id, DAY + hour * HOUR, 1.0, 3_600.0 * hour) for hour in range(7)]
    record(database, hours)
    seal(database, host_id, DAY, DAY + 2 * BLOCK_MS)
    with database.reading() as connection:
        rolled = compute_block(connection, Block(host_id, Cadence.FAST, DAY + BLOCK_MS), ALL, 3 * 3_600.0)
    with database.writing() as connection:
        write_block(connection, rolled)
    assert kept(database, host_id, Tier.H1)[str(RATE)] == {DAY + BLOCK_MS: (1.0, 1.0, 1.0, 1)}


def test_readings_stay_bit_for_bit_while_they_are_rolled_up(database: Database, host_id: int) -> None:
    loads = (0.1, np.inf, -0.0, np.nan, 5e-324)
    odd = [reading(host_id, DAY + second * 1000, load, 0.1 * second) for second, load in enumerate(loads)]
    record(database, odd)
    seal(database, host_id, DAY, DAY + WINDOW)
    roll(database, host_id)
    with database.reading() as connection:
        (part,) = sealed(connection, host_id)
        assert len(read_chunks(connection, host_id, Cadence.FAST, Tier.M1, 0, 2**53)) == 1
    assert part.values.tobytes() == np.array([scrape.vectors[0].values for scrape in odd]).tobytes()
