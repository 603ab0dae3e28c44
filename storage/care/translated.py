"""Errors of SQLite's own, where a file is worked on without `storage.database.Database`."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from storage.sqlite import translate_error


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raises what an error of SQLite or of the file system means for a person."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise translate_error(error, path) or error from error
