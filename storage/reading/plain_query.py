"""Statements that are run as text: a read is a handful of them, and SQLAlchemy takes ten times what SQLite takes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select
from sqlalchemy.sql.dml import UpdateBase

_KEPT = 64


class _Text(NamedTuple):
    """A statement in the words of one driver.

    Attributes:
        sql: its text.
        constants: parameters that are the same each time.
        places: the names of the parameters in order, where they go by place.
    """

    sql: str
    constants: Mapping[str, Any]
    places: Sequence[str] | None


class PlainQuery:
    """A statement with a list among its parameters, of any length, or none, and single values besides."""

    def __init__(self, statement: Select[Any] | UpdateBase, several: str = "host_ids") -> None:
        """Takes the statement and the name of the parameter that is the list, if there is one."""
        self._statement = statement
        self._several = several
        self._texts: dict[tuple[str, int], _Text] = {}

    def run(self, connection: Connection, several: Sequence[int], values: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """The driver's own cursor, whose rows are tuples.

        Args:
            connection: on which to run it.
            several: the list; empty where there is none.
            values: the other parameters.
        """
        text = self._text(connection, len(several), values)
        named = {**text.constants, **values}
        named |= {f"{self._several}_{place}": each for place, each in enumerate(several, start=1)}
        cursor = connection.connection.cursor()
        cursor.execute(text.sql, named if text.places is None else [named[place] for place in text.places])
        return cursor

    def _text(self, connection: Connection, length: int, values: Mapping[str, Any]) -> _Text:
        known = (connection.dialect.name, length)
        if known not in self._texts:
            if len(self._texts) >= _KEPT:
                self._texts.clear()
            compiled = self._statement.compile(dialect=connection.dialect)
            whole = compiled.construct_expanded_state({**values, self._several: list(range(length))})
            self._texts[known] = _Text(whole.statement, whole.parameters, whole.positiontup)
        return self._texts[known]
