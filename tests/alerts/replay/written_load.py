"""Hosts whose load is known, written into a database as a poller leaves them."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing

import numpy as np

from storage.chunks.raw_chunk import RawReadings
from storage.database import Database
from storage.host import Host, NewHost
from storage.hosts import add_host
from storage.scrape import Cadence
from storage.sealing.past import Past, write_past
from storage.sealing.situation import read_situation
from storage.series import SeriesKey, shared_layout

HOUR = 3_600_000
DAY = 24 * HOUR
START = 20_370 * DAY
"""Midnight in UTC."""
LOAD, MEMORY = SeriesKey("load1"), ("memory_total_bytes", "memory_available_bytes")
LAYOUT = shared_layout((LOAD, *(SeriesKey(name) for name in MEMORY)))


def write(
    database: Database, name: str, load: Mapping[tuple[float, float], float], *, hours: float = 12, step_s: int = 5
) -> Host:
    """A host whose load is 1 but for spans, minutes from the start; a load of NaN stands for no reading."""
    ts = np.arange(START, START + round(hours * HOUR), step_s * 1000)
    minutes = (ts - START) / 60_000
    values = np.ones((len(ts), 3)) * (1.0, 100.0, 60.0)
    for (since, until), level in load.items():
        values[(minutes >= since) & (minutes < until), 0] = level
    there = ~np.isnan(values[:, 0])
    readings = RawReadings(ts[there], np.full(there.sum(), START), LAYOUT, values[there])
    with database.writing() as connection:
        host = add_host(connection, NewHost(name=name, address="x"), START)
        # All but the newest two, which a poller would still have elsewhere.
        write_past(connection, Past(host.id, Cadence.FAST, readings), read_situation(connection, START + 20 * HOUR))
    return host


def drop_readings(database: Database) -> None:
    """As retention does after a day."""
    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as connection:
        connection.execute("DELETE FROM chunks WHERE tier = 0")
        connection.commit()
