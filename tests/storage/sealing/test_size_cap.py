import pytest
from structlog.testing import capture_logs

from storage.database import Database
from storage.retentions import PRESETS, write_retention
from storage.sealing.cap_keeper import LOOK_MS, TELL_MS, CapKeeper
from storage.sealing.size_cap import drop_oldest, used_bytes
from storage.sealing.upkeep import Upkeep
from storage.settings import write_setting
from storage.tier import BLOCK_MS, Tier
from tests.storage.sealing.keeping import DAY, HOUR, MINUTE, buckets, keep_up, moments, record, steady


def fill(database: Database, host_id: int, days: int = 2) -> int:
    """With the preset `long`, so that all tiers are there; returns the end."""
    with database.writing() as connection:
        write_retention(connection, PRESETS["long"])
    end = DAY + days * 24 * HOUR
    record(database, steady(host_id, range(DAY, end, MINUTE)))
    keep_up(database, end)
    return end


def tiers(database: Database, host_id: int) -> list[Tier]:
    with database.reading() as connection:
        held: list[Tier] = [tier for tier in Tier if tier is not Tier.RAW and buckets(connection, host_id, tier)]
        return [Tier.RAW, *held] if moments(connection, host_id)[0] < DAY + 24 * HOUR else held


def test_the_oldest_of_the_finest_goes_first(database: Database, host_id: int) -> None:
    fill(database, host_id)
    assert tiers(database, host_id) == list(Tier)
    order = []
    while True:
        with database.writing() as connection:
            dropped = drop_oldest(connection)
        if dropped is None:
            break
        order.append(dropped.kind)
    assert list(dict.fromkeys(order)) == ["raw", "1m", "5m", "1h", "1d"]
    with database.reading() as connection:
        left = moments(connection, host_id)
    # What is not rolled up yet stays.
    assert left
    assert left[0] >= DAY + 2 * 24 * HOUR - BLOCK_MS


def test_less_is_used_after_it(database: Database, host_id: int) -> None:
    fill(database, host_id)
    with database.reading() as connection:
        before = used_bytes(connection)
    with database.writing() as connection:
        drop_oldest(connection)
    with database.reading() as connection:
        assert 0 < used_bytes(connection) < before


def test_it_stops_as_soon_as_the_data_fit_and_tells_once_a_day(database: Database, host_id: int) -> None:
    end = fill(database, host_id)
    with database.reading() as connection:
        cap = used_bytes(connection) - 1
    keeper = CapKeeper()
    with capture_logs() as told:
        while keeper.step(database, cap, end):
            pass
        while keeper.step(database, cap - 1, end + LOOK_MS):
            pass
    assert [line["event"] for line in told] == ["size_cap_reached"]
    assert told[0]["dropped"]["raw"].endswith("Z")
    with database.reading() as connection:
        assert used_bytes(connection) <= cap
    assert Tier.M1 in tiers(database, host_id)


def test_a_size_that_cannot_be_kept_is_told_once_a_day(database: Database, host_id: int) -> None:
    fill(database, host_id, days=1)
    keeper = CapKeeper()
    with capture_logs() as told:
        for now in (DAY, DAY + LOOK_MS, DAY + TELL_MS):
            while keeper.step(database, 1, now):
                pass
    assert [line["event"] for line in told] == ["size_cap_too_small"] * 2


def test_without_a_cap_nothing_is_dropped_and_with_one_upkeep_sees_to_it(
    database: Database, host_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = fill(database, host_id, days=1)
    upkeep = Upkeep(database)
    keep_up(database, end + HOUR, upkeep)
    assert Tier.M1 in tiers(database, host_id)
    # A database of 16 MiB would take a minute to fill.
    monkeypatch.setattr("storage.settings.SIZE_CAP_MINIMUM", 1)
    with database.writing() as connection:
        write_setting(connection, "size_cap_bytes", 1)
    keep_up(database, end + 2 * HOUR, upkeep)
    assert set(tiers(database, host_id)) <= {Tier.RAW}
