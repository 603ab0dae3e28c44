"""Which readings of a host are there already, in `head` or sealed."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from storage.chunks.frame_columns import Together
from storage.chunks.raw_chunk import decode_raw_many
from storage.errors import DatabaseCorruptError
from storage.schema import chunks, head
from storage.scrape import Cadence
from storage.tier import Tier


def stored_moments(connection: Connection, host_id: int, cadence: Cadence, first: int, last: int) -> NDArray[np.int64]:
    """When readings of one host and cadence were taken, from `first` to `last`, UTC milliseconds, in no order.

    Raises:
        DatabaseCorruptError: a sealed one cannot be read.
    """
    waiting = select(head.c.ts).where(
        head.c.host_id == host_id, head.c.cadence == int(cadence), head.c.ts.between(first, last)
    )
    sealed = select(chunks.c.frame).where(
        chunks.c.host_id == host_id,
        chunks.c.cadence == int(cadence),
        chunks.c.tier == int(Tier.RAW),
        chunks.c.last_ts >= first,
        chunks.c.first_ts <= last,
    )
    found = [np.array(connection.scalars(waiting).all(), dtype=np.int64)]
    for frame in connection.scalars(sealed):
        try:
            (columns,) = decode_raw_many([Together([frame], [()])])
        except ValueError as error:
            raise DatabaseCorruptError("The database has sealed readings that cannot be read.") from error
        found.append(columns.ts)
    return np.concatenate(found)
