"""An upgrade is killed again and again; a handful of kills in the suite, a hundred with `make soak`."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.database import open_database, upgrade_database
from storage.database_url import database_place
from storage.engines import postgresql
from storage.engines.postgresql_url import PostgresqlUrl
from storage.migration import downgrade_schema, upgrade_schema
from storage.revisions import REVISIONS
from storage.sqlite import SIDECARS, migration_engine
from tests.storage.revisions.kept import Rows, lost, read_rows, restore, write_rows

MANY = pytest.param(100, marks=[pytest.mark.soak, pytest.mark.timeout(3_600)], id="100 kills")
FEW = pytest.param(4, id="4 kills")


class Subject:
    """A database that is set back to an old revision whenever an upgrade got through."""

    def __init__(self, url: str, engine: Engine) -> None:
        self.url = url
        self._engine = engine

    def rows(self) -> Rows:
        """All that is in it."""
        return read_rows(self._engine)

    def reset(self, revision: str, folder: Path) -> Rows:
        """Makes it what that revision left; returns what is in it."""
        self._engine.dispose()
        if self.url.startswith("sqlite"):
            path = Path(self.url.removeprefix("sqlite:///"))
            for ending in ("", *SIDECARS):
                Path(f"{path}{ending}").unlink(missing_ok=True)
            restore(revision, path)
            return self.rows()
        restore(revision, folder / f"{revision}.db")
        kept = migration_engine(folder / f"{revision}.db")
        rows = read_rows(kept)
        kept.dispose()
        (folder / f"{revision}.db").unlink()
        downgrade_schema(self._engine, "base")
        upgrade_schema(self._engine, revision)
        write_rows(self._engine, rows)
        return rows

    def assert_sound(self) -> None:
        """Whether the file is what SQLite takes for sound."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.fixture(params=["sqlite", "postgresql"])
def subject(request: pytest.FixtureRequest) -> Subject:
    url = str(request.getfixturevalue(f"{request.param}_url"))
    place = database_place(url)
    if isinstance(place, PostgresqlUrl):
        return Subject(url, postgresql.migration_engine(place))
    return Subject(url, migration_engine(place))


@pytest.mark.parametrize("kills", [MANY, FEW])
def test_an_upgrade_that_is_killed_loses_nothing_and_can_be_repeated(
    subject: Subject, tmp_path: Path, kills: int
) -> None:
    chance = random.Random(1)  # noqa: S311 - the same kills every time, as far as the machine goes along
    killed = 0
    for number in count():
        revision = REVISIONS[number % (len(REVISIONS) - 1)]
        rows = subject.reset(revision, tmp_path)
        while killed < kills and upgrade_and_kill(subject.url, chance.uniform(0, 0.3)):
            killed += 1
            subject.assert_sound()
            assert lost(rows, subject.rows()) == []
        upgrade_database(subject.url, now_ms=number)
        open_database(subject.url).close()
        subject.assert_sound()
        assert lost(rows, subject.rows()) == []
        if killed >= kills:
            return


def upgrade_and_kill(url: str, after_s: float) -> bool:
    """Whether the kill came in time."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.upgrading_child", url],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begins\n"
        time.sleep(after_s)
        child.kill()
    assert child.returncode in {0, -9}
    return child.returncode != 0
