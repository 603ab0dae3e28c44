"""Whether two databases hold the same: counts and checksums, table by table."""

import hashlib
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, Table, select

from storage.care.copy_mark import MARK
from storage.care.copy_rows import Streamed, batches
from storage.schema import settings


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds, in short; equal for equal rows, whatever keeps them."""

    rows: int
    checksum: str


def sum_streamed(connection: Connection, streamed: Streamed, up_to: int | None = None) -> Sum:
    """Sums a large table up, in order of `id`.

    Args:
        connection: to read from.
        streamed: which table.
        up_to: the last id that counts; None takes all.
    """
    digest, count = hashlib.blake2b(digest_size=16), 0
    encoder = msgspec.msgpack.Encoder()
    for rows in batches(connection, streamed, 0):
        counted = [tuple(row) for row in rows if up_to is None or row.id <= up_to]
        for row in counted:
            digest.update(encoder.encode(row))
        count += len(counted)
        if len(counted) < len(rows):
            break
    return Sum(count, digest.hexdigest())


def sum_whole(connection: Connection, table: Table) -> Sum:
    """Sums a small table up. What marks a copy in the making does not count."""
    statement = select(table).where(settings.c.name != MARK) if table is settings else select(table)
    # Sorted here: databases differ in how they order texts. As text: JSON may hold numbers of any size.
    texts = sorted(repr(tuple(row)) for row in connection.execute(statement))
    whole = "\n".join(texts).encode("utf-8", "surrogatepass")
    return Sum(len(texts), hashlib.blake2b(whole, digest_size=16).hexdigest())
