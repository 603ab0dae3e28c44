"""Scrapes made up for tests."""

from collections.abc import Sequence

import numpy as np

from storage.scrape import Cadence, Process, Scrape, Vector
from storage.series import Layout, SeriesKey

LOAD = Layout((SeriesKey("load1"), SeriesKey("load5")))
POSTGRES = Process(2211, "postgres", "postgres: writer", "postgres", 12.5, 1_048_576, 2_097_152, 3600.0)


def scrape(
    host_id: int,
    ts: int,
    values: Sequence[float] = (1.0, 2.0),
    layout: Layout = LOAD,
    processes: tuple[Process, ...] | None = None,
) -> Scrape:
    """One visit with one fast vector."""
    vector = Vector(Cadence.FAST, layout, np.array(values, dtype=np.float64))
    return Scrape(host_id=host_id, ts=ts, session_at=0, vectors=(vector,), processes=processes)
