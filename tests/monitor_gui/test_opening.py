"""From the first paint to the first page, however long the database takes."""

from collections.abc import Sequence
from datetime import UTC

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.opening import Opened, Opening
from storage.errors import DatabaseUnavailableError, WatchpostError
from tests.monitor_gui.surroundings import TestSurroundings


class _LockedFor(TestSurroundings):
    """A database that cannot be prepared the first few times."""

    tries = 0
    failures = 2

    def prepare(self) -> Sequence[str]:
        self.tries += 1
        if self.tries <= self.failures:
            raise DatabaseUnavailableError("The database is locked.", hint="Wait.")
        return ["It was upgraded."]


def test_it_hands_on_what_the_pages_need(surroundings: TestSurroundings, qtbot: QtBot) -> None:
    opening = Opening(lambda: surroundings)
    with qtbot.waitSignal(opening.opened, timeout=60_000) as opened:
        opening.begin()
    assert opened.args is not None
    outcome = opened.args[0]
    assert isinstance(outcome, Opened)
    assert (outcome.surroundings, outcome.time_zone, list(outcome.news)) == (surroundings, UTC, [])


def test_it_tries_again_by_itself_until_it_works(
    surroundings: TestSurroundings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor_gui.opening.TRY_AGAIN_MS", 1)
    locked = _LockedFor(surroundings.database_url, surroundings.folder)
    opening = Opening(lambda: locked)
    failures: list[WatchpostError] = []
    opening.failed.connect(failures.append)
    with qtbot.waitSignal(opening.opened, timeout=60_000) as opened:
        opening.begin()
    assert opened.args is not None
    assert opened.args[0].news == ["It was upgraded."]
    assert [error.message for error in failures] == ["The database is locked."] * 2


def test_a_mistake_of_ours_is_told_like_any_other(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another try would come in the midst of some other test.
    monkeypatch.setattr("monitor_gui.opening.TRY_AGAIN_MS", 3_600_000)
    opening = Opening(lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    with qtbot.waitSignal(opening.failed, timeout=60_000) as failed:
        opening.begin()
    assert failed.args is not None
    assert failed.args[0].kind == "unforeseen"


def test_once_open_it_opens_nothing_again(surroundings: TestSurroundings, qtbot: QtBot) -> None:
    opening = Opening(lambda: surroundings)
    with qtbot.waitSignal(opening.opened, timeout=60_000):
        opening.begin()
        opening.begin()
    with qtbot.assertNotEmitted(opening.opened, wait=50):
        opening.begin()
