"""Memory and swap in use."""

from collections.abc import Sequence

from fleet.host_curves import HostCurves
from fleet.host_view import HostView
from monitor_gui.charts.chart_content import CurveStyle
from monitor_gui.charts.crosshair import Crosshair
from monitor_gui.charts.value_ticks import bytes_scale
from monitor_gui.host.card_head import CardHead, Figure
from monitor_gui.host.chart_card import ChartCard, Drawn, Stretch
from monitor_gui.host.shown_limit import highest, shown_limit
from monitor_gui.theme.appearance import Appearance
from storage.quantities import byte_count, byte_share, percent
from storage.translation import _


class MemoryCard(ChartCard):
    """What is used as an area, swap as a line, on a scale up to all there is."""

    metrics = ("memory_used_bytes", "memory_total_bytes", "swap_used_bytes")

    def __init__(self, appearance: Appearance, crosshair: Crosshair) -> None:
        head = CardHead(appearance, "memory", _("Memory"))
        styles = (
            CurveStyle(name=_("used"), colour=1, width=1.8, filled=True, dotted=True),
            CurveStyle(name=_("swap"), colour=4, width=1.6),
        )
        super().__init__(appearance, crosshair, head, styles)
        self.figure = Figure(appearance)
        head.add(self.figure)
        self.column.addWidget(self.legend)
        self.column.addWidget(self.chart, 1)

    def newest(self, view: HostView) -> Sequence[str]:
        """Memory in percent, swap in bytes: of swap the amount matters."""
        return [percent(view.reading.headline.memory_percent), byte_count(view.value("swap_used_bytes"))]

    def pointed(self, values: Sequence[float | None]) -> Sequence[str]:
        """Bytes."""
        return [byte_count(value) for value in values]

    def show_figure(self, view: HostView, *, muted: bool) -> None:
        """`51.8 / 64 GiB`."""
        share = byte_share(view.value("memory_used_bytes"), view.value("memory_total_bytes"))
        used, _slash, whole = share.partition(" / ")
        self.figure.show_number(used, f"/ {whole}".replace(".0 ", " "), muted=muted)

    def drawn(self, curves: HostCurves, stretch: Stretch, view: HostView) -> Drawn:
        """On a scale up to all the memory there is, or further where swap goes further."""
        used = highest([curves.memory_used], stretch.start, stretch.end)
        whole = view.value("memory_total_bytes") or highest([curves.memory_total], stretch.start, stretch.end)
        scale = bytes_scale(max(whole, used, highest([curves.swap_used], stretch.start, stretch.end)))
        limit = shown_limit(view.moment.thresholds.memory, used / whole * 100, whole=whole) if whole > 0 else None
        return Drawn((curves.memory_used, curves.swap_used), scale, limit)
