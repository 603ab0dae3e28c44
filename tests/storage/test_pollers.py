from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from storage.database import Database
from storage.pollers import (
    ALIVE_MS,
    Poller,
    Run,
    heartbeat,
    is_displaced,
    live_pollers,
    mark_stopped,
    read_pollers,
    register_poller,
)
from storage.schema import host_leases
from storage.utc import now_ms

NOON = 1_772_366_400_000
DAY_MS = 86_400_000


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def register(connection: Connection, poller_id: str = "a", at: int = NOON) -> Run:
    return register_poller(connection, poller_id=poller_id, machine="mon1", pid=4711, version="0.1.0", now_ms=at)


def live(connection: Connection, at: int) -> list[str]:
    return [poller.id for poller in live_pollers(connection, at)]


def test_a_poller_that_has_just_started_lives(connection: Connection) -> None:
    register(connection)
    assert live_pollers(connection, NOON) == [
        Poller(
            id="a",
            machine="mon1",
            pid=4711,
            version="0.1.0",
            started_at=NOON,
            heartbeat_at=NOON,
            stopped_at=None,
            delay_ms=None,
        )
    ]


def test_it_lives_as_long_as_its_heart_beats(connection: Connection) -> None:
    run = register(connection)
    assert live(connection, NOON + ALIVE_MS - 1) == ["a"]
    assert live(connection, NOON + ALIVE_MS) == []
    assert heartbeat(connection, run, NOON + 20_000, 180)
    (poller,) = live_pollers(connection, NOON + 21_000)
    assert (poller.heartbeat_at, poller.delay_ms) == (NOON + 20_000, 180)


def test_one_that_has_stopped_is_gone_at_once(connection: Connection) -> None:
    mark_stopped(connection, register(connection), NOON + 1_000)
    assert live(connection, NOON + 1_000) == []


def test_a_dead_poller_does_not_live_on_because_the_clock_was_set_back(connection: Connection) -> None:
    register(connection)
    assert live(connection, NOON - 3_600_000) == []


def test_the_latest_start_comes_first(connection: Connection) -> None:
    register(connection, "a", NOON)
    register(connection, "b", NOON + 1_000)
    assert live(connection, NOON + 2_000) == ["b", "a"]


def test_a_heartbeat_of_one_that_is_not_registered_says_so(connection: Connection) -> None:
    assert not heartbeat(connection, Run("a", NOON, 1), NOON, None)


def test_pollers_of_last_week_are_forgotten_at_a_start(connection: Connection) -> None:
    silent = register(connection, "a", NOON)
    register(connection, "b", NOON + 8 * DAY_MS)
    assert not heartbeat(connection, silent, NOON, None)


@pytest.mark.parametrize("until_at", [None, NOON])
def test_those_of_which_it_is_known_what_they_read_are_kept(connection: Connection, until_at: int | None) -> None:
    start(connection, "a", "berlin", NOON)
    connection.execute(host_leases.insert().values(host_id=1, poller_id="a", since_at=0, until_at=until_at))
    start(connection, "b", "paris", NOON + 8 * DAY_MS)
    assert start(connection, "c", "berlin", NOON + 8 * DAY_MS).poller_id == "a"


def test_a_starter_whose_clock_is_ahead_forgets_nobody_that_the_server_knows_to_live(
    postgresql_database: Database,
) -> None:
    with postgresql_database.writing() as connection:
        living = register(connection, "a", now_ms())
        register(connection, "b", now_ms() + 9 * DAY_MS)
        assert heartbeat(connection, living, now_ms(), None)


def test_a_run_does_not_take_the_row_of_an_earlier_one_for_its_own(connection: Connection) -> None:
    earlier = start(connection, "a", "berlin", NOON)
    later = earlier._replace(started_at=NOON + 1_000, pid=2)
    assert not heartbeat(connection, later, NOON + 2_000, None)
    assert not is_displaced(connection, later, "berlin")
    assert start(connection, "a", "berlin", NOON + 3_000).poller_id == "a"


def test_a_run_that_was_displaced_says_nothing_of_its_successor(connection: Connection) -> None:
    displaced = start(connection, "a", "berlin", NOON)
    successor = start(connection, "b", "berlin", NOON + 1_000)
    assert not heartbeat(connection, displaced, NOON + 9_000, None)
    mark_stopped(connection, displaced, NOON + 9_000)
    (poller,) = read_pollers(connection)
    assert (poller.heartbeat_at, poller.stopped_at) == (NOON + 1_000, None)
    assert is_displaced(connection, displaced, "berlin")
    assert is_displaced(connection, displaced._replace(poller_id="x"), "berlin")
    assert not is_displaced(connection, displaced._replace(poller_id="x"), "")
    assert not is_displaced(connection, successor, "berlin")


def test_one_without_a_name_can_be_registered_again(connection: Connection) -> None:
    register(connection, "a", NOON)
    assert register(connection, "a", NOON + 1_000) == ("a", NOON + 1_000, 4711)


def test_the_latest_run_began_last_whatever_the_clocks_of_machines_say(connection: Connection) -> None:
    start(connection, "a", "berlin", NOON)
    assert start(connection, "b", "berlin", NOON - 60_000) == ("a", NOON + 1, 1)


def test_names_that_are_too_long_are_cut(connection: Connection) -> None:
    register_poller(connection, poller_id="a", machine="m" * 300, pid=1, version="v" * 99, now_ms=NOON)
    (poller,) = live_pollers(connection, NOON)
    assert (len(poller.machine), len(poller.version)) == (255, 32)


def start(connection: Connection, poller_id: str, name: str, at: int) -> Run:
    return register_poller(
        connection, poller_id=poller_id, name=name, user="mon", machine="mon1", pid=1, version="0.1.0", now_ms=at
    )


def test_one_with_a_name_goes_on_with_the_row_of_its_last_run(connection: Connection) -> None:
    assert start(connection, "a", "berlin", NOON) == ("a", NOON, 1)
    mark_stopped(connection, Run("a", NOON, 1), NOON + 500)
    assert start(connection, "b", "berlin", NOON + 1_000) == ("a", NOON + 1_000, 1)
    (poller,) = read_pollers(connection)
    assert (poller.id, poller.name, poller.user, poller.epoch) == ("a", "berlin", "mon", 1)
    assert (poller.started_at, poller.stopped_at) == (NOON + 1_000, None)


def test_others_names_are_others_rows(connection: Connection) -> None:
    start(connection, "a", "berlin", NOON)
    start(connection, "b", "paris", NOON + 1)
    assert [poller.name for poller in read_pollers(connection)] == ["paris", "berlin"]


def test_one_with_a_name_finds_its_row_after_a_long_time(connection: Connection) -> None:
    start(connection, "a", "berlin", NOON)
    start(connection, "x", "paris", NOON)
    assert start(connection, "b", "berlin", NOON + 30 * DAY_MS).poller_id == "a"
    assert [poller.name for poller in read_pollers(connection)] == ["berlin"]


def test_figures_come_with_a_heartbeat_and_stay_with_one_that_has_none(connection: Connection) -> None:
    run = register(connection)
    heartbeat(connection, run, NOON + 1, None, {"hosts": 3})
    heartbeat(connection, run, NOON + 2, None)
    (poller,) = read_pollers(connection)
    assert poller.figures == {"hosts": 3}
