"""What a chart shows, and how its curves look."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from fleet.points import Points
from monitor_gui.charts.marks import Limit
from monitor_gui.charts.value_ticks import PERCENT, ValueScale


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveStyle:
    """How a curve looks.

    Attributes:
        name: what it is called, for those who cannot see it.
        colour: which of the chart colours.
        width: of its line, in pixels.
        filled: whether the area down to zero is shaded.
        mirrored: drawn below zero.
        dotted: its newest point is marked.
    """

    name: str
    colour: int
    width: float = 1.2
    filled: bool = False
    mirrored: bool = False
    dotted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartContent:
    """What a chart shows.

    Attributes:
        curves: as many as there are styles.
        start: UTC milliseconds.
        end: UTC milliseconds.
        gap_ms: points further apart are not joined.
        scale: the values.
        zone: of the times; None is the system's.
        limit: a line across.
        words: what is said in the middle instead of curves.
    """

    curves: Sequence[Points] = ()
    start: int = 0
    end: int = 3_600_000
    gap_ms: int = 15_000
    scale: ValueScale = field(default=PERCENT)
    zone: tzinfo | None = None
    limit: Limit | None = None
    words: str = ""
