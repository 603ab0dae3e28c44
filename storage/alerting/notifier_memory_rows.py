"""What the notifier has to know after a restart, one row a thing; what the bytes mean is said in `alerts.notifier`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from storage.engines.statements import upsert
from storage.schema import notifier_memory

_AT_ONCE = 200
"""Keys of one statement; each takes two of SQLite's parameters."""


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """One thing that is remembered.

    Attributes:
        kind: told, allowance or flapping.
        key: SHA-256 of what it is about, in hex.
        body: msgpack.
    """

    kind: str
    key: str
    body: bytes


def read_memory(connection: Connection) -> list[MemoryRow]:
    """All of it."""
    found = connection.execute(select(notifier_memory.c.kind, notifier_memory.c.key, notifier_memory.c.body))
    return [MemoryRow(row.kind, row.key, bytes(row.body)) for row in found]


def write_memory(
    connection: Connection, changed: Iterable[MemoryRow], forgotten: Collection[tuple[str, str]], now_ms: int
) -> None:
    """Keeps rows in the place of those of the same kind and key, and forgets others by kind and key."""
    rows = [{"kind": row.kind, "key": row.key, "body": row.body, "updated_at": now_ms} for row in changed]
    if rows:
        connection.execute(upsert(connection, notifier_memory, keys=("kind", "key")), rows)
    gone = sorted(forgotten)
    for start in range(0, len(gone), _AT_ONCE):
        named = [
            and_(notifier_memory.c.kind == kind, notifier_memory.c.key == key)
            for kind, key in gone[start : start + _AT_ONCE]
        ]
        connection.execute(notifier_memory.delete().where(or_(*named)))
