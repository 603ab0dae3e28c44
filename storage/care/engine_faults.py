"""What the engine itself says about its database."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from storage.care.copy_rows import WHOLE
from storage.care.fault import Fault

_FINDINGS = 100


def engine_faults(connection: Connection) -> Iterator[Fault]:
    """Pages, indexes and references.

    SQLite looks at every page. PostgreSQL has no such look of its own: there the small tables are read as a whole, and
    the caller reads all others.
    """
    if connection.dialect.name == "sqlite":
        yield from _file_faults(connection)
    for table in WHOLE:
        # What cannot be read, or is no JSON where there must be some, raises.
        try:
            connection.execute(select(table)).fetchall()
        except ValueError as error:
            yield Fault(table.name, None, f"it cannot be read: {error}")


def _file_faults(connection: Connection) -> Iterator[Fault]:
    for (finding,) in connection.exec_driver_sql(f"PRAGMA integrity_check({_FINDINGS})"):
        if finding != "ok":
            yield Fault("the file", None, " ".join(str(finding).split()))
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Fault(table, row, f"it points to a row of {parent} that is not there")
