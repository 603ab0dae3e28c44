"""What a person may write to name the database: the path of a SQLite file, or the URL of a PostgreSQL database."""

import re
from pathlib import Path

from storage.engines.postgresql_url import PostgresqlUrl, is_postgresql, parse_postgresql_url
from storage.errors import InvalidInputError

_SQLITE = re.compile(r"sqlite(\+pysqlite)?:///", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_PASSWORD = re.compile(r"//[^/@]*:.*@|[?&]passw(or)?d=", re.IGNORECASE)
_WRITE_IT_SO = (
    "Write sqlite:///path/to/file.db (four slashes for an absolute path), just the path, "
    "or postgresql://user@host/database."
)


def database_place(url: str) -> Path | PostgresqlUrl:
    """The file or the server's database that is meant.

    Raises:
        InvalidInputError: it cannot be used, or has a password in it.
    """
    return parse_postgresql_url(url) if is_postgresql(url) else database_path(url)


def canonical_url(url: str) -> str:
    """The same place in the one way that Watchpost writes it: an absolute path; `postgresql:` for `postgres:`.

    Raises:
        InvalidInputError: it cannot be used, or has a password in it.
    """
    place = database_place(url)
    return place.text if isinstance(place, PostgresqlUrl) else database_url(place)


def database_file(url: str) -> Path | None:
    """The path of a SQLite file; None for a database on a server. Raises InvalidInputError."""
    place = database_place(url)
    return place if isinstance(place, Path) else None


def database_label(url: str) -> str:
    """What a message calls the database: its path, or its name and server. Raises InvalidInputError."""
    place = database_place(url)
    return place.label if isinstance(place, PostgresqlUrl) else str(place)


def database_path(url: str) -> Path:
    """The absolute path, symbolic links followed, of `sqlite:///path` or a bare path.

    Whatever follows `sqlite:///` is the path as it stands: `?`, `#` and `%` are part of it.

    Raises:
        InvalidInputError: no path, a password in the URL, or another kind of database.
    """
    if match := _SQLITE.match(url):
        return _resolved(url[match.end() :])
    if _SCHEME.match(url) and _PASSWORD.search(url):
        raise InvalidInputError(
            "The database URL has a password in it.",
            hint="Command lines and environments are readable by others: take the password out of the URL.",
        )
    if is_postgresql(url):
        raise InvalidInputError("This needs a database that is a file of SQLite.", hint=_WRITE_IT_SO)
    if match := _SCHEME.match(url):
        raise InvalidInputError(f"Watchpost keeps no data in “{match[1].lower()}” databases.", hint=_WRITE_IT_SO)
    return _resolved(url)


def database_url(path: Path) -> str:
    """The URL of a SQLite file; `database_path` is its inverse."""
    return f"sqlite:///{path}"


def _resolved(text: str) -> Path:
    if not text or text == ":memory:" or "\0" in text:
        raise InvalidInputError("The database URL names no file.", hint=_WRITE_IT_SO)
    try:
        # SQLite puts its -wal and -shm beside the file that a link points to, and two names must share one lock.
        return Path(text).expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise InvalidInputError(f"The path of the database leads nowhere: {error}", hint=_WRITE_IT_SO) from error
