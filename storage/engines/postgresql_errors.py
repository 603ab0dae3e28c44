"""What PostgreSQL's and its driver's errors mean to a person, and what to do about each."""

import re

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from storage.engines.postgresql_url import PostgresqlUrl
from storage.errors import (
    DatabaseCorruptError,
    DatabaseDeniedError,
    DatabaseFullError,
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseUnavailableError,
    WatchpostError,
)
from storage.printable import printable

_LOCKED = frozenset({"55P03", "40001", "40P01", "57014", "25P03"})
"""Lock not available, serialization failure, deadlock, statement cancelled, idle for too long in a transaction."""
_CORRUPT = frozenset({"XX001", "XX002"})
_NOT_OURS = frozenset({"42P01", "42703"})
"""No such table, no such column."""
_MISSING = "3D000"
_READ_ONLY = "25006"
_NO_SCHEMA = "3F000"
_WORDS_LIMIT = 300
# Of a connection that was refused libpq keeps no code, only words; a server that speaks another language is quoted.
_WORDS = (
    (re.compile("no password supplied|password authentication failed"), "28P01"),
    (re.compile("no pg_hba.conf entry|authentication failed|role .* does not exist|not permitted to log in"), "28000"),
    (re.compile("database .* does not exist"), _MISSING),
    (re.compile("permission denied for database"), "42501"),
    (re.compile("too many (clients|connections)|connection slots are reserved"), "53300"),
    (re.compile("starting up|shutting down"), "57P03"),
)


def translate_error(error: Exception, url: PostgresqlUrl) -> WatchpostError | None:
    """What an error of the driver or the pool means; None when the statement itself is at fault."""
    import psycopg  # noqa: PLC0415

    if isinstance(error, DBAPIError) and isinstance(error.orig, psycopg.Error):
        return translate_error(error.orig, url)
    if isinstance(error, psycopg.OperationalError | psycopg.InternalError) or _is_denied(error):
        return _named_error(error, url)
    if isinstance(error, PoolTimeoutError):
        return DatabaseUnavailableError(
            f"Too many readers of the database {url.label} at once.", hint="Try again in a moment."
        )
    if getattr(error, "sqlstate", None) in _NOT_OURS:
        return DatabaseUnavailableError(
            f"The database {url.label} is not as it should be: {_words(error)}.",
            hint="Somebody may be restoring a backup just now, or the role's search_path leads elsewhere.",
        )
    return None


def state_of(error: Exception) -> str:
    """The SQLSTATE of an error; "" where there is none, as when nothing answers at all."""
    state = getattr(error, "sqlstate", None)
    if state:
        return str(state)
    words = str(error).lower()
    return next((code for phrase, code in _WORDS if phrase.search(words)), "")


def _is_denied(error: Exception) -> bool:
    """What psycopg counts among the faults of a statement, but is one of the server or of its permissions."""
    return str(getattr(error, "sqlstate", None) or "") in {"42501", _READ_ONLY, _NO_SCHEMA, "25P03"}


def _named_error(error: Exception, url: PostgresqlUrl) -> WatchpostError:
    state, name = state_of(error), f"The database {url.label}"
    if named := _denied_error(state, name) or _resource_error(state, name):
        return named
    if state == _MISSING:
        return DatabaseMissingError(
            f"There is no database {url.label}.",
            hint="Create it on its server, as a role that may: createdb --owner=ROLE --encoding=UTF8 NAME",
        )
    if state in _LOCKED:
        return DatabaseLockedError(
            f"{name} is locked by another program.",
            hint="SELECT pid, state, query FROM pg_stat_activity WHERE wait_event_type = 'Lock' says who waits.",
        )
    if state in _CORRUPT:
        return DatabaseCorruptError(
            f"{name} is damaged: {_words(error)}.",
            hint="Look at the server's log and its disk, and restore a backup (pg_restore).",
        )
    if state:
        return DatabaseUnavailableError(
            f"{name} cannot be used: {_words(error)}.", hint="If this lasts, look at the server's log."
        )
    return DatabaseUnavailableError(
        f"{name} cannot be reached: {_words(error)}.",
        hint="Check that the server runs, its address and port, and that a firewall lets this machine in.",
    )


def _denied_error(state: str, name: str) -> WatchpostError | None:
    if state == "28P01":
        return DatabaseDeniedError(
            f"{name} wants a password, and there is none or a wrong one.",
            hint="Put it into ~/.pgpass (chmod 600) as host:port:database:user:password, or into PGPASSWORD.",
        )
    if state.startswith("28"):
        return DatabaseDeniedError(
            f"{name} lets this user not in.",
            hint="Check the user in the URL, and pg_hba.conf of the server for this user, database and address.",
        )
    if state == _READ_ONLY:
        return DatabaseDeniedError(
            f"{name} is read-only: a standby, or opened for reading.",
            hint="Name the primary; of several servers target_session_attrs=read-write in the URL picks it.",
        )
    if state == "42501":
        return DatabaseDeniedError(
            f"{name} does not permit this user to do that.",
            hint="The poller's role should own the database: ALTER DATABASE name OWNER TO role. See docs/postgresql.md "
            "for roles that read.",
        )
    if state == _NO_SCHEMA:
        return DatabaseDeniedError(
            f"{name} has no schema in which this user may make tables.",
            hint="Check the search_path of the role, and that its schema exists.",
        )
    return None


def _resource_error(state: str, name: str) -> WatchpostError | None:
    if state == "53100":
        return DatabaseFullError(f"{name} has no space left.", hint="Free some on its server.")
    if state == "53300":
        return DatabaseUnavailableError(
            f"{name} has no connection left.", hint="Raise max_connections of the server, or end what holds them."
        )
    if state == "57P03":
        return DatabaseUnavailableError(f"{name} is starting up or shutting down.", hint="Try again in a moment.")
    return None


def _words(error: Exception) -> str:
    """An error's words in one line, without what psycopg puts before libpq's and libpq's question after them."""
    lines = [line.strip() for line in str(error).splitlines() if "Is the server running" not in line]
    said = " ".join(line for line in lines if line)
    for prefix in ("connection failed: ", "connection is bad: "):
        said = said.removeprefix(prefix)
    return printable(said, _WORDS_LIMIT).rstrip(".")
