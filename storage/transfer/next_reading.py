"""Where the next readings are, so that an export steps over the years before them and the gaps between them."""

from sqlalchemy import Connection, bindparam, func, select

from storage.rollup import TIER_OF, Interval
from storage.schema import chunks, head
from storage.scrape import Cadence

_WAITING = select(func.min(head.c.ts)).where(
    head.c.host_id == bindparam("host_id"), head.c.cadence == bindparam("cadence"), head.c.ts >= bindparam("since")
)
_SEALED = select(func.min(chunks.c.first_ts)).where(
    chunks.c.host_id == bindparam("host_id"),
    chunks.c.cadence == bindparam("cadence"),
    chunks.c.tier <= bindparam("tier"),
    chunks.c.last_ts >= bindparam("since"),
)


def next_reading(connection: Connection, host_id: int, cadence: Cadence, at: int, interval: Interval) -> int | None:
    """The earliest moment from `at` on that may have something to read, UTC milliseconds; None when there is none.

    Buckets are made of readings where there are none yet, so all tiers that are no coarser count.
    """
    place = {"host_id": host_id, "cadence": int(cadence), "since": at}
    waiting: int | None = connection.scalar(_WAITING, place)
    sealed: int | None = connection.scalar(_SEALED, {**place, "tier": int(TIER_OF[interval])})
    found = [ts for ts in (waiting, sealed) if ts is not None]
    return max(at, min(found)) if found else None
