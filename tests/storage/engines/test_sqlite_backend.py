import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.database_url import database_path
from storage.schema import settings
from tests.eventually import eventually


@contextmanager
def readers_that_never_stop(database: Database) -> Iterator[None]:
    """There is always one of them with a snapshot."""
    over = threading.Event()
    first = threading.Barrier(3)

    def read(name: int) -> None:
        first.wait()
        while not over.is_set():
            with database.reading() as connection:
                connection.execute(text("SELECT count(*) FROM settings AS a, settings AS b, settings AS c")).all()

    threads = [threading.Thread(target=read, args=(name,)) for name in range(2)]
    for thread in threads:
        thread.start()
    first.wait()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_the_log_is_emptied_while_others_read(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.engines.sqlite_backend.WAL_LIMIT", 200_000)
    wal = Path(f"{database_path(sqlite_database.url)}-wal")

    def is_emptied() -> bool:
        sqlite_database.tidy()
        return wal.stat().st_size == 0

    with readers_that_never_stop(sqlite_database):
        for number in range(50):
            with sqlite_database.writing() as connection:
                connection.execute(settings.insert().values(name=f"n{number}", value="x" * 8_000))
        assert wal.stat().st_size > 200_000
        eventually(is_emptied)
