from pathlib import Path

import pytest

from alerts.rules.shipped_rules import default_rules
from storage.engines.preparation import Preparation
from storage.errors import DatabaseUnavailableError, PollerRunningError
from storage.poller_lock import PollerLock
from tests.watchpost.kept_rules import names
from watchpost.database_access import database_to_change, existing_database, preparation_text, prepare_unless_polled


def test_a_missing_database_is_told_with_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError) as caught, existing_database(f"{tmp_path}/none.db"):
        pass
    assert "watchpost hosts add" in caught.value.hint
    assert not (tmp_path / "none.db").exists()


def test_a_command_that_writes_makes_the_database_first(tmp_path: Path) -> None:
    url = f"{tmp_path}/new/watchpost.db"
    with database_to_change(url) as database, database.reading():
        pass
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "watchpost.db").stat().st_mode & 0o777 == 0o600
    with database_to_change(url), existing_database(url):
        pass


def test_a_database_that_a_starting_poller_is_about_to_make_is_left_to_it(tmp_path: Path) -> None:
    url = f"{tmp_path}/watchpost.db"
    with PollerLock(url), pytest.raises(PollerRunningError), database_to_change(url):
        pass


def test_only_without_a_poller_is_a_database_prepared(tmp_path: Path) -> None:
    url = f"{tmp_path}/watchpost.db"
    done = prepare_unless_polled(url)
    assert done is not None
    assert done.created
    with PollerLock(url):
        assert prepare_unless_polled(url) is None


def test_a_database_begins_with_the_default_rules_and_gets_those_of_a_later_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{tmp_path}/watchpost.db"
    first, *later = default_rules()
    monkeypatch.setattr("alerts.rules.seeding.default_rules", lambda: (first,))
    prepare_unless_polled(url)
    with existing_database(url) as database:
        assert names(database) == [first.name]
        monkeypatch.undo()
        prepare_unless_polled(url)
        assert len(names(database)) == 1 + len(later)


def test_what_was_done_to_a_database_is_told_and_nothing_otherwise() -> None:
    assert preparation_text(Preparation(True, None, None, None)) == []
    (upgraded,) = preparation_text(Preparation(False, "0001", Path("/b"), None))
    assert "/b" in upgraded
    (moved,) = preparation_text(Preparation(True, None, None, Path("/aside")))
    assert "/aside" in moved
