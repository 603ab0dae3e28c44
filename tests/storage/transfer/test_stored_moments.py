"""Which readings are there already."""

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.errors import DatabaseCorruptError
from storage.schema import chunks
from storage.scrape import Cadence
from storage.transfer.stored_moments import stored_moments
from tests.recorded import key, record, visit
from tests.storage.transfer.files import sealed


def found(database: Database, host_id: int, first: int, last: int) -> list[int]:
    with database.reading() as connection:
        return sorted(stored_moments(connection, host_id, Cadence.FAST, first, last).tolist())


def test_they_wait_in_head_or_are_sealed(database: Database, host_id: int) -> None:
    assert found(database, host_id, 0, 10**12) == []
    record(database, *(visit(host_id, ts, {key("load1"): 1.0}) for ts in (5, 10)))
    sealed(database)
    record(database, *(visit(host_id, ts, {key("load1"): 1.0}, {key("users"): 1.0}) for ts in (15, 20)))
    record(database, visit(host_id, 17, {key("users"): 1.0}))
    assert found(database, host_id, 0, 100) == [5, 10, 15, 20]
    assert found(database, host_id, 16, 20) == [20]
    assert 10 in found(database, host_id, 10, 15)


def test_damage_is_told(database: Database, host_id: int) -> None:
    record(database, visit(host_id, 5, {key("load1"): 1.0}))
    sealed(database)
    with database.writing() as connection:
        connection.execute(update(chunks).values(frame=b"nonsense"))
    with pytest.raises(DatabaseCorruptError):
        found(database, host_id, 0, 10)
