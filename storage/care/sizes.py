"""How much room a database takes: on disk, and table by table."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from storage.database_url import database_file
from storage.schema import metadata
from storage.sqlite import SIDECARS


@dataclass(frozen=True, slots=True)
class DiskSize:
    """Bytes.

    Attributes:
        total: what the database takes, indexes and all.
        free: of that, what deleted rows have left and `watchpost db vacuum` would give back; 0 where it is not known.
    """

    total: int
    free: int


def disk_size(connection: Connection, url: str) -> DiskSize:
    """What the database takes on disk. Reads no rows."""
    path = database_file(url)
    if path is None:
        return DiskSize(sum(table_sizes(connection).values()), 0)
    pages, size = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) for name in ("freelist_count", "page_size")
    )
    return DiskSize(size_on_disk(path), pages * size)


def size_on_disk(path: Path) -> int:
    """Bytes of a SQLite file and of what SQLite keeps beside it."""
    parts = (Path(f"{path}{ending}") for ending in ("", *SIDECARS))
    return sum(part.stat().st_size for part in parts if part.exists())


def table_sizes(connection: Connection) -> dict[str, int]:
    """Bytes of each of our tables on a server, with its indexes and its values that are kept apart."""
    size = text("SELECT pg_total_relation_size(to_regclass(:name))")
    return {name: int(connection.execute(size, {"name": name}).scalar() or 0) for name in metadata.tables}
