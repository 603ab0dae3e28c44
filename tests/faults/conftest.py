"""Fixtures of the faults."""

from pathlib import Path

import pytest

from tests.fleet_process import Stored


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of a poller."""
    return {"HOME": str(tmp_path)}


@pytest.fixture
def stored(sqlite_url: str) -> Stored:
    """What the poller has stored."""
    return Stored(sqlite_url)
