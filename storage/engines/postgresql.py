"""How connections to PostgreSQL are opened: which isolation, which time limits, and how a dead server is noticed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import NullPool, Pool, QueuePool

from storage.engines.postgresql_url import PostgresqlUrl

if TYPE_CHECKING:
    import psycopg

APPLICATION_NAME = "watchpost"
CHANNEL = "watchpost"
"""Every writing transaction notifies this channel; see `storage.engines.postgresql_watch`."""
CONNECT_TIMEOUT_S = 5
LOCK_TIMEOUT_S = 5.0
MIGRATION_LOCK_TIMEOUT_S = 30.0
STATEMENT_TIMEOUT_S = 60.0
READ_TIMEOUT_S = 600.0
"""Of one statement; an export's reads millions of rows."""

# Of our own making, so that no other program's advisory locks are in the way: "wp" in ASCII, and a number each.
LOCK_CLASS = 0x7770
_WRITERS_LOCK = 1
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

_KEEPALIVES = {
    "keepalives": "1",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
_SERVER_SETTINGS = {
    # The server has to notice too: it holds the locks of a client whose machine has died.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "client_encoding": "UTF8",
    "timezone": "UTC",
}
_NONE: Mapping[str, str] = MappingProxyType({})
_LOCK_WRITERS = f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, {_WRITERS_LOCK})"
_NOTIFY = f"NOTIFY {CHANNEL}"


def reader_engine(url: PostgresqlUrl) -> Engine:
    """Connections that cannot write; each transaction sees one snapshot."""
    return _engine(
        url, _timeouts(READ_TIMEOUT_S, LOCK_TIMEOUT_S), begin="BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    )


def writer_engine(url: PostgresqlUrl) -> Engine:
    """Connections for what reads before it writes: each transaction excludes every other one of these, as on SQLite.

    So the next revision is the largest so far and one, and a row that was read is as it was when it is written.
    """
    return _engine(url, _writer_settings(), begin=f"{_BEGIN}; {_LOCK_WRITERS}; {_NOTIFY}")


def recorder_engine(url: PostgresqlUrl) -> Engine:
    """Connections for what only appends; it waits for no other writer."""
    return _engine(url, _writer_settings(), begin=f"{_BEGIN}; {_NOTIFY}")


def migration_engine(url: PostgresqlUrl) -> Engine:
    """Connections for changing tables, which takes as long as it takes."""
    return _engine(url, _timeouts(0, MIGRATION_LOCK_TIMEOUT_S), begin=_BEGIN, pool=NullPool)


def connect(
    url: PostgresqlUrl, settings: Mapping[str, str] = _NONE, *, name: str = APPLICATION_NAME, autocommit: bool = False
) -> "psycopg.Connection":
    """A connection of its own.

    Args:
        url: of the database.
        settings: of the server, for this connection.
        name: what the server's views call it.
        autocommit: whether each statement is a transaction.

    Raises:
        psycopg.Error: it cannot be had.
    """
    # Only who uses PostgreSQL pays for its import: 60 ms.
    import psycopg  # noqa: PLC0415

    said = {**_SERVER_SETTINGS, **settings}
    ours = {"connect_timeout": str(CONNECT_TIMEOUT_S), **_KEEPALIVES}
    return psycopg.connect(
        url.text,
        autocommit=autocommit,
        application_name=name,
        options=" ".join(f"-c {name}={value}" for name, value in said.items()),
        **{name: value for name, value in ours.items() if name not in url.parameters},  # type: ignore[arg-type]
    )


def _writer_settings() -> dict[str, str]:
    # Somebody who hangs in the midst of writing would keep all others from it.
    return {**_timeouts(STATEMENT_TIMEOUT_S, LOCK_TIMEOUT_S), "idle_in_transaction_session_timeout": "60s"}


def _timeouts(statement_s: float, lock_s: float) -> dict[str, str]:
    return {"statement_timeout": f"{int(statement_s * 1000)}", "lock_timeout": f"{int(lock_s * 1000)}"}


def _engine(url: PostgresqlUrl, settings: Mapping[str, str], *, begin: str, pool: type[Pool] = QueuePool) -> Engine:
    engine = create_engine(
        "postgresql+psycopg://",
        # The driver would begin transactions with a round trip of its own; with that off, ours is the only one.
        creator=lambda: connect(url, settings, autocommit=True),
        poolclass=pool,
        hide_parameters=True,
        use_native_hstore=False,
    )

    @event.listens_for(engine, "begin")
    def emit_begin(connection: Connection) -> None:
        cursor = cast("psycopg.Cursor[Any]", connection.connection.cursor())
        # Several statements in one go cannot be prepared.
        cursor.execute(begin, prepare=False)

    event.listen(engine, "checkout", _refuse_lost)
    return engine


def _refuse_lost(connection: DBAPIConnection, *_: object) -> None:
    """A server that was restarted in the meantime costs a look at the socket, not a failed transaction."""
    import psycopg  # noqa: PLC0415

    socket = cast("psycopg.Connection[Any]", connection).pgconn
    try:
        # The first may read the server's last words, the second then comes upon the end.
        socket.consume_input()
        socket.consume_input()
    except psycopg.Error as error:
        raise InvalidatePoolError from error
