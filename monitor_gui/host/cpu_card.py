"""CPU: in use, and by mode."""

from collections.abc import Sequence

from fleet.host_curves import HostCurves
from fleet.host_view import HostView
from monitor_gui.charts.chart_content import CurveStyle
from monitor_gui.charts.crosshair import Crosshair
from monitor_gui.charts.value_ticks import PERCENT
from monitor_gui.host.card_head import CardHead, Figure
from monitor_gui.host.chart_card import ChartCard, Drawn, Stretch
from monitor_gui.host.shown_limit import highest, shown_limit
from monitor_gui.theme.appearance import Appearance
from storage.quantities import percent
from storage.translation import _

_MODES = ("user", "system", "iowait")


class CpuCard(ChartCard):
    """The total as an area, the modes as lines."""

    metrics = ("cpu_usage_percent", "cpu_mode_percent")

    def __init__(self, appearance: Appearance, crosshair: Crosshair) -> None:
        head = CardHead(appearance, "cpu", _("CPU"))
        styles = (
            CurveStyle(name=_("total"), colour=0, width=1.8, filled=True, dotted=True),
            CurveStyle(name=_("user"), colour=1),
            CurveStyle(name=_("system"), colour=2),
            CurveStyle(name=_("iowait"), colour=3),
        )
        super().__init__(appearance, crosshair, head, styles)
        self.figure = Figure(appearance)
        head.add(self.figure)
        self.column.addWidget(self.legend)
        self.column.addWidget(self.chart, 1)

    def newest(self, view: HostView) -> Sequence[str]:
        """Percent."""
        modes = (view.value("cpu_mode_percent", mode=mode) for mode in _MODES)
        return [percent(value) for value in (view.reading.headline.cpu_percent, *modes)]

    def pointed(self, values: Sequence[float | None]) -> Sequence[str]:
        """Percent."""
        return [percent(value) for value in values]

    def show_figure(self, view: HostView, *, muted: bool) -> None:
        """`94 %`."""
        text = percent(view.reading.headline.cpu_percent)
        self.figure.show_number(text.removesuffix("%"), "%" if text.endswith("%") else "", muted=muted)

    def drawn(self, curves: HostCurves, stretch: Stretch, view: HostView) -> Drawn:
        """On a scale up to 100 percent, with the limit where it matters."""
        top = highest([curves.cpu], stretch.start, stretch.end)
        limit = shown_limit(view.moment.thresholds.cpu, top)
        return Drawn((curves.cpu, curves.user, curves.system, curves.iowait), PERCENT, limit)
