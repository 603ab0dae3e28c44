"""Readings made up from their moment alone, so that afterwards each can be told to be the right one."""

import numpy as np

from storage.scrape import Cadence, Process, Scrape, Vector
from storage.series import Layout, SeriesKey
from tests.readings import POSTGRES

HOSTS = (1, 2, 3)
STEP_MS = 5_000
LOAD, SWITCHES, RATE = "load1", "context_switches_total", "context_switches_per_second"
_LAYOUTS = [Layout((SeriesKey(LOAD), SeriesKey(SWITCHES))), Layout((SeriesKey(SWITCHES), SeriesKey(LOAD)))]


def load(ts: int) -> float:
    """A gauge that jumps about."""
    return (ts // STEP_MS * 2_654_435_761 + ts % STEP_MS) % 1_009 / 16


def switches(ts: int) -> float:
    """A counter that never goes back, at a rate that changes with every step."""
    step = ts // STEP_MS
    return float(100 * step + step * step % 97)


def scrape_at(host_id: int, step_ts: int, session_at: int) -> Scrape:
    """What a host says at a step. Its moment is no other host's, so that a moment alone says which scrape it was."""
    ts = step_ts + host_id
    layout = _LAYOUTS[session_at // STEP_MS % 2]
    values = {LOAD: load(ts), SWITCHES: switches(ts)}
    vector = Vector(Cadence.FAST, layout, np.array([values[key.name] for key in layout.series]))
    return Scrape(host_id, ts, session_at, (vector,), processes(ts))


def processes(ts: int) -> tuple[Process, ...] | None:
    """A table each half a minute, that tells its moment."""
    if ts // STEP_MS % 6:
        return None
    return (POSTGRES, Process(ts % 100_000, "tick", str(ts), "root", 0.0, 1, 1, 0.0))
