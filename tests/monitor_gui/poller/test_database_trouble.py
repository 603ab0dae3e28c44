import pytest

from monitor_gui.poller.database_trouble import PATIENCE_MS, DatabaseTrouble, LastingTrouble, short_name, trouble_of
from storage.errors import (
    DatabaseCorruptError,
    DatabaseDeniedError,
    DatabaseFullError,
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseNewerError,
    DatabaseOutdatedError,
    DatabaseUnavailableError,
    WatchpostError,
)

LOCKED = DatabaseLockedError("It is locked.")


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (DatabaseLockedError, DatabaseTrouble.LOCKED),
        (DatabaseMissingError, DatabaseTrouble.MISSING),
        (DatabaseNewerError, DatabaseTrouble.NEWER),
        (DatabaseOutdatedError, DatabaseTrouble.OUTDATED),
        (DatabaseCorruptError, DatabaseTrouble.CORRUPT),
        (DatabaseDeniedError, DatabaseTrouble.DENIED),
        (DatabaseFullError, DatabaseTrouble.FULL),
        (DatabaseUnavailableError, DatabaseTrouble.OTHER),
        (WatchpostError, DatabaseTrouble.OTHER),
    ],
)
def test_every_failure_is_some_trouble(error: type[WatchpostError], trouble: DatabaseTrouble) -> None:
    assert trouble_of(error("x")) is trouble


def test_every_trouble_has_a_name_that_fits_the_footer() -> None:
    assert all(1 < len(short_name(trouble)) <= 18 for trouble in DatabaseTrouble)


def test_trouble_that_is_over_soon_is_passed_over() -> None:
    lasting = LastingTrouble()
    assert lasting.see(LOCKED, 0) is None
    assert lasting.see(LOCKED, PATIENCE_MS - 1) is None
    assert lasting.see(None, PATIENCE_MS) is None
    assert lasting.see(LOCKED, PATIENCE_MS + 1) is None


def test_trouble_that_lasts_is_told_until_it_is_over() -> None:
    lasting = LastingTrouble()
    lasting.see(LOCKED, 0)
    assert lasting.see(LOCKED, PATIENCE_MS) is LOCKED
    other = DatabaseMissingError("It is gone.")
    assert lasting.see(other, PATIENCE_MS + 1) is other
    assert lasting.see(None, PATIENCE_MS + 2) is None
    assert lasting.failure is None


def test_a_clock_that_was_set_back_keeps_nothing_quiet() -> None:
    lasting = LastingTrouble()
    lasting.see(LOCKED, 10 * PATIENCE_MS)
    assert lasting.see(LOCKED, 0) is LOCKED
