"""What goes in and out, over all interfaces."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent

from fleet.host_curves import HostCurves
from fleet.host_view import HostView
from fleet.points import Points
from monitor_gui.charts.chart_content import CurveStyle
from monitor_gui.charts.crosshair import Crosshair
from monitor_gui.charts.value_ticks import rate_scale
from monitor_gui.host.card_head import CardHead
from monitor_gui.host.chart_card import ChartCard, Drawn, Stretch
from monitor_gui.host.shown_limit import highest
from monitor_gui.theme.appearance import Appearance
from storage.quantities import link_speed
from storage.translation import _

_ROOM_FOR_LEGEND, _ROOM_FOR_AGE = 370, 90
"""Pixels of a card on which title and legend, and the age of the values, fit on one line."""


class NetworkCard(ChartCard):
    """In goes up and out goes down, in bits a second."""

    metrics = ("network_receive_bytes_per_second", "network_transmit_bytes_per_second")

    def __init__(self, appearance: Appearance, crosshair: Crosshair) -> None:
        head = CardHead(appearance, "network", _("Network"))
        styles = (
            CurveStyle(name=_("in"), colour=5, width=1.6, filled=True, dotted=True),
            CurveStyle(name=_("out"), colour=4, width=1.6, filled=True, dotted=True, mirrored=True),
        )
        super().__init__(appearance, crosshair, head, styles)
        head.add(self.legend)
        self.column.addWidget(self.chart, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There may be less room now."""
        super().resizeEvent(event)
        self._place_legend()

    def show_view(self, view: HostView, age: str) -> None:
        """Shows the newest values."""
        super().show_view(view, age)
        self._place_legend()

    def _place_legend(self) -> None:
        """On a narrow card the legend has a line of its own."""
        needed = _ROOM_FOR_LEGEND + (_ROOM_FOR_AGE if self.head.age else 0)
        is_narrow = self.width() < needed
        if is_narrow == (self.column.indexOf(self.legend) < 0):
            if is_narrow:
                self.column.insertWidget(1, self.legend)
            else:
                self.head.add(self.legend)

    def newest(self, view: HostView) -> Sequence[str]:
        """Bits a second."""
        values = view.reading.headline
        return [link_speed(values.receive_bytes_per_second), link_speed(values.transmit_bytes_per_second)]

    def pointed(self, values: Sequence[float | None]) -> Sequence[str]:
        """Bits a second."""
        return [link_speed(None if value is None else value / 8) for value in values]

    def drawn(self, curves: HostCurves, stretch: Stretch, view: HostView) -> Drawn:  # noqa: ARG002 - as the others
        """On a scale that follows both."""
        received, sent = _bits(curves.received), _bits(curves.sent)
        span = (stretch.start, stretch.end)
        return Drawn((received, sent), rate_scale(highest([sent], *span), highest([received], *span)))


def _bits(points: Points) -> Points:
    return Points(points.ts, points.values * 8)
