"""What the chart in a mail shows, as it travels to the process that draws it. Pure."""

import msgspec

from alerts.thresholds import Severity

SPAN_MS = 6 * 3_600_000
"""How far back the chart goes."""
POINTS_LIMIT = 5000


class Limit(msgspec.Struct, frozen=True, array_like=True):
    """A level, as a line across."""

    value: float
    severity: Severity


class ChartSeries(msgspec.Struct, frozen=True, kw_only=True):
    """One series over a range.

    Attributes:
        metric: its name in the catalogue.
        start, end: UTC milliseconds; the whole width, wherever there are values.
        ts: UTC milliseconds, ascending.
        values: as many.
        gap_ms: where two are further apart than this, nothing was measured between them.
        limits: the levels.
    """

    metric: str
    start: int
    end: int
    ts: tuple[int, ...]
    values: tuple[float, ...]
    gap_ms: int = 60_000
    limits: tuple[Limit, ...] = ()
