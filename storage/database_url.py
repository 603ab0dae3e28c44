"""What a person may write to name the database, as the path of a SQLite file and back."""

import re
from pathlib import Path

from storage.errors import DatabaseUnavailableError, InvalidInputError

_SQLITE = re.compile(r"sqlite(\+pysqlite)?:///", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_PASSWORD = re.compile(r"//[^/@]*:.*@|[?&]passw(or)?d=", re.IGNORECASE)
_WRITE_IT_SO = "Write sqlite:///path/to/file.db (four slashes for an absolute path), or just the path."


def database_path(url: str) -> Path:
    """The absolute path, symbolic links followed, of `sqlite:///path` or a bare path.

    Whatever follows `sqlite:///` is the path as it stands: `?`, `#` and `%` are part of it.

    Raises:
        InvalidInputError: no path, a password in the URL, or a kind of database that is not known.
        DatabaseUnavailableError: a PostgreSQL URL.
    """
    if match := _SQLITE.match(url):
        return _resolved(url[match.end() :])
    if _SCHEME.match(url) and _PASSWORD.search(url):
        raise InvalidInputError(
            "The database URL has a password in it.",
            hint="Command lines and environments are readable by others: take the password out of the URL.",
        )
    if match := _SCHEME.match(url):
        raise _other_database(match[1].lower())
    return _resolved(url)


def database_url(path: Path) -> str:
    """The URL of a SQLite file; `database_path` is its inverse."""
    return f"sqlite:///{path}"


def _other_database(scheme: str) -> DatabaseUnavailableError | InvalidInputError:
    if scheme.split("+", maxsplit=1)[0] in {"postgresql", "postgres"}:
        return DatabaseUnavailableError(
            "This release keeps its data in SQLite; PostgreSQL comes with a later one.", hint=_WRITE_IT_SO
        )
    return InvalidInputError(f"Watchpost keeps no data in “{scheme}” databases.", hint=_WRITE_IT_SO)


def _resolved(text: str) -> Path:
    if not text or text == ":memory:" or "\0" in text:
        raise InvalidInputError("The database URL names no file.", hint=_WRITE_IT_SO)
    try:
        # SQLite puts its -wal and -shm beside the file that a link points to, and two names must share one lock.
        return Path(text).expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise InvalidInputError(f"The path of the database leads nowhere: {error}", hint=_WRITE_IT_SO) from error
