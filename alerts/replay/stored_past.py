"""What is stored of one host, read once, as it was at any moment of a span."""

from collections.abc import Iterable, Sequence

import numpy as np

from alerts.history.needs import Need
from storage.connection import Connection
from storage.queries import SeriesPoints, read_series
from storage.rollup import LENGTH_MS, Interval


class StoredPast:
    """For moments from `since` on until `until`, UTC milliseconds. Reads each need when it is first asked for."""

    def __init__(self, connection: Connection, host_id: int, since: int, until: int, *, max_gap_s: float) -> None:
        self._connection = connection
        self._host_id = host_id
        self._since = since
        self._until = until
        self._max_gap_s = max_gap_s
        self._read: dict[tuple[str, Interval], Sequence[SeriesPoints]] = {}

    def at(self, need: Need, now: int) -> list[SeriesPoints]:
        """What of a need was there at a moment: buckets that were over, readings that had come."""
        found = []
        for points in self._whole(need):
            length = LENGTH_MS.get(points.interval, 0)
            first, last = np.searchsorted(points.ts, (now - round(need.back_s * 1000), now - length + 1))
            if first < last:
                found.append(_some(points, slice(int(first), int(last))))
        return found

    def _whole(self, need: Need) -> Sequence[SeriesPoints]:
        place = need.metric, need.interval
        if place not in self._read:
            start = self._since - round(need.back_s * 1000)
            found = self._series(need.metric, start, need.interval)
            if need.interval is Interval.RAW:
                found = _joined(found, self._series(need.metric, start, Interval.M1))
            self._read[place] = found
        return self._read[place]

    def _series(self, metric: str, start: int, interval: Interval) -> Sequence[SeriesPoints]:
        return read_series(
            self._connection,
            host_ids=[self._host_id],
            metric=metric,
            start=start,
            end=self._until,
            interval=interval,
            max_gap_s=self._max_gap_s,
        )


def _joined(readings: Iterable[SeriesPoints], minutes: Sequence[SeriesPoints]) -> list[SeriesPoints]:
    """Readings where they are still kept, and before these what there is by the minute."""
    by_key = {points.key: points for points in readings}
    found = []
    for points in minutes:
        fine = by_key.pop(points.key, None)
        if fine is None:
            found.append(points)
            continue
        older = _some(points, points.ts + LENGTH_MS[Interval.M1] <= fine.ts[0])
        columns = ("ts", "value", "minimum", "maximum", "count")
        arrays = [np.concatenate((getattr(older, name), getattr(fine, name))) for name in columns]
        found.append(SeriesPoints(fine.host_id, fine.key, Interval.RAW, *arrays))
    return [*found, *by_key.values()]


def _some(points: SeriesPoints, chosen: slice | np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> SeriesPoints:
    return SeriesPoints(
        points.host_id,
        points.key,
        points.interval,
        points.ts[chosen],
        points.value[chosen],
        points.minimum[chosen],
        points.maximum[chosen],
        points.count[chosen],
    )
