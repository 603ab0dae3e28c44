"""Fixtures of exports and imports."""

import pytest

from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_hosts


@pytest.fixture
def two_hosts(sqlite_database: Database) -> list[int]:
    """The ids of the hosts a and b."""
    with sqlite_database.writing() as connection:
        return [host.id for host in add_hosts(connection, [NewHost(name=name, address=name) for name in "ab"], 0)]
