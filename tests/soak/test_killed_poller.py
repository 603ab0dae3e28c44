"""A poller that is killed again and again; minutes long, so `make soak` runs it and the suite does not."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import open_database
from storage.host import NewHost, Transport
from storage.hosts import add_host
from tests.eventually import eventually

KILLS = 50
ROWS = "SELECT (SELECT count(*) FROM head) + (SELECT coalesce(sum(rows), 0) FROM chunks WHERE tier = 0)"
"""Readings that have come so far: while the test runs, an hour may be sealed."""


def count(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return int(connection.execute(ROWS).fetchone()[0])


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_poller_that_is_killed_loses_nothing_that_was_stored_and_leaves_a_sound_file(
    sqlite_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "watchpost.db"
    database = open_database(sqlite_url)
    with database.writing() as connection:
        add_host(connection, NewHost(name="this", transport=Transport.LOCAL), 0)
    database.close()
    chance = random.Random(1)  # noqa: S311 - the same kills every time
    for _ in range(KILLS):
        before = count(path)
        command = [sys.executable, "-m", "watchpost", "run", "--db", sqlite_url, "--interval", "1"]
        with (tmp_path / "log").open("ab") as log:
            poller = subprocess.Popen(command, env={**os.environ, "HOME": str(tmp_path)}, stderr=log)
        try:
            eventually(lambda before=before, poller=poller: poller.poll() is not None or count(path) > before)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 2))
            seen = count(path)
            assert poller.poll() is None, (tmp_path / "log").read_text()
        finally:
            poller.kill()
            poller.wait()
        assert count(path) >= seen
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        doubles = "SELECT count(*) - count(DISTINCT host_id || '/' || cadence || '/' || ts) FROM head"
        assert connection.execute(doubles).fetchone() == (0,)
