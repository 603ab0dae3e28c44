"""The curves of a host's page over a span of time: read whole once, then kept up."""

from dataclasses import dataclass, replace

import numpy as np

from fleet.host_curves import CurveSpan, HostCurves, read_host_curves
from fleet.points import Points
from storage.connection import Connection
from storage.reading.kept import choose_interval
from storage.rollup import LENGTH_MS, Interval
from storage.scrape import Cadence

ROOM = 2100
"""Points that a curve may have: readings every 5 s for an hour, means of a minute for a day, of five for a week."""
_OVERLAP_MS = 60_000
"""What is read again when news is read: a line that was held up on its way may have come after a younger one."""
_WHOLE_AGAIN_MS = 900_000
"""Lines that were held up for longer show after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostHistory:
    """What was read of one host.

    Attributes:
        span: of whom, and over which time; the curves hold what there was in it.
        interval: how far apart the points are; never AUTO.
        interval_s: seconds between two points where nothing is missing.
        curves: the points.
        whole_at: up to when it was last read from its start on, UTC milliseconds.
    """

    span: CurveSpan
    interval: Interval
    interval_s: float
    curves: HostCurves
    whole_at: int

    @property
    def is_empty(self) -> bool:
        """Whether there is no point in any curve."""
        return self.curves.newest is None


def read_host_history(connection: Connection, span: CurveSpan, before: HostHistory | None = None) -> HostHistory:
    """The curves as they are now.

    Args:
        connection: to read from.
        span: what is wanted.
        before: what was read of this database last time; where it fits, only what came since is read.

    Raises:
        DatabaseCorruptError: a row does not fit its layout.
    """
    interval = choose_interval(connection, [span.host_id], Cadence.FAST, (span.start, span.end), ROOM)
    if before is None or not _goes_on(before, span, interval):
        return HostHistory(
            span=span,
            interval=interval,
            interval_s=max(span.interval_s, LENGTH_MS.get(interval, 0) / 1000),
            curves=read_host_curves(connection, span, interval),
            whole_at=span.end,
        )
    since = _since(before, span)
    news = dict(read_host_curves(connection, replace(span, start=since), interval).each())
    curves = {name: _joined(points, news[name], span.start, since) for name, points in before.curves.each()}
    return replace(before, span=span, curves=HostCurves(**curves))


def _goes_on(before: HostHistory, span: CurveSpan, interval: Interval) -> bool:
    """Whether it is what was read before, a little later. A clock that was put back begins anew."""
    had = before.span
    return (
        (had.host_id, had.interval_s) == (span.host_id, span.interval_s)
        and before.interval is interval
        and had.start <= span.start <= had.end <= span.end
        and span.end - before.whole_at < _WHOLE_AGAIN_MS
        and not before.is_empty
    )


def _since(before: HostHistory, span: CurveSpan) -> int:
    """From where to read again; of buckets the last one was not full yet."""
    newest = before.curves.newest or before.span.end
    length = LENGTH_MS.get(before.interval, 1)
    return max(span.start, newest - _OVERLAP_MS) // length * length


def _joined(old: Points, new: Points, start: int, since: int) -> Points:
    first, last = np.searchsorted(old.ts, (start, since))
    return Points(np.concatenate((old.ts[first:last], new.ts)), np.concatenate((old.values[first:last], new.values)))
