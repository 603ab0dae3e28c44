"""Fills a database with readings, keeps it up, and tells what it then holds."""

from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import Connection, select

from storage.chunks.chunk_rows import read_chunks
from storage.chunks.raw_chunk import RawReadings, decode_raw
from storage.chunks.rollup_chunk import RolledUp, decode_rolled
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from storage.known_layouts import read_layouts
from storage.schema import head
from storage.scrape import Cadence, Scrape, Vector
from storage.scrape_rows import RowWriter, pack_scrape
from storage.sealing.upkeep import Upkeep
from storage.series import Layout, SeriesKey
from storage.tier import Tier

DAY = 1_772_323_200_000
"""A midnight in UTC."""
HOUR = 3_600_000
MINUTE = 60_000
BYTES = SeriesKey("network_receive_bytes_total", (("interface", "eth0"),))
LOAD = SeriesKey("load1")
LAYOUT = Layout((LOAD, BYTES))
FOREVER = 2**53


def register(database: Database, name: str, group: str | None = None) -> int:
    with database.writing() as connection:
        return add_host(connection, NewHost(name=name, address=name, group=group), DAY).id


def reading(
    host_id: int, ts: int, *values: float, session_at: int = 0, layout: Layout = LAYOUT, cadence: Cadence = Cadence.FAST
) -> Scrape:
    vector = Vector(cadence, layout, np.array(values, dtype=np.float64))
    return Scrape(host_id=host_id, ts=ts, session_at=session_at, vectors=(vector,))


def steady(host_id: int, moments: Iterable[int], session_at: int = 0) -> list[Scrape]:
    """A load that tells the second, and 100 bytes a second."""
    return [
        reading(host_id, ts, ts / 1000 % 1000, (ts - DAY + 10 * HOUR) / 10, session_at=session_at) for ts in moments
    ]


def record(database: Database, scrapes: Sequence[Scrape]) -> None:
    packed = [pack_scrape(scrape) for scrape in scrapes]
    with database.writing() as connection:
        RowWriter().write(connection, packed, [])


def keep_up(database: Database, now_ms: int, upkeep: Upkeep | None = None) -> None:
    """Until nothing is left to be done."""
    upkeep = upkeep or Upkeep(database)
    while upkeep.step(now_ms, FOREVER):
        now_ms += 1
    # What was sealed is rolled up after the next look.
    for _ in range(2):
        now_ms += 2 * MINUTE
        while upkeep.step(now_ms, FOREVER):
            now_ms += 1


def fresh(connection: Connection, host_id: int) -> list[int]:
    """What lies in head."""
    return list(connection.scalars(select(head.c.ts).where(head.c.host_id == host_id).order_by(head.c.ts)))


def sealed(connection: Connection, host_id: int, cadence: Cadence = Cadence.FAST) -> list[RawReadings]:
    return [
        decode_raw(chunk.frame, read_layouts(connection, [chunk.layout_id])[chunk.layout_id])
        for chunk in read_chunks(connection, host_id, cadence, Tier.RAW, 0, FOREVER)
    ]


def moments(connection: Connection, host_id: int) -> list[int]:
    """Of all readings, sealed or not."""
    in_chunks = [ts for part in sealed(connection, host_id) for ts in part.ts.tolist()]
    return sorted([*in_chunks, *fresh(connection, host_id)])


def buckets(connection: Connection, host_id: int, tier: Tier, cadence: Cadence = Cadence.FAST) -> list[RolledUp]:
    return [
        decode_rolled(chunk.frame, read_layouts(connection, [chunk.layout_id])[chunk.layout_id])
        for chunk in read_chunks(connection, host_id, cadence, tier, 0, FOREVER)
    ]


def of_series(parts: Sequence[RolledUp], key: SeriesKey) -> dict[int, tuple[float, float, float, int]]:
    """Total, smallest, largest and count by the start of the bucket."""
    found = {}
    for part in parts:
        if key in part.layout.series:
            column = part.layout.series.index(key)
            for row, ts in enumerate(part.ts.tolist()):
                if part.count[row, column]:
                    total, smallest, largest = (
                        float(array[row, column]) for array in (part.total, part.minimum, part.maximum)
                    )
                    found[ts] = (total, smallest, largest, int(part.count[row, column]))
    return found
