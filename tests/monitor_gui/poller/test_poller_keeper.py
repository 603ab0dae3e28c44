"""What the keeper decides, with a poller that only notes what was asked of it; test_real_poller has a real one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.poller_state import PollerKind
from monitor_gui.surroundings import ServiceState
from storage.errors import DatabaseLockedError, DatabaseMissingError, DatabaseNewerError, WatchpostError
from storage.poller_lock import PollerLock
from tests.monitor_gui.poller.clock import Clock
from tests.monitor_gui.poller.made_up_looks import Looks
from tests.monitor_gui.surroundings import TestSurroundings

KILLED = WatchpostError("The poller was ended by SIGKILL.")


def dies(surroundings: TestSurroundings, looks: Looks, after_s: float) -> PollerKind:
    """Our child dies; the look that finds it out."""
    surroundings.poller.failure = KILLED
    kind = looks.look(after_s)
    surroundings.poller.failure = None
    return kind


def test_where_nobody_polls_a_child_is_started(
    keeper: PollerKeeper, looks: Looks, clock: Clock, surroundings: TestSurroundings
) -> None:
    assert keeper.state.kind is PollerKind.STARTING
    assert looks.look() is PollerKind.STARTING
    assert surroundings.poller.said == ["start"]
    assert looks.database_says(1, started_at=clock()) is PollerKind.RUNNING
    assert keeper.state.delay_ms == 41


def test_it_looks_by_itself_once_it_has_begun(
    keeper: PollerKeeper, surroundings: TestSurroundings, qtbot: QtBot
) -> None:
    keeper.begin()
    qtbot.waitUntil(lambda: surroundings.poller.said == ["start"])
    with qtbot.waitSignal(keeper.state_changed, timeout=5000):
        surroundings.poller.failure = KILLED


def test_another_poller_is_left_alone_and_followed_after_a_while(
    keeper: PollerKeeper, looks: Looks, clock: Clock, surroundings: TestSurroundings
) -> None:
    with PollerLock(surroundings.database_url):
        assert looks.look() is PollerKind.RUNNING_ELSEWHERE
        looks.database_says(started_at=clock())
        assert keeper.state.pid == 4711
        assert looks.look(60) is PollerKind.RUNNING_ELSEWHERE
    assert looks.look(1) is PollerKind.NONE
    assert looks.look(2) is PollerKind.NONE
    assert surroundings.poller.said == []
    assert looks.look(2) is PollerKind.STARTING
    assert surroundings.poller.said == ["start"]


def test_a_service_that_comes_back_is_waited_for_but_not_for_ever(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings
) -> None:
    surroundings.service.now = ServiceState.RUNNING
    with PollerLock(surroundings.database_url):
        looks.look()
    looks.look(1)
    assert looks.look(5) is PollerKind.NONE
    assert surroundings.poller.said == []
    looks.look(30)
    assert surroundings.poller.said == ["start"]


def test_one_that_died_is_started_again_after_a_pause_that_grows(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings
) -> None:
    looks.look()
    for pause_s in (1, 2, 5, 10, 30):
        surroundings.poller.said.clear()
        assert dies(surroundings, looks, 1) is PollerKind.DIED
        assert keeper.state.restarts_in_s == pause_s
        looks.look(pause_s - 0.5)
        assert surroundings.poller.said == []
        looks.look(0.5)
        assert surroundings.poller.said == ["start"]
    assert dies(surroundings, looks, 1) is PollerKind.GAVE_UP
    assert keeper.state.last_words == KILLED.message
    assert looks.look(3600) is PollerKind.GAVE_UP


def test_after_giving_up_a_person_may_try_again(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings
) -> None:
    looks.look()
    for _ in range(6):
        dies(surroundings, looks, 1)
        looks.look(40)
    assert keeper.state.kind is PollerKind.GAVE_UP
    surroundings.poller.said.clear()
    keeper.start_collecting()
    assert looks.settle() is PollerKind.STARTING
    assert surroundings.poller.said == ["start"]
    assert dies(surroundings, looks, 1) is PollerKind.DIED


def test_one_that_cannot_even_be_started_counts_as_dead(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings
) -> None:
    def refuse(passphrase: str | None = None) -> None:
        raise WatchpostError("The poller cannot be started: No space left on device.")

    surroundings.poller.start = refuse  # type: ignore[method-assign]
    assert looks.look() is PollerKind.DIED
    assert "No space left" in keeper.state.last_words


def test_one_that_lost_against_another_poller_has_not_died(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings
) -> None:
    looks.look()
    with PollerLock(surroundings.database_url):
        assert dies(surroundings, looks, 1) is PollerKind.RUNNING_ELSEWHERE
    assert keeper.state.deaths == 0


def test_a_person_stops_and_starts_it(keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings) -> None:
    looks.look()
    keeper.stop_collecting()
    assert looks.settle() is PollerKind.STOPPED
    assert not keeper.has_child
    assert looks.look(3600) is PollerKind.STOPPED
    keeper.start_collecting()
    assert looks.settle() is PollerKind.STARTING
    keeper.restart()
    looks.settle()
    assert surroundings.poller.said == ["start", "stop", "start", "stop", "start"]


def test_one_that_does_not_end_well_is_told_and_counts_as_ended(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings, qtbot: QtBot
) -> None:
    def fail() -> None:
        raise KILLED

    looks.look()
    surroundings.poller.stop = fail  # type: ignore[method-assign]
    with qtbot.waitSignal(keeper.failed) as told:
        keeper.stop_collecting()
    assert told.args == [KILLED]
    assert looks.settle() is PollerKind.STOPPED


@pytest.mark.parametrize("error", [DatabaseLockedError, DatabaseNewerError, DatabaseMissingError])
def test_trouble_with_the_database_is_told_when_it_lasts_and_over_by_itself(
    keeper: PollerKeeper, looks: Looks, clock: Clock, error: type[WatchpostError]
) -> None:
    looks.look()
    start = clock()
    looks.database_says(started_at=start)
    assert looks.database_says(failure=error("x")) is PollerKind.RUNNING
    assert looks.database_says(1, failure=error("x")) is PollerKind.RUNNING
    assert looks.database_says(1, failure=error("x")) is PollerKind.DATABASE_TROUBLE
    assert keeper.failure is not None
    assert looks.database_says(1, started_at=start) is PollerKind.RUNNING
    assert keeper.failure is None


def test_no_poller_is_started_while_the_database_is_gone_and_one_when_it_is_back(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings, tmp_path: Path
) -> None:
    looks.look()
    surroundings.poller.said.clear()
    path, away = tmp_path / "watchpost.db", tmp_path / "away.db"
    path.rename(away)
    dies(surroundings, looks, 1)
    looks.look(60)
    assert surroundings.poller.said == []
    assert not path.exists()
    away.rename(path)
    looks.look(1)
    assert surroundings.poller.said == ["start"]


def test_a_new_database_is_begun_when_a_person_wants_one(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings, tmp_path: Path, qtbot: QtBot
) -> None:
    looks.look()
    (tmp_path / "watchpost.db").unlink()
    looks.database_says(failure=DatabaseMissingError("x"))
    looks.database_says(3, failure=DatabaseMissingError("x"))
    replaced: list[str] = []
    keeper.was_replaced.connect(replaced.append)
    with qtbot.waitSignal(keeper.told):
        keeper.begin_anew()
    assert looks.settle() is PollerKind.STARTING
    assert surroundings.poller.said == ["start", "stop", "start"]
    assert (tmp_path / "watchpost.db").exists()
    looks.look(1)
    assert replaced == [], "it is no surprise to whoever wanted it"


def test_when_no_new_database_can_be_begun_that_is_told(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings, qtbot: QtBot
) -> None:
    def refuse() -> list[str]:
        raise DatabaseNewerError("It is newer.")

    surroundings.prepare = refuse  # type: ignore[method-assign]
    with qtbot.waitSignal(keeper.failed) as told:
        keeper.begin_anew()
    assert [type(each) for each in told.args or ()] == [DatabaseNewerError]
    assert not keeper.has_child


def test_another_file_in_the_place_of_the_database_is_noticed_once(
    keeper: PollerKeeper, looks: Looks, tmp_path: Path
) -> None:
    replaced: list[str] = []
    keeper.was_replaced.connect(replaced.append)
    looks.look()
    path, aside = tmp_path / "watchpost.db", tmp_path / "watchpost.db.corrupt-1"
    path.rename(aside)
    path.write_bytes(aside.read_bytes())
    looks.look(1)
    looks.look(1)
    assert replaced == [str(aside)]


def test_a_lock_that_cannot_be_looked_at_ends_nothing(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings
) -> None:
    def refuse() -> bool:
        raise WatchpostError("The lock file cannot be used.")

    surroundings.poller_is_running = refuse  # type: ignore[method-assign]
    assert looks.look() is PollerKind.NONE
    del surroundings.poller_is_running
    assert looks.look(1) is PollerKind.STARTING


def test_the_passphrase_is_asked_for_once_and_goes_to_every_start(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings, qtbot: QtBot
) -> None:
    given: list[str | None] = []
    surroundings.poller.start = given.append  # type: ignore[method-assign, assignment]
    surroundings.passphrase_needed = True
    asked: list[None] = []
    keeper.wants_passphrase.connect(lambda: asked.append(None))
    assert looks.look() is PollerKind.STARTING
    looks.look(60)
    assert (len(asked), given) == (1, []), "it waits for the answer"
    keeper.give_passphrase("open sesame")
    looks.settle()
    keeper.restart()
    looks.settle()
    assert (len(asked), given) == (1, ["open sesame", "open sesame"])
    assert keeper.types_passphrase
    assert not keeper.secrets_wait


def test_without_the_passphrase_it_starts_all_the_same_and_it_may_be_given_later(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings
) -> None:
    given: list[str | None] = []
    surroundings.poller.start = given.append  # type: ignore[method-assign, assignment]
    surroundings.passphrase_needed = True
    looks.look()
    keeper.give_passphrase(None)
    looks.settle()
    assert keeper.secrets_wait
    keeper.give_passphrase("open sesame")
    looks.settle()
    assert given == [None, "open sesame"]
    assert not keeper.secrets_wait


def test_while_the_database_cannot_be_asked_for_the_passphrase_it_waits(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings
) -> None:
    def refuse(_: object) -> bool:
        raise DatabaseLockedError("It is locked.")

    surroundings.needs_passphrase = refuse  # type: ignore[method-assign, assignment]
    assert looks.look() is PollerKind.NONE
    del surroundings.needs_passphrase
    looks.look(1)
    assert surroundings.poller.said == ["start"]


def test_when_it_leaves_it_ends_its_child_and_looks_no_more(
    keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings, qtbot: QtBot
) -> None:
    looks.look()
    ended: list[WatchpostError | None] = []
    keeper.leave(ended.append)
    looks.settle()
    assert ended == [None]
    looks.look(60)
    assert surroundings.poller.said == ["start", "stop"]
    keeper.begin()
    looks.settle()
    assert surroundings.poller.said == ["start", "stop", "start"]


def test_what_was_asked_for_last_counts(keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings) -> None:
    keeper.look()
    keeper.stop_collecting()
    assert looks.settle() is PollerKind.STOPPED
    keeper.start_collecting()
    keeper.stop_collecting()
    assert looks.settle() is PollerKind.STOPPED
    assert looks.look(10) is PollerKind.STOPPED
    assert not keeper.has_child


def test_a_poller_that_is_late_because_the_database_is_held_is_told_so(
    keeper: PollerKeeper, looks: Looks, clock: Clock, tmp_path: Path
) -> None:
    looks.look()
    looks.database_says(1, started_at=clock())
    with closing(sqlite3.connect(tmp_path / "watchpost.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        looks.look(5)
        assert keeper.state.kind is PollerKind.RUNNING
        assert looks.look(3, within_ms=20_000) is PollerKind.DATABASE_TROUBLE
        assert keeper.state.trouble == "locked"
        connection.execute("ROLLBACK")
    looks.look(1)
    assert keeper.state.kind is PollerKind.RUNNING
