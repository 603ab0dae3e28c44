from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from storage.database import Database
from storage.pollers import ALIVE_MS, Poller, heartbeat, live_pollers, mark_stopped, register_poller

NOON = 1_772_366_400_000


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def register(connection: Connection, poller_id: str = "a", at: int = NOON) -> None:
    register_poller(connection, poller_id=poller_id, machine="mon1", pid=4711, version="0.1.0", now_ms=at)


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
    register(connection)
    assert live(connection, NOON + ALIVE_MS - 1) == ["a"]
    assert live(connection, NOON + ALIVE_MS) == []
    assert heartbeat(connection, "a", NOON + 20_000, 180)
    (poller,) = live_pollers(connection, NOON + 21_000)
    assert (poller.heartbeat_at, poller.delay_ms) == (NOON + 20_000, 180)


def test_one_that_has_stopped_is_gone_at_once(connection: Connection) -> None:
    register(connection)
    mark_stopped(connection, "a", NOON + 1_000)
    assert live(connection, NOON + 1_000) == []


def test_a_dead_poller_does_not_live_on_because_the_clock_was_set_back(connection: Connection) -> None:
    register(connection)
    assert live(connection, NOON - 3_600_000) == []


def test_the_latest_start_comes_first(connection: Connection) -> None:
    register(connection, "a", NOON)
    register(connection, "b", NOON + 1_000)
    assert live(connection, NOON + 2_000) == ["b", "a"]


def test_a_heartbeat_of_one_that_is_not_registered_says_so(connection: Connection) -> None:
    assert not heartbeat(connection, "a", NOON, None)


def test_pollers_of_last_week_are_forgotten_at_a_start(connection: Connection) -> None:
    register(connection, "a", NOON)
    register(connection, "b", NOON + 8 * 86_400_000)
    assert not heartbeat(connection, "a", NOON, None)


def test_names_that_are_too_long_are_cut(connection: Connection) -> None:
    register_poller(connection, poller_id="a", machine="m" * 300, pid=1, version="v" * 99, now_ms=NOON)
    (poller,) = live_pollers(connection, NOON)
    assert (len(poller.machine), len(poller.version)) == (255, 32)
