"""The last ten minutes of CPU use of every host, kept up from one look to the next.

Reading them anew each second would unpack 120 vectors a host; the latest reading is at hand anyhow.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from fleet.points import Points
from storage.latest import Latest
from storage.series import SeriesKey

SPAN_MS = 600_000
_CPU = SeriesKey("cpu_usage_percent")


class CpuHistory:
    """Curves by host id. Points are never changed, only replaced: another thread may be drawing the old ones."""

    def __init__(self) -> None:
        self._curves: dict[int, Points] = {}

    def unknown(self, host_ids: Iterable[int]) -> list[int]:
        """Those whose past has not been put in yet."""
        return [host_id for host_id in host_ids if host_id not in self._curves]

    def begin(self, host_id: int, past: Points) -> None:
        """Puts in the past of a host, which may be empty."""
        self._curves[host_id] = past

    def add(self, latest: Mapping[int, Latest]) -> None:
        """Takes the newest reading of each host, if it is new, and lets go of what is over ten minutes older."""
        for host_id, reading in latest.items():
            curve, value = self._curves.get(host_id), reading.values.get(_CPU)
            if curve is None or value is None or (len(curve.ts) and curve.ts[-1] >= reading.ts):
                continue
            first = int(np.searchsorted(curve.ts, reading.ts - SPAN_MS))
            ts, values = np.append(curve.ts[first:], reading.ts), np.append(curve.values[first:], value)
            self._curves[host_id] = Points(ts, values)

    def keep(self, host_ids: Iterable[int]) -> None:
        """Forgets all others."""
        for host_id in self._curves.keys() - set(host_ids):
            del self._curves[host_id]

    def curves(self) -> dict[int, Points]:
        """What there is now."""
        return dict(self._curves)
