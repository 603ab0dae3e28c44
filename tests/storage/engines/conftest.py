"""Fixtures for the two engines."""

from collections.abc import Iterator

import pytest

from tests.real_postgresql import RealPostgresql


@pytest.fixture
def empty_url(postgresql_server: RealPostgresql) -> Iterator[str]:
    """The URL of a PostgreSQL database without any table."""
    with postgresql_server.new_database("template0") as url:
        yield url


@pytest.fixture
def role(postgresql_server: RealPostgresql) -> Iterator[str]:
    """A role that may log in, by the password “right”, and nothing else."""
    postgresql_server.execute("CREATE ROLE visitor LOGIN PASSWORD 'right'")
    yield "visitor"
    for (name,) in postgresql_server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_%'"):
        postgresql_server.execute("DROP OWNED BY visitor", database=str(name))
    postgresql_server.execute("DROP ROLE visitor")
