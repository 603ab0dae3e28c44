"""Statements that SQLite and PostgreSQL word otherwise; the connection says which of the two it is."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from sqlalchemy import ColumnElement, Connection, Dialect, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"


def insert_new(connection: Connection, table: Table) -> Insert:
    """An INSERT that leaves out rows which are there already."""
    return _insert(connection, table).on_conflict_do_nothing()


def upsert(
    connection: Connection,
    table: Table,
    *,
    keys: Sequence[str],
    merge: Mapping[str, Callable[[Any, Any], ColumnElement[Any]]] | None = None,
) -> Insert:
    """An INSERT that replaces the row with the same `keys`.

    Args:
        connection: on which it will be run.
        table: into which.
        keys: columns of the unique key.
        merge: for some columns, what is kept of the new and the old value instead of the new one.
    """
    statement = _insert(connection, table)
    # Not the row's own id: `excluded` has a fresh one, and other tables point at the old one.
    kept = {*keys, *table.primary_key.columns.keys()}
    fresh = {column.name: statement.excluded[column.name] for column in table.c if column.name not in kept}
    merged = {name: combine(fresh[name], table.c[name]) for name, combine in (merge or {}).items()}
    return statement.on_conflict_do_update(index_elements=list(keys), set_={**fresh, **merged})


def read_number(connection: Connection, statement: str) -> int:
    """The one number that a statement gives, 0 for NULL; a fifth of the time that SQLAlchemy takes for it."""
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    (number,) = cursor.fetchone() or (None,)
    return int(number or 0)


def insert_many(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> int:
    """Inserts rows that are not there already and returns how many were new; a tenth of SQLAlchemy's own time.

    Args:
        connection: for writing.
        table: into which.
        columns: which of its columns, in the order of the values of a row.
        rows: the rows.
    """
    if not rows:
        return 0
    cursor = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        cursor.executemany(_insert_sql(table, columns), rows)
    else:
        cursor.execute(_unnest_sql(table, columns), [list(column) for column in zip(*rows, strict=True)])
    return int(cursor.rowcount)


def append_many(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> int:
    """As `insert_many`, for rows of which the caller is all but sure that they are new; on PostgreSQL half as dear.

    Raises:
        sqlalchemy.exc.IntegrityError, psycopg.errors.UniqueViolation: one was there; the transaction has failed.
    """
    if connection.dialect.name == "sqlite":
        return insert_many(connection, table, columns, rows)
    copy_sql, types = _copy_sql(table, columns)
    cursor = cast("psycopg.Cursor[Any]", connection.connection.cursor())
    with cursor.copy(copy_sql) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
    return len(rows)


def _insert(connection: Connection, table: Table) -> Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    # Only who uses PostgreSQL pays for its import: 30 ms.
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(table)


@lru_cache
def _insert_sql(table: Table, columns: tuple[str, ...]) -> str:
    statement = sqlite.insert(table).on_conflict_do_nothing()
    return str(statement.compile(dialect=sqlite.dialect(), column_keys=list(columns)))


@lru_cache
def _unnest_sql(table: Table, columns: tuple[str, ...]) -> str:
    """One array a column: the statement is the same for any number of rows, and one round trip."""
    arrays = ", ".join(f"%b::{column_type}[]" for column_type in _types(table, columns))
    # Only names of our own tables are put into the text; the values are bound.
    return f"INSERT INTO {_named(table, columns)} SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608


@lru_cache
def _copy_sql(table: Table, columns: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The COPY of these columns, and their types, which the binary form does not say itself."""
    return f"COPY {_named(table, columns)} FROM STDIN (FORMAT BINARY)", _types(table, columns)


def _named(table: Table, columns: tuple[str, ...]) -> str:
    quote = _dialect().identifier_preparer.quote
    return f"{quote(table.name)} ({', '.join(quote(name) for name in columns)})"


def _types(table: Table, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(table.c[name].type.compile(_dialect()).lower() for name in columns)


def _dialect() -> Dialect:
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.dialect()  # type: ignore[no-untyped-call]
