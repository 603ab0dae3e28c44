"""Whether anything was committed to a PostgreSQL database: every writing transaction notifies one channel."""

import time

import psycopg

from storage.engines.postgresql import CHANNEL, connect
from storage.engines.postgresql_url import PostgresqlUrl

_RETRY_S = 1.0


class PostgresqlChangeWatch:
    """See `storage.change_watch.ChangeWatch`. A look reads what the server has sent by itself: 10 µs, no round trip."""

    def __init__(self, url: PostgresqlUrl) -> None:
        self._url = url
        self._connection: psycopg.Connection | None = None
        self._tried_at = 0.0
        self._is_new = True

    def has_changed(self) -> bool:
        """True after commits of others, when the server has gone or has come back, and at first."""
        if self._connection is None:
            return self._connect()
        try:
            self._connection.pgconn.consume_input()
        except psycopg.Error:
            self.close()
            return True
        seen = False
        while self._connection.pgconn.notifies() is not None:
            seen = True
        return seen

    def close(self) -> None:
        """Lets go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> bool:
        now = time.monotonic()
        was_new, self._is_new = self._is_new, False
        if not was_new and now < self._tried_at + _RETRY_S:
            return False
        self._tried_at = now
        try:
            self._connection = connect(self._url, autocommit=True)
            self._connection.execute(f"LISTEN {CHANNEL}")
        except psycopg.Error:
            self.close()
            return was_new
        return True
