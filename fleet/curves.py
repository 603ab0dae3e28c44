"""The last hour of a fleet, or less, as curves, kept up from one look to the next.

Reading them anew each second would unpack some 720 vectors a host; the latest readings are at hand anyhow. Only the
past of a host that is new here is read, for a bounded time in each look: a large fleet is there at once, and its
curves fill in.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from fleet.curve_grid import BUCKET_MS, COLUMNS, Array, CurveGrid, Measure, Readings
from fleet.past_hour import MEASURED, PastReader
from fleet.points import Points
from fleet.state import FleetState
from storage.connection import Connection
from storage.errors import DatabaseCorruptError
from storage.host import Host
from storage.series import SeriesKey

BUDGET_S = 0.06
"""How long the past may be read in one look; a host takes some 3 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetCurves:
    """A point for every bucket in which there was a reading; its time is where that starts.

    Attributes:
        cpu: CPU in use by host id.
        average_cpu: of all hosts.
        memory_used_bytes: of all hosts together.
        network_bytes_per_second: in and out, of all hosts together.
        fullest_disk_percent: of the fullest file system anywhere.
        missing: hosts whose past has not been read yet; those of the whole fleet are without them so far.
    """

    cpu: Mapping[int, Points] = field(default_factory=dict)
    average_cpu: Points = field(default_factory=Points)
    memory_used_bytes: Points = field(default_factory=Points)
    network_bytes_per_second: Points = field(default_factory=Points)
    fullest_disk_percent: Points = field(default_factory=Points)
    missing: int = 0


class CurveKeeper:
    """Keeps the curves up. Points are never changed, only replaced: another thread may be drawing the old ones."""

    def __init__(
        self,
        *,
        bucket_ms: int = BUCKET_MS,
        budget_s: float = BUDGET_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begins without any host.

        Args:
            bucket_ms: from one point to the next; there are 120 of them, and the one that is filling.
            budget_s: seconds for which the past may be read in one look.
            clock: by which they are measured.
        """
        self._bucket_ms = bucket_ms
        self._budget_s = budget_s
        self._clock = clock
        self._grid = CurveGrid(0, bucket_ms)
        self._names: dict[int, str] = {}
        self._cpu: dict[int, Points] = {}
        self._totals: Array = np.full((len(Measure), COLUMNS), np.nan)

    def follow(self, connection: Connection, state: FleetState, now_ms: int) -> FleetCurves:
        """The curves with what the state has that is new.

        Args:
            connection: where the past of new hosts is read.
            state: as it was read just now, from the same connection.
            now_ms: UTC milliseconds.

        Raises:
            WatchpostError: the database cannot be read; what is kept stays whole.
        """
        steps = self._grid.advance(now_ms)
        if steps is None:
            self._grid, steps = CurveGrid(now_ms, self._bucket_ms), COLUMNS
            self._names, self._cpu = {}, {}
        has_fewer = self._let_go(state)
        began = self._begin(connection, state)
        if steps or has_fewer or began:
            self._add(state)
            self._renew(0, self._grid.hosts)
        else:
            fresh, since = self._add(state)
            self._renew(since, fresh)
        return self._curves(len(state.hosts) - len(self._grid.hosts))

    def _let_go(self, state: FleetState) -> bool:
        """Forgets hosts that are gone, or that are not those they were: another name, or a reading from before."""
        known = {host.id: host.name for host in state.hosts}
        gone = {host_id for host_id, name in self._names.items() if known.get(host_id) != name}
        gone |= {
            host_id
            for host_id, latest in state.latest.items()
            if host_id in self._names and latest.ts < self._grid.newest(host_id)
        }
        for host_id in gone:
            self._grid.forget(host_id)
            del self._names[host_id]
            self._cpu.pop(host_id, None)
        return bool(gone)

    def _begin(self, connection: Connection, state: FleetState) -> bool:
        """Reads the past of hosts that are new, the time allowing. One is always read, or it would never end."""
        fresh = [host for host in state.hosts if host.id not in self._names]
        reader, until = PastReader(connection), self._clock() + self._budget_s
        for host in fresh:
            self._begin_host(reader, host, state)
            if self._clock() >= until:
                break
        return bool(fresh)

    def _begin_host(self, reader: PastReader, host: Host, state: FleetState) -> None:
        latest = state.latest.get(host.id)
        interval_s = host.interval_s or state.interval_s
        past: list[Readings] = []
        start = int(self._grid.starts[0])
        if latest is not None and latest.ts >= start:
            # A damaged row is told by whoever reads it for its own sake; here it costs one curve.
            with suppress(DatabaseCorruptError):
                past = reader.read(host.id, (start, latest.ts + 1), interval_s)
        self._grid.begin(host.id, past, interval_s)
        self._names[host.id] = host.name

    def _add(self, state: FleetState) -> tuple[list[int], int]:
        """Takes readings that are new; whose they are, and the first bucket that has changed."""
        fresh = [
            host_id
            for host_id in self._names
            if (latest := state.latest.get(host_id)) is not None and latest.ts > self._grid.newest(host_id)
        ]
        if not fresh:
            return [], COLUMNS
        ts = np.array([state.latest[host_id].ts for host_id in fresh], dtype=np.int64)
        values = np.array([_measures(state.latest[host_id].values) for host_id in fresh]).T
        return fresh, self._grid.add(fresh, Readings(ts, values))

    def _renew(self, since: int, hosts: Mapping[int, int] | list[int]) -> None:
        """Makes anew the totals from a bucket on, and the curves of some hosts."""
        if since < COLUMNS:
            self._totals[:, since:] = self._grid.totals(since)
        starts = self._grid.starts
        for host_id in hosts:
            self._cpu[host_id] = _points(starts, self._grid.row(host_id, Measure.CPU))

    def _curves(self, missing: int) -> FleetCurves:
        starts = self._grid.starts
        cpu, memory, network, disk = (_points(starts, values) for values in self._totals)
        return FleetCurves(
            cpu=dict(self._cpu),
            average_cpu=cpu,
            memory_used_bytes=memory,
            network_bytes_per_second=network,
            fullest_disk_percent=disk,
            missing=missing,
        )


def _points(starts: np.ndarray, values: Array) -> Points:
    present = np.isfinite(values)
    return Points(starts[present], values[present])


def _measures(values: Mapping[SeriesKey, float]) -> list[float]:
    """The newest values of one host as measures; NaN where absent."""
    found: list[float | None] = [None] * len(Measure)
    for key, value in values.items():
        measure = MEASURED.get(key.name)
        if measure is None:
            continue
        so_far = found[measure]
        if so_far is None:
            found[measure] = value
        else:
            found[measure] = max(so_far, value) if measure is Measure.DISK else so_far + value
    return [np.nan if value is None else value for value in found]
