"""Reads the rows of a table in batches, by id, and writes them into the same table of another database."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, func, insert, select

from storage.schema import (
    chunks,
    head,
    metadata,
    notifications,
    process_chunks,
    process_snapshots,
    system_metrics,
)

_BATCH_BYTES = 4 * 2**20
_BATCH_ROWS = 5000


class Streamed(NamedTuple):
    """A table that may have more rows than fit into memory: copied in order of `id`, a batch a transaction.

    Attributes:
        table: which.
        row_bytes: about what a row takes in memory.
    """

    table: Table
    row_bytes: int

    @property
    def batch_rows(self) -> int:
        """How many rows are read at once."""
        return max(1, min(_BATCH_ROWS, _BATCH_BYTES // self.row_bytes))


STREAMED = (
    Streamed(head, 1_000),
    Streamed(process_snapshots, 1_500),
    Streamed(chunks, 40_000),
    Streamed(process_chunks, 100_000),
    Streamed(system_metrics, 300),
    Streamed(notifications, 600),
)

WHOLE = tuple(
    table for table in metadata.sorted_tables if table.name not in {streamed.table.name for streamed in STREAMED}
)
"""Tables of what people decide and hosts are: small, changed in place, so copied as a whole. Parents come first."""


def batches(connection: Connection, streamed: Streamed, after: int) -> Iterator[Sequence[Row[Any]]]:
    """Rows with larger ids than `after`, in order, values as SQLAlchemy's types give them."""
    table, last = streamed.table, after
    place = list(table.c.keys()).index("id")
    # One statement for all batches: SQLAlchemy then takes the compiled form from its cache.
    while rows := connection.execute(
        select(table).where(table.c.id > last).order_by(table.c.id).limit(streamed.batch_rows)
    ).fetchall():
        yield rows
        last = rows[-1][place]


def write_batch(connection: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    """Inserts rows that `batches` gave, ids and all."""
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), [row._asdict() for row in rows])
    else:
        _copy_in(connection, table, rows)


def replace_whole(source: Connection, target: Connection, tables: Sequence[Table]) -> None:
    """Makes tables of the target equal to those of the source; the caller sees to the order of parents."""
    for table in reversed(tables):
        target.execute(table.delete())
    for table in tables:
        if rows := source.execute(select(table)).fetchall():
            target.execute(insert(table), [row._asdict() for row in rows])


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows there are."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def last_id(connection: Connection, table: Table) -> int:
    """The largest id; 0 where there are no rows."""
    return connection.execute(select(func.max(table.c.id))).scalar_one() or 0


def _copy_in(connection: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    """PostgreSQL's own bulk path, in its binary form: bytes go as they are, floats bit for bit."""
    from psycopg import sql  # noqa: PLC0415 - for PostgreSQL alone

    names = sql.SQL(", ").join(map(sql.Identifier, table.c.keys()))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table.name), names)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([_type_name(column.type.compile(connection.dialect)) for column in table.c])
        for row in rows:
            copy.write_row(row)


def _type_name(declared: str) -> str:
    """As PostgreSQL itself calls a type: `float8` for FLOAT, `varchar` for VARCHAR(16)."""
    name = declared.split("(", maxsplit=1)[0].lower()
    return "float8" if name == "float" else name
