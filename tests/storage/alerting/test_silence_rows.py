"""Silences and maintenance windows in the database."""

import pytest

from storage.alerting.silence_rows import LONGEST_MS, SilenceRow, add_silence, end_silence, find_silence, list_silences
from storage.alerting.window_rows import WindowRow, add_window, find_window, list_windows, remove_window
from storage.database import Database
from storage.errors import AlreadyExistsError, InvalidInputError, NotFoundError

MATCHERS = [{"label": "host", "operator": "=", "value": "web-1"}]


def silence(database: Database, start: int, end: int, now: int = 0) -> SilenceRow:
    with database.writing() as connection:
        return add_silence(
            connection, matchers=MATCHERS, starts_at=start, ends_at=end, author=" Jo ", comment="x\ny", now_ms=now
        )


def window(database: Database, name: str = "nightly") -> WindowRow:
    with database.writing() as connection:
        return add_window(
            connection,
            name=name,
            matchers=MATCHERS,
            recurrence="DTSTART:20260101T000000",
            time_zone="UTC",
            duration_s=60.0,
            now_ms=7,
        )


def test_a_silence_is_kept_as_it_was_said(database: Database) -> None:
    kept = silence(database, 10, 20)
    assert (kept.matchers, kept.starts_at, kept.ends_at, kept.author, kept.comment) == (MATCHERS, 10, 20, "Jo", "x y")
    with database.reading() as connection:
        assert find_silence(connection, kept.id) == kept
        assert list_silences(connection, ended_after=19) == [kept]
        assert list_silences(connection, ended_after=20) == []


@pytest.mark.parametrize(("start", "end"), [(20, 20), (20, 10), (-5, 0), (0, LONGEST_MS + 1)])
def test_one_without_an_end_to_come_is_refused(database: Database, start: int, end: int) -> None:
    with pytest.raises(InvalidInputError):
        silence(database, start, end)


def test_one_that_holds_ends_now_and_stays_known(database: Database) -> None:
    kept = silence(database, 10, 20)
    with database.writing() as connection:
        assert end_silence(connection, kept.id, 15) == kept
        assert find_silence(connection, kept.id).ends_at == 15
        with pytest.raises(InvalidInputError, match="over already"):
            end_silence(connection, kept.id, 16)


def test_one_that_has_not_begun_is_forgotten(database: Database) -> None:
    kept = silence(database, 10, 20)
    with database.writing() as connection:
        end_silence(connection, kept.id, 5)
        with pytest.raises(NotFoundError):
            find_silence(connection, kept.id)


@pytest.mark.parametrize("silence_id", [0, 99, 2**63])
def test_one_that_is_not_there_is_said_not_to_be(database: Database, silence_id: int) -> None:
    with database.reading() as connection, pytest.raises(NotFoundError):
        find_silence(connection, silence_id)


def test_a_window_is_kept_under_its_name_and_forgotten(database: Database) -> None:
    kept = window(database)
    assert (kept.enabled, kept.duration_s, kept.created_at) == (True, 60.0, 7)
    with pytest.raises(AlreadyExistsError):
        window(database)
    window(database, "weekly")
    with database.writing() as connection:
        assert [each.name for each in list_windows(connection)] == ["nightly", "weekly"]
        assert remove_window(connection, "nightly") == kept
        with pytest.raises(NotFoundError) as missing:
            find_window(connection, "weekli")
        assert "“weekly”" in missing.value.hint
