"""Reads curves of the past out of the database, as the live view draws them."""

from collections.abc import Sequence

import numpy as np

from fleet.host_view import HISTORY_MS, History
from fleet.points import Points
from storage.connection import Connection
from storage.derive import longest_gap_s
from storage.queries import SeriesPoints, read_series


def read_history(connection: Connection, host_id: int, now_ms: int, interval_s: float) -> History:
    """The last hour of one host."""

    def curve(metric: str) -> Points:
        return read_curve(connection, host_id, metric, (now_ms - HISTORY_MS, now_ms + 1), interval_s)

    return History(
        cpu=curve("cpu_usage_percent"),
        memory=curve("memory_used_percent"),
        received=curve("network_receive_bytes_per_second"),
        sent=curve("network_transmit_bytes_per_second"),
    )


def read_curve(connection: Connection, host_id: int, metric: str, span: tuple[int, int], interval_s: float) -> Points:
    """One metric of one host from the start of the span up to before its end, UTC milliseconds."""
    series = read_series(
        connection,
        host_ids=[host_id],
        metric=metric,
        start=span[0],
        end=span[1],
        max_gap_s=longest_gap_s(interval_s),
    )
    return total(series)


def total(series: Sequence[SeriesPoints]) -> Points:
    """The sum over all series, for instance over interfaces, at every moment at which one of them has a value."""
    if not series:
        return Points()
    moments, place = np.unique(np.concatenate([points.ts for points in series]), return_inverse=True)
    values = np.concatenate([points.value for points in series])
    sums = np.bincount(place, weights=values, minlength=len(moments)).astype(np.float64)
    return Points(moments, sums)
