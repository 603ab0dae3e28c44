from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection

from poller.delays import Delays
from poller.presence import Presence
from storage.database import Database
from storage.errors import DatabaseUnavailableError
from storage.pollers import Poller, Run, read_pollers, register_poller
from storage.schema import pollers
from storage.utc import now_ms


@pytest.fixture
async def presence(database: Database) -> Presence:
    begun = Presence(database, "1", Delays(), name="berlin")
    await begun.begin()
    return begun


def only_row(database: Database) -> Poller:
    with database.reading() as connection:
        (row,) = read_pollers(connection)
    return row


def run_in(database: Database) -> Run:
    row = only_row(database)
    return Run(row.id, row.started_at, row.pid)


def start_another(database: Database) -> Run:
    with database.writing() as connection:
        own = {"poller_id": "x", "name": "berlin", "machine": "m", "version": "1"}
        return register_poller(connection, pid=0, now_ms=now_ms(), **own)


async def test_in_a_database_that_has_an_earlier_run_it_registers_again(presence: Presence, database: Database) -> None:
    begun = presence.run
    assert begun is not None
    with database.writing() as connection:
        connection.execute(pollers.update().values(started_at=begun.started_at - 60_000, pid=0))
    await presence.beat()
    assert presence.run == run_in(database)
    assert presence.run.poller_id == begun.poller_id
    assert presence.run.pid == begun.pid


async def test_in_a_database_that_has_forgotten_it_it_keeps_its_id(presence: Presence, database: Database) -> None:
    first = start_another(database)
    again = Presence(database, "1", Delays(), name="berlin")
    await again.begin()
    with database.writing() as connection:
        connection.execute(pollers.delete())
    await again.beat()
    assert run_in(database) == again.run
    assert again.run.poller_id == first.poller_id


async def test_another_run_that_has_taken_its_place_keeps_it(presence: Presence, database: Database) -> None:
    another = start_another(database)
    await presence.beat()
    await presence.end()
    assert run_in(database) == another
    assert only_row(database).stopped_at is None


async def test_its_end_is_noted(presence: Presence, database: Database) -> None:
    await presence.end()
    assert only_row(database).stopped_at is not None


async def test_one_that_does_not_learn_that_it_is_registered_takes_that_for_no_other_run(
    presence: Presence, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as connection:
        connection.execute(pollers.delete())
    writing = database.writing

    @contextmanager
    def answer_is_lost() -> Iterator[Connection]:
        with writing() as connection:
            yield connection
        raise DatabaseUnavailableError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(database, "writing", answer_is_lost)
        with pytest.raises(DatabaseUnavailableError):
            await presence.beat()
    await presence.beat()
    assert run_in(database) == presence.run
