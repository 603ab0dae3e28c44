"""The cards of a host's page. Imports the chart library, so the page is there before this is."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fleet.host_history import HostHistory
from fleet.host_view import HostView
from monitor_gui.charts.chart_menu import ChartMenu
from monitor_gui.charts.crosshair import Crosshair
from monitor_gui.charts.time_ticks import clock_text
from monitor_gui.host.chart_card import ChartCard, Stretch
from monitor_gui.host.core_card import CoreCard
from monitor_gui.host.cpu_card import CpuCard
from monitor_gui.host.disk_card import DiskCard
from monitor_gui.host.memory_card import MemoryCard
from monitor_gui.host.network_card import NetworkCard
from monitor_gui.host.process_card import ProcessCard
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import SPACE_3
from storage.translation import _

_COLUMNS_SHOWN = 700
"""The charts move on when a point would be about this part of their width further to the left."""
_LEAST_WIDTH, _LEAST_UPPER, _LEAST_LOWER = 780, 220, 200
_DAY_MS = 86_400_000


class HostBody(QScrollArea):
    """Charts, disks, processes and cores; scrolls where there is too little room for all.

    Signals:
        picture_wanted: of this widget, to be saved or copied: widget, whether to copy.
        values_wanted: names of the metrics whose values are to be saved.
    """

    picture_wanted = Signal(QWidget, bool)
    values_wanted = Signal(object)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.crosshair = Crosshair(self)
        self.cpu = CpuCard(appearance, self.crosshair)
        self.memory = MemoryCard(appearance, self.crosshair)
        self.network = NetworkCard(appearance, self.crosshair)
        self.disks, self.processes, self.cores = DiskCard(appearance), ProcessCard(appearance), CoreCard(appearance)
        self.charts: tuple[ChartCard, ...] = (self.cpu, self.memory, self.network)
        self._cards = (*self.charts, self.disks, self.processes, self.cores)
        for card in self.charts:
            card.menu_wanted.connect(lambda at, card=card: self._show_menu(card, at))
        self._drawn: tuple[HostHistory | None, Stretch] | None = None
        self.setWidget(self._laid_out())

    def _laid_out(self) -> QWidget:
        ground = QWidget()
        ground.setMinimumWidth(_LEAST_WIDTH)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_3)
        column.addLayout(_row((self.cpu, 62, _LEAST_UPPER), (self.memory, 38, _LEAST_UPPER)), 55)
        lower = ((self.network, 38), (self.disks, 30), (self.processes, 32))
        column.addLayout(_row(*((card, share, _LEAST_LOWER) for card, share in lower)), 45)
        column.addWidget(self.cores)
        return ground

    def show_view(self, view: HostView) -> None:
        """Shows the newest values."""
        age = age_text(view)
        for card in self._cards:
            card.show_view(view, age)

    def show_curves(self, view: HostView, history: HostHistory | None, length_ms: int) -> None:
        """Draws the charts anew where that can be seen.

        Args:
            view: the host; its charts end at its moment.
            history: its curves; None while they are being read.
            length_ms: how much of the past is shown.
        """
        end = view.moment.now_ms
        stretch = Stretch(end - length_ms, end, view.time_zone)
        if self._is_news(history, stretch):
            self._drawn = (history, stretch)
            for chart in self.charts:
                chart.show_history(history, stretch, view)

    def _is_news(self, history: HostHistory | None, stretch: Stretch) -> bool:
        if self._drawn is None or self._drawn[0] is not history:
            return True
        drawn = self._drawn[1]
        length = stretch.end - stretch.start
        moved = abs(stretch.end - drawn.end)
        return moved >= length // _COLUMNS_SHOWN or length != drawn.end - drawn.start or stretch.zone != drawn.zone

    def _show_menu(self, card: ChartCard, at: QPoint) -> None:
        menu = ChartMenu(self)
        menu.picture_wanted.connect(lambda copy: self.picture_wanted.emit(card, copy))
        menu.values_wanted.connect(lambda: self.values_wanted.emit(list(card.metrics)))
        menu.popup(at)


def _row(*cards: tuple[QWidget, int, int]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE_3)
    for card, share, height in cards:
        card.setMinimumHeight(height)
        row.addWidget(card, share)
    return row


def age_text(view: HostView) -> str:
    """`as of 14:05` for values that are not current; empty for those that are, and where there are none."""
    reading = view.reading
    if reading.current or reading.ts is None:
        return ""
    is_old = abs(view.moment.now_ms - reading.ts) >= _DAY_MS
    return _("as of {moment}").format(moment=clock_text(reading.ts, view.time_zone, day=is_old))
