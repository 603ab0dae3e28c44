from dataclasses import replace

import pytest
from sqlalchemy import select, update

from storage.database import Database
from storage.hosts import edit_host
from storage.retentions import PRESETS, Retention, write_retention
from storage.schema import chunks
from storage.sealing.retention import delete_old, find_old
from storage.sealing.upkeep import Upkeep
from storage.tier import BLOCK_MS, Tier
from tests.storage.sealing.keeping import DAY, HOUR, MINUTE, fresh, keep_up, moments, record, register, steady
from tests.storage.sealing.test_roll import Found, check, directly, kept

LONG = PRESETS["long"]
ONLY_RAW = Retention(raw_s=86_400, m1_s=0, m5_s=0, h1_s=0, d1_s=0, processes_s=3600, processes_1m_s=0)


def held(database: Database, host_id: int) -> set[Tier]:
    with database.reading() as connection:
        mine = select(chunks.c.tier).where(chunks.c.host_id == host_id).distinct()
        return {Tier(tier) for tier in connection.scalars(mine)}


def before(end: int, found: Found) -> Found:
    return {series: {ts: bucket for ts, bucket in by.items() if ts < end} for series, by in found.items()}


def live(database: Database, host_ids: list[int], days: int, upkeep: Upkeep) -> int:
    """A reading every ten minutes; the poller runs all the time. Returns the time at the end."""
    for block in range(4 * days):
        start = DAY + block * BLOCK_MS
        for host_id in host_ids:
            record(database, steady(host_id, range(start, start + BLOCK_MS, 10 * MINUTE)))
        keep_up(database, start + BLOCK_MS, upkeep)
    return DAY + days * 24 * HOUR


# On one engine alone: these are days of work, and what they do to the other one the shorter tests show.
def test_each_tier_is_kept_as_long_as_is_set(sqlite_database: Database) -> None:
    database, host_id = sqlite_database, register(sqlite_database, "db1")
    end = live(database, [host_id], 9, Upkeep(database))
    with database.reading() as connection:
        oldest = min(moments(connection, host_id))
    assert end - 26 * HOUR <= oldest <= end - 24 * HOUR + 30 * MINUTE
    minutes = kept(database, host_id, Tier.M1)["load1"]
    assert end - 7 * 24 * HOUR - BLOCK_MS - 2 * HOUR <= min(minutes) <= end - 7 * 24 * HOUR + BLOCK_MS
    everything = steady(host_id, range(DAY, DAY + 9 * 24 * HOUR - BLOCK_MS, 10 * MINUTE))
    over = DAY + 8 * 24 * HOUR
    for tier in (Tier.H1, Tier.D1):
        check(before(over, kept(database, host_id, tier)), before(over, directly(everything, tier)))
    assert held(database, host_id) == {Tier.RAW, Tier.M1, Tier.H1, Tier.D1}


def test_a_group_may_keep_it_for_longer(sqlite_database: Database) -> None:
    database = sqlite_database
    web, plain = register(database, "web", "web"), register(database, "plain")
    with database.writing() as connection:
        write_retention(connection, LONG, "web")
    end = live(database, [web, plain], 3, Upkeep(database))
    with database.reading() as connection:
        assert min(moments(connection, web)) == DAY
        assert min(moments(connection, plain)) >= end - 26 * HOUR
    assert held(database, web) == {Tier.RAW, Tier.M1, Tier.M5, Tier.H1, Tier.D1}
    assert held(database, plain) == {Tier.RAW, Tier.M1, Tier.H1, Tier.D1}


def test_readings_go_only_when_they_are_rolled_up(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + HOUR, MINUTE)))
    upkeep = Upkeep(database)
    keep_up(database, DAY + 3 * HOUR, upkeep)
    with database.reading() as connection:
        assert not any(connection.scalars(select(chunks.c.rolled)))
        # As if rolling up had failed for days.
        assert not find_old(connection, host_id, PRESETS["default"], DAY + 80 * HOUR)
    keep_up(database, DAY + 30 * HOUR, upkeep)
    check(kept(database, host_id, Tier.M1), directly(steady(host_id, range(DAY, DAY + HOUR, MINUTE)), Tier.M1))


def test_a_tier_that_is_no_longer_kept_goes(database: Database, host_id: int) -> None:
    upkeep = Upkeep(database)
    live(database, [host_id], 1, upkeep)
    with database.writing() as connection:
        write_retention(connection, replace(ONLY_RAW, raw_s=172_800, d1_s=172_800))
    keep_up(database, DAY + 27 * HOUR, upkeep)
    assert held(database, host_id) == {Tier.RAW, Tier.D1}


def test_readings_alone_can_be_kept(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        write_retention(connection, ONLY_RAW)
    end = live(database, [host_id], 2, Upkeep(database))
    assert held(database, host_id) == {Tier.RAW}
    with database.reading() as connection:
        assert end - 27 * HOUR <= min(moments(connection, host_id)) <= end - 23 * HOUR


def test_a_disabled_host_that_nobody_reads_ends_with_its_history(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        edit_host(connection, "db1", {"enabled": False})
    record(database, steady(host_id, range(DAY, DAY + HOUR, MINUTE)))
    upkeep = Upkeep(database)
    for days in (2, 3, 9, 10, 40, 41):
        keep_up(database, DAY + days * 24 * HOUR, upkeep)
    assert held(database, host_id) == {Tier.D1}
    for days in (740, 900, 901):
        keep_up(database, DAY + days * 24 * HOUR, upkeep)
    assert held(database, host_id) == set()
    with database.reading() as connection:
        assert fresh(connection, host_id) == []


@pytest.mark.parametrize("unrolled", [True, False])
def test_a_chunk_that_late_readings_came_to_is_not_deleted(database: Database, host_id: int, unrolled: bool) -> None:
    record(database, steady(host_id, range(DAY, DAY + HOUR, MINUTE)))
    keep_up(database, DAY + 7 * HOUR)
    with database.reading() as connection:
        old = find_old(connection, host_id, PRESETS["default"], DAY + 26 * HOUR)
    with database.writing() as connection:
        if unrolled:
            connection.execute(update(chunks).where(chunks.c.tier == 0).values(rolled=False))
        delete_old(connection, old)
    assert (Tier.RAW in held(database, host_id)) == unrolled
