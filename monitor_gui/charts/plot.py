"""Where moments and values lie on a chart. Pure."""

from dataclasses import dataclass
from typing import TypeVar

from monitor_gui.charts.decimate import Array, Window
from monitor_gui.charts.value_ticks import ValueScale

Number = TypeVar("Number", float, Array)
MARGIN_RIGHT = 6
"""Pixels to the right of the field, for the newest point."""


@dataclass(frozen=True, slots=True)
class Plot:
    """The field on which the curves are, in pixels of the chart, and what it shows.

    Attributes:
        left: where the window starts.
        top: where the scale ends.
        width: of the field.
        height: of the field.
        window: the time that is shown.
        scale: the values that are shown.
    """

    left: float
    top: float
    width: float
    height: float
    window: Window
    scale: ValueScale

    @property
    def right(self) -> float:
        """Where the window ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where the scale begins."""
        return self.top + self.height

    def x(self, at: Number) -> Number:
        """Where a moment is, UTC milliseconds; of many at once where it is given many."""
        return self.left + (at - self.window.start) / max(1, self.window.end - self.window.start) * self.width

    def y(self, value: Number) -> Number:
        """Where a value is, or each of many."""
        return self.bottom - (value - self.scale.bottom) / (self.scale.top - self.scale.bottom) * self.height

    def moment(self, x: float) -> int:
        """The moment at a place, within the window."""
        share = min(max((x - self.left) / max(1.0, self.width), 0.0), 1.0)
        return round(self.window.start + share * (self.window.end - self.window.start))

    def holds(self, at: int) -> bool:
        """Whether a moment is within the window."""
        return self.window.start <= at <= self.window.end
