"""Damages a SQLite file as a failing disk does."""

import sqlite3
from contextlib import closing
from pathlib import Path


def overwrite_pages_of(path: Path, *names: str) -> None:
    """Fills the first page of tables or indexes with nonsense; the schema stays readable. Nobody has the file open."""
    with closing(sqlite3.connect(path)) as connection:
        marks = ",".join("?" * len(names))
        query = f"SELECT rootpage FROM sqlite_master WHERE name IN ({marks})"  # noqa: S608 - only question marks
        pages = [page for (page,) in connection.execute(query, names)]
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    assert len(pages) == len(names)
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * size)
            file.write(b"\xa5" * size)
