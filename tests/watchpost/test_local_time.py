import time
from zoneinfo import ZoneInfo

import pytest

from storage.database import Database
from storage.settings import write_setting
from watchpost.configuration import configure, platform_folders
from watchpost.local_time import moment_text, shown_zone

MARCH, JULY = 1_709_294_400_000, 1_719_835_200_000
"""Noon UTC of 1 March and 1 July 2024."""


def test_a_moment_is_shown_in_its_zone() -> None:
    assert moment_text(MARCH, ZoneInfo("Asia/Seoul")) == "2024-03-01 21:00:00"
    assert moment_text(None, None) == "\N{EN DASH}"


def test_the_zone_of_the_system_has_its_summer_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert moment_text(MARCH, None) == "2024-03-01 13:00:00"
        assert moment_text(JULY, None) == "2024-07-01 14:00:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_environment_wins_over_the_setting(database: Database) -> None:
    plain = configure(None, {}, {}, platform_folders())
    chosen = configure(None, {"WATCHPOST_TIME_ZONE": "UTC"}, {}, platform_folders())
    with database.writing() as connection:
        assert shown_zone(plain, connection) is None
        write_setting(connection, "time_zone", "Asia/Seoul")
        assert shown_zone(plain, connection) == ZoneInfo("Asia/Seoul")
        assert shown_zone(chosen, connection) == ZoneInfo("UTC")
