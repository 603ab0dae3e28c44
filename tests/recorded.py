"""Readings made up for tests, and put into a database as the recorder does."""

from collections.abc import Mapping

import numpy as np

from storage.catalogue import CATALOGUE, Kind
from storage.database import Database
from storage.scrape import Cadence, Process, Scrape, Vector
from storage.scrape_rows import RowWriter, pack_scrape
from storage.series import Layout, SeriesKey

CPU_MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice")


def key(name: str, **labels: str) -> SeriesKey:
    return SeriesKey(name, tuple(labels.items()))


def cpu(**seconds: float) -> dict[SeriesKey, float]:
    """CPU time by mode."""
    return {key("cpu_seconds_total", mode=mode): value for mode, value in seconds.items()}


def whole_catalogue(cadence: Cadence | None = None) -> Layout:
    """One series of every stored metric, and every CPU mode."""
    series = [
        SeriesKey(metric.name, tuple((label, f"{label}0") for label in metric.labels))
        for metric in CATALOGUE.values()
        if metric.kind is not Kind.DERIVED and metric.name != "cpu_seconds_total" and cadence in {None, metric.cadence}
    ]
    modes = cpu(**dict.fromkeys(CPU_MODES, 0.0)) if cadence in {None, Cadence.FAST} else {}
    return Layout((*series, *modes))


def visit(
    host_id: int,
    ts: int,
    *groups: Mapping[SeriesKey, float],
    session_at: int = 0,
    processes: tuple[Process, ...] | None = None,
) -> Scrape:
    """A scrape; the cadence of each group is that of its first series."""
    vectors = tuple(
        Vector(CATALOGUE[next(iter(group)).name].cadence, Layout(tuple(group)), np.array(list(group.values())))
        for group in groups
    )
    return Scrape(host_id=host_id, ts=ts, session_at=session_at, vectors=vectors, processes=processes)


def record(database: Database, *scrapes: Scrape) -> None:
    with database.writing() as connection:
        RowWriter().write(connection, [pack_scrape(scrape) for scrape in scrapes], [])
