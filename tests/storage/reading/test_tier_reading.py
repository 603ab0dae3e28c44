"""Buckets out of several tiers; that any split reads the same is in test_any_split."""

import numpy as np
import pytest
from sqlalchemy import delete, update

from storage.database import Database
from storage.errors import DatabaseCorruptError
from storage.host import NewHost
from storage.hosts import add_host
from storage.queries import SeriesPoints, read_series
from storage.rollup import Interval
from storage.schema import chunks
from storage.scrape import Cadence, Scrape
from storage.tier import BLOCK_MS, SEAL_MS, Tier
from tests.recorded import cpu, key, record, visit
from tests.sealed import roll, seal

DAY = 1_790_000_000_000 // 86_400_000 * 86_400_000
MINUTE, HOUR = 60_000, 3_600_000
WINDOW_MS = SEAL_MS[Cadence.FAST]
LOAD = key("load1")
RECEIVED = key("network_receive_bytes_total", interface="eth0")
RATE = "network_receive_bytes_per_second"


def read(
    database: Database,
    host_id: int,
    metric: str = "load1",
    interval: Interval = Interval.M1,
    span: tuple[int, int] = (DAY - 86_400_000, DAY + 86_400_000),
) -> list[SeriesPoints]:
    with database.reading() as connection:
        return read_series(connection, host_ids=[host_id], metric=metric, start=span[0], end=span[1], interval=interval)


def load(host_id: int, *moments: int, value: float = 1.0) -> list[Scrape]:
    return [visit(host_id, ts, {LOAD: value}) for ts in moments]


def settle(database: Database, host_id: int, *moments: int, tiers: tuple[Tier, ...] = tuple(Tier)[1:]) -> None:
    """Seals and rolls up what there is of these times."""
    for ts in moments:
        seal(database, host_id, ts)
    for block in sorted({ts // BLOCK_MS for ts in moments}):
        roll(database, host_id, block * BLOCK_MS, tiers=tiers)


def forget(database: Database, *tiers: Tier) -> None:
    with database.writing() as connection:
        connection.execute(delete(chunks).where(chunks.c.tier.in_([int(tier) for tier in tiers])))


def values(series: SeriesPoints) -> dict[int, float]:
    """By milliseconds after midnight."""
    return dict(zip((series.ts - DAY).tolist(), series.value.tolist(), strict=True))


@pytest.mark.parametrize("interval", [Interval.M1, Interval.M5, Interval.H1, Interval.D1])
def test_stored_buckets_are_read_when_the_readings_are_gone(
    database: Database, host_id: int, interval: Interval
) -> None:
    record(database, *load(host_id, DAY, DAY + 5_000, value=2.0), *load(host_id, DAY + HOUR, value=5.0))
    settle(database, host_id, DAY, DAY + HOUR)
    forget(database, Tier.RAW)
    (series,) = read(database, host_id, interval=interval)
    assert series.interval is interval
    assert series.ts.tolist()[0] == DAY
    assert series.count.sum() == 3
    assert series.maximum.max() == 5.0


def test_a_tier_that_is_not_kept_is_rolled_up_from_the_finer_one(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, DAY + second * 1000, {LOAD: second}) for second in (0, 60, 250, 300)))
    settle(database, host_id, DAY, tiers=(Tier.M1,))
    forget(database, Tier.RAW)
    assert values(read(database, host_id, interval=Interval.M5)[0]) == {0: pytest.approx(310 / 3), 300_000: 300}
    assert values(read(database, host_id, interval=Interval.D1)[0]) == {0: 152.5}


def test_a_finer_tier_that_is_gone_is_not_made_up_from_a_coarser_one(database: Database, host_id: int) -> None:
    record(database, *load(host_id, DAY))
    settle(database, host_id, DAY)
    forget(database, Tier.RAW, Tier.M1)
    assert read(database, host_id, interval=Interval.M1) == []
    assert len(read(database, host_id, interval=Interval.M5)) == 1


def test_a_stored_bucket_wins_over_late_readings_until_it_is_rolled_up_again(database: Database, host_id: int) -> None:
    record(database, *load(host_id, DAY, value=1.0))
    settle(database, host_id, DAY)
    record(database, *load(host_id, DAY + 5_000, value=3.0), *load(host_id, DAY + MINUTE, value=7.0))
    assert values(read(database, host_id)[0]) == {0: 1.0, MINUTE: 7.0}
    settle(database, host_id, DAY, tiers=(Tier.M1,))
    assert values(read(database, host_id)[0]) == {0: 2.0, MINUTE: 7.0}


def test_a_day_that_is_rolled_up_in_part_counts_as_a_whole(database: Database, host_id: int) -> None:
    moments = [DAY + block * BLOCK_MS for block in range(4)]
    record(database, *(visit(host_id, ts, {LOAD: float(place)}) for place, ts in enumerate(moments)))
    settle(database, host_id, *moments[:2])
    seal(database, host_id, moments[2])
    (series,) = read(database, host_id, interval=Interval.D1)
    assert (series.value.tolist(), series.count.tolist()) == ([1.5], [4])


def test_the_rate_at_the_edge_of_a_block_comes_from_the_reading_before_it(database: Database, host_id: int) -> None:
    edge = DAY + BLOCK_MS
    record(database, *(visit(host_id, edge + at * 5_000, {RECEIVED: (at + 10) ** 2 * 5.0}) for at in range(-5, 5)))
    settle(database, host_id, edge - 1)
    (series,) = read(database, host_id, RATE)
    assert series.count.tolist() == [4, 5]
    assert values(series)[BLOCK_MS] == pytest.approx(np.mean([2 * (at + 10) - 1 for at in range(5)]))


def test_a_gap_in_the_buckets_stays_a_gap(database: Database, host_id: int) -> None:
    record(database, *load(host_id, DAY, DAY + 13 * HOUR))
    settle(database, host_id, DAY, DAY + 13 * HOUR)
    for interval, points in ((Interval.M1, 2), (Interval.H1, 2), (Interval.D1, 1)):
        assert len(read(database, host_id, interval=interval)[0].ts) == points


def test_neither_a_restart_nor_a_reset_is_a_spike(database: Database, host_id: int) -> None:
    grown = [visit(host_id, DAY + at * 5_000, {RECEIVED: 1e9 + at * 50.0}, session_at=DAY) for at in range(12)]
    reset = [visit(host_id, DAY + at * 5_000, {RECEIVED: at * 50.0}, session_at=DAY) for at in range(12, 24)]
    again = [visit(host_id, DAY + at * 5_000, {RECEIVED: 1e12 + at}, session_at=DAY + 1) for at in range(24, 36)]
    record(database, *grown, *reset, *again)
    settle(database, host_id, DAY)
    (series,) = read(database, host_id, RATE)
    assert series.maximum.max() == pytest.approx(10, rel=2**-15)
    assert series.minimum.min() >= 0


def test_counters_beyond_readings_are_what_the_readings_have(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, DAY + at * 5_000, {RECEIVED: float(at)}) for at in range(3)))
    settle(database, host_id, DAY)
    assert values(read(database, host_id, RECEIVED.name)[0]) == {0: 1.0}
    forget(database, Tier.RAW)
    assert read(database, host_id, RECEIVED.name) == []


def test_sessions_with_other_series_stay_apart_when_sealing_put_them_into_one_chunk(
    database: Database, host_id: int
) -> None:
    record(
        database,
        *(visit(host_id, DAY + at * 5_000, cpu(user=at, idle=3 * at, steal=0), session_at=1) for at in range(3)),
        *(visit(host_id, DAY + at * 5_000, cpu(user=at, idle=at), session_at=2) for at in range(3, 6)),
    )
    seal(database, host_id, DAY)
    (series,) = read(database, host_id, "cpu_usage_percent", Interval.RAW)
    assert series.value.tolist() == [25, 25, 50, 50]


def test_hosts_with_pasts_of_their_own_are_read_at_once(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        others = [add_host(connection, NewHost(name=name, address=name), 0).id for name in ("fresh", "empty")]
    record(database, *load(host_id, DAY, DAY + HOUR), *load(others[0], DAY + HOUR))
    settle(database, host_id, DAY, DAY + HOUR)
    with database.reading() as connection:
        found = read_series(
            connection,
            host_ids=[*others, host_id],
            metric="load1",
            start=DAY,
            end=DAY + 2 * HOUR,
            interval=Interval.M1,
        )
    assert [(series.host_id, len(series.ts)) for series in found] == [(others[0], 1), (host_id, 2)]


def test_whole_buckets_are_read_whatever_the_range(database: Database, host_id: int) -> None:
    record(database, *load(host_id, *range(DAY, DAY + 2 * MINUTE, 5_000)))
    before = read(database, host_id, span=(DAY + 30_000, DAY + 61_000))[0].count.tolist()
    settle(database, host_id, DAY)
    assert read(database, host_id, span=(DAY + 30_000, DAY + 61_000))[0].count.tolist() == before == [12, 12]


@pytest.mark.parametrize("tier", [Tier.RAW, Tier.M1])
def test_a_damaged_chunk_is_named_and_costs_nothing_but_itself(database: Database, host_id: int, tier: Tier) -> None:
    record(database, *load(host_id, DAY, DAY + BLOCK_MS))
    settle(database, host_id, DAY, DAY + BLOCK_MS)
    if tier is Tier.RAW:
        forget(database, Tier.M1)
    with database.writing() as connection:
        mine = (chunks.c.tier == int(tier), chunks.c.start_ts == DAY)
        connection.execute(update(chunks).where(*mine).values(frame=b"WPr\x01 nonsense"))
    with pytest.raises(DatabaseCorruptError, match="db1") as caught:
        read(database, host_id)
    assert "2026-09-21 00:00" in caught.value.message
    (series,) = read(database, host_id, span=(DAY + BLOCK_MS, DAY + BLOCK_MS + HOUR))
    assert len(series.ts) == 1


@pytest.mark.parametrize("span", [(DAY, DAY), (DAY + 1, DAY)])
def test_an_empty_range_has_nothing(database: Database, host_id: int, span: tuple[int, int]) -> None:
    record(database, *load(host_id, DAY))
    assert read(database, host_id, span=span) == []
    assert read(database, host_id, interval=Interval.RAW, span=span) == []
