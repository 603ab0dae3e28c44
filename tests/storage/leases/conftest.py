"""One database for all tests of a file."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.emptied import emptied, reused_database
from tests.real_postgresql import RealPostgresql


@pytest.fixture(scope="module")
def of_this_file(postgresql_server: RealPostgresql) -> Iterator[Database]:
    with reused_database(postgresql_server) as database:
        yield database


@pytest.fixture
def shared_database(of_this_file: Database) -> Database:
    """An open, empty database of PostgreSQL."""
    return emptied(of_this_file)
