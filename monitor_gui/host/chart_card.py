"""What the cards with a chart have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPoint, Signal

from fleet.host_curves import HostCurves
from fleet.host_history import HostHistory
from fleet.host_view import HostView
from fleet.points import Points
from monitor_gui.charts.chart import Chart
from monitor_gui.charts.chart_content import ChartContent, CurveStyle
from monitor_gui.charts.crosshair import Crosshair
from monitor_gui.charts.decimate import GAP_INTERVALS
from monitor_gui.charts.legend import Legend, LegendEntry
from monitor_gui.charts.marks import Limit
from monitor_gui.charts.value_ticks import ValueScale
from monitor_gui.frame.card import Card
from monitor_gui.host.card_head import CardHead
from monitor_gui.theme.appearance import Appearance
from storage.translation import _


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time that the charts show: UTC milliseconds, in a zone; None is the system's."""

    start: int
    end: int
    zone: tzinfo | None


class Drawn(NamedTuple):
    """What a card has to draw: curves in the units of the scale, one for each style."""

    curves: Sequence[Points]
    scale: ValueScale
    limit: Limit | None = None


class ChartCard(Card):
    """Title, legend, chart. While the crosshair is somewhere the legend has the values there.

    Signals:
        menu_wanted: the chart's menu is wanted, at that place in global coordinates.

    Attributes:
        metrics: what the chart is made of, for those who save its values.
    """

    menu_wanted = Signal(QPoint)
    metrics: Sequence[str] = ()

    def __init__(
        self, appearance: Appearance, crosshair: Crosshair, head: CardHead, styles: Sequence[CurveStyle]
    ) -> None:
        super().__init__()
        self.head = head
        self.legend = Legend(appearance, [LegendEntry(style.name, style.colour) for style in styles])
        self.chart = Chart(appearance, crosshair, styles)
        self.chart.pointed.connect(self._pointed)
        self.chart.menu_wanted.connect(self.menu_wanted)
        self._texts: Sequence[str] = self.legend.values
        self._is_muted = False
        self._is_pointed_at = False
        self.column.addWidget(head)

    def show_view(self, view: HostView, age: str) -> None:
        """Shows the newest values; `age` says from when they are, and is empty where they are current."""
        self.head.show_age(age)
        self._texts, self._is_muted = self.newest(view), bool(age)
        if not self._is_pointed_at:
            self.legend.show_values(self._texts, muted=self._is_muted)
        self.show_figure(view, muted=self._is_muted)

    def show_history(self, history: HostHistory | None, stretch: Stretch, view: HostView) -> None:
        """Shows curves over a stretch of time; None while they are being read."""
        drawn = self.drawn(history.curves if history else HostCurves(), stretch, view)
        first, last = stretch.start, stretch.end
        is_empty = not any(_reaches_into(points, first, last) for points in drawn.curves)
        self.chart.show_content(
            ChartContent(
                curves=drawn.curves,
                start=first,
                end=last,
                gap_ms=round(GAP_INTERVALS * history.interval_s * 1000) if history else 1,
                scale=drawn.scale,
                zone=stretch.zone,
                limit=drawn.limit,
                words=_("No readings in this range") if history and is_empty else "",
            )
        )

    def newest(self, view: HostView) -> Sequence[str]:
        """The newest values as texts, one for each curve."""
        raise NotImplementedError

    def pointed(self, values: Sequence[float | None]) -> Sequence[str]:
        """Values of the chart as texts."""
        raise NotImplementedError

    def drawn(self, curves: HostCurves, stretch: Stretch, view: HostView) -> Drawn:
        """What is drawn of the curves of the host."""
        raise NotImplementedError

    def show_figure(self, view: HostView, *, muted: bool) -> None:
        """Shows the large number, if the card has one."""

    def _pointed(self, values: Sequence[float | None] | None) -> None:
        self._is_pointed_at = values is not None
        if values is None:
            self.legend.show_values(self._texts, muted=self._is_muted)
        else:
            self.legend.show_values(self.pointed(values))


def _reaches_into(points: Points, start: int, end: int) -> bool:
    return bool(np.searchsorted(points.ts, end + 1) > np.searchsorted(points.ts, start))
