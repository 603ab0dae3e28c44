"""Fixtures of the faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet_process import Stored


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of a poller."""
    return {"HOME": str(tmp_path)}


@pytest.fixture
def stored(database_url: str) -> Iterator[Stored]:
    """What the poller has stored."""
    found = Stored(database_url)
    yield found
    found.close()


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: of SQLite unless a test says otherwise."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url"))
