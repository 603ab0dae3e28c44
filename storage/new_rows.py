"""Rows that come in the order of their time, appended in the cheapest way, and never twice."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table

from storage.engines.statements import append_many, insert_many

_FEW = 4
"""A batch that fails is halved until the one row that spoils it is alone; so a few are always written with a look."""


class NewRows:
    """Writes rows of one table; for one thread.

    It remembers the newest row of each host and cadence that it has written itself. What is newer is all but sure not
    to be there yet, and a database that has a way of appending without a look is spared the look.
    """

    def __init__(self, table: Table, columns: tuple[str, ...]) -> None:
        """Takes the columns of a row: those before `ts` and that are its unique key."""
        self._table = table
        self._columns = columns
        self._place = columns.index("ts")
        self._newest: dict[tuple[Any, ...], int] = {}

    def write(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        """Writes those that are not there yet and returns how many these are.

        Raises:
            psycopg.errors.UniqueViolation: somebody else has written one of them; after `forget` it is left out.
        """
        if connection.dialect.name == "sqlite" or not self._are_new(rows) or len(rows) < _FEW:
            return insert_many(connection, self._table, self._columns, rows)
        return append_many(connection, self._table, self._columns, rows)

    def forget(self) -> None:
        """To be called after a rollback, and when the database may be another one."""
        self._newest.clear()

    def _are_new(self, rows: Sequence[tuple[Any, ...]]) -> bool:
        place, newest, are_new = self._place, self._newest, True
        for row in rows:
            key, ts = row[:place], row[place]
            known = newest.get(key)
            if known is None or ts <= known:
                are_new = False
            if known is None or ts > known:
                newest[key] = ts
        return are_new
