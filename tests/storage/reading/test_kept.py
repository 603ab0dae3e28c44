"""The interval that suits a range: by the room there is, and by what is still kept."""

import pytest
from sqlalchemy import delete, update

from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from storage.reading.kept import choose_interval, finest_that_reaches
from storage.rollup import Interval
from storage.schema import chunks
from storage.scrape import Cadence
from storage.tier import BLOCK_MS, SEAL_MS, Tier
from tests.recorded import key, record, visit
from tests.sealed import roll, seal

HOUR = 3_600_000
DAY = 24 * HOUR
NOW = 1_790_000_000_000 // DAY * DAY + 12 * HOUR
WINDOW_MS = SEAL_MS[Cadence.FAST]


def choose(database: Database, *host_ids: int, start: int, end: int = NOW, width: int = 200_000) -> Interval:
    with database.reading() as connection:
        return choose_interval(connection, host_ids, Cadence.FAST, (start, end), width)


def fill(database: Database, host_id: int, *moments: int) -> None:
    """Readings that are sealed and rolled up."""
    record(database, *(visit(host_id, ts, {key("load1"): 1.0}) for ts in moments))
    for ts in moments:
        seal(database, host_id, ts)
        roll(database, host_id, ts)


def forget(database: Database, tier: Tier, before: int) -> None:
    with database.writing() as connection:
        connection.execute(delete(chunks).where(chunks.c.tier == int(tier), chunks.c.last_ts < before))


def test_readings_are_taken_while_they_reach_back_far_enough(database: Database, host_id: int) -> None:
    fill(database, host_id, *range(NOW - 2 * DAY, NOW, BLOCK_MS))
    assert choose(database, host_id, start=NOW - HOUR) is Interval.RAW
    forget(database, Tier.RAW, NOW - DAY)
    assert choose(database, host_id, start=NOW - 20 * HOUR) is Interval.RAW
    assert choose(database, host_id, start=NOW - 2 * DAY) is Interval.M1


def test_a_tier_that_is_not_kept_as_long_as_the_next_gives_way_to_it(database: Database, host_id: int) -> None:
    fill(database, host_id, *range(NOW - 4 * DAY, NOW, BLOCK_MS))
    forget(database, Tier.RAW, NOW - DAY)
    forget(database, Tier.M1, NOW - 2 * DAY)
    forget(database, Tier.M5, NOW - 3 * DAY)
    assert choose(database, host_id, start=NOW - 30 * HOUR) is Interval.M1
    assert choose(database, host_id, start=NOW - 60 * HOUR) is Interval.M5
    assert choose(database, host_id, start=NOW - 4 * DAY) is Interval.H1


def test_a_host_that_is_young_is_shown_as_fine_as_there_is_room(database: Database, host_id: int) -> None:
    fill(database, host_id, *range(NOW - 8 * HOUR + 5_000, NOW, WINDOW_MS))
    assert choose(database, host_id, start=NOW - 7 * DAY) is Interval.RAW


def test_readings_of_an_hour_that_are_not_sealed_are_there_as_well(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, ts, {key("load1"): 1.0}) for ts in range(NOW - HOUR, NOW, 60_000)))
    assert choose(database, host_id, start=NOW - HOUR) is Interval.RAW


def test_the_host_with_the_longest_past_decides(database: Database, host_id: int) -> None:
    with database.writing() as connection:
        young = add_host(connection, NewHost(name="young", address="young"), 0).id
    fill(database, host_id, *range(NOW - 2 * DAY, NOW, BLOCK_MS))
    fill(database, young, NOW - 2 * HOUR)
    forget(database, Tier.RAW, NOW - DAY)
    assert choose(database, young, start=NOW - 2 * DAY) is Interval.RAW
    assert choose(database, young, host_id, start=NOW - 2 * DAY) is Interval.M1


def test_a_sliver_without_readings_at_the_left_is_no_reason(database: Database, host_id: int) -> None:
    fill(database, host_id, *range(NOW - DAY - HOUR, NOW, WINDOW_MS))
    forget(database, Tier.RAW, NOW - DAY)
    assert choose(database, host_id, start=NOW - DAY - 20 * 60_000) is Interval.RAW


def test_nothing_at_all_leaves_it_to_the_room(database: Database, host_id: int) -> None:
    assert choose(database, host_id, start=NOW - HOUR) is Interval.RAW
    assert choose(database, host_id, start=NOW - HOUR, width=60) is Interval.M1
    assert choose(database, host_id, start=NOW - 3650 * DAY, width=10) is Interval.D1


def test_other_cadences_do_not_count(database: Database, host_id: int) -> None:
    fill(database, host_id, *range(NOW - 2 * DAY, NOW, BLOCK_MS))
    forget(database, Tier.RAW, NOW - DAY)
    with database.writing() as connection:
        connection.execute(update(chunks).values(cadence=int(Cadence.SLOW)))
    assert choose(database, host_id, start=NOW - 2 * DAY) is Interval.RAW


@pytest.mark.parametrize(
    ("oldest", "start", "tier"),
    [
        ((NOW, None, None, None, None), 0, Tier.RAW),
        ((NOW, NOW - DAY, None, None, None), NOW - HOUR, Tier.M1),
        ((NOW, None, None, None, NOW - DAY // 2), 0, Tier.RAW),
        ((NOW, None, None, None, NOW - 2 * DAY), 0, Tier.D1),
        ((None, None, None, NOW, None), 0, Tier.H1),
        ((NOW - DAY, None, None, NOW, None), 0, Tier.RAW),
    ],
    ids=[
        "readings alone",
        "minutes from before",
        "a day that began before the readings",
        "a day before the readings",
        "hours alone",
        "hours that began later",
    ],
)
def test_a_tier_is_passed_over_for_what_a_coarser_one_has_besides(
    oldest: tuple[int | None, ...], start: int, tier: Tier
) -> None:
    assert finest_that_reaches(oldest, Tier.RAW, start) is tier
