"""What one visit to a host brings back."""

from enum import IntEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from storage.series import Layout


class Cadence(IntEnum):
    """A group of metrics that is read at the same rhythm and stored as one vector. Stored: never renumber."""

    FAST = 0
    PROCESSES = 1
    SLOW = 2
    CHECKS = 3


class Vector(msgspec.Struct, frozen=True, eq=False, gc=False):
    """The values of one cadence group at one moment; `values[i]` belongs to `layout.series[i]`, NaN is absent."""

    cadence: Cadence
    layout: Layout
    values: NDArray[np.float64]


class Process(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One row of the process table. The order of the fields is the wire order.

    `cpu_percent` is of one core over the last process interval, as `top` shows it. `command` has had its secrets
    redacted on the host.
    """

    pid: int
    name: str
    command: str
    user: str
    cpu_percent: float
    rss_bytes: int
    vsz_bytes: int
    run_s: float


class Scrape(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One visit.

    Attributes:
        host_id: whose.
        ts: when it was read on the host, UTC milliseconds on the poller's clock.
        session_at: when its probe started, UTC milliseconds; rates are taken only within one session.
        vectors: at most one per cadence group.
        processes: the top processes, or None when this visit did not read them.
        processes_text: the same as JSON, fit to be stored as it is; None where it has to be made of them.
    """

    host_id: int
    ts: int
    session_at: int
    vectors: tuple[Vector, ...]
    processes: tuple[Process, ...] | None = None
    processes_text: bytes | None = None
