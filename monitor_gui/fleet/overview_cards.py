"""The cards above the hosts: what the whole fleet comes to."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from fleet.fleet_totals import FleetTotals
from monitor_gui.fleet.card_faces import cpu_face, disk_face, memory_face, network_face
from monitor_gui.fleet.health_card import HealthCard, health_face
from monitor_gui.fleet.host_row import is_from_before
from monitor_gui.fleet.summary_card import SummaryCard
from monitor_gui.reading.look import FleetLook
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import SPACE_3
from storage.translation import _


class OverviewCards(QWidget):
    """Five of them, side by side."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.health = HealthCard(appearance)
        self.cpu = SummaryCard(appearance, "cpu", _("Average CPU"))
        self.memory = SummaryCard(appearance, "memory", _("Memory in use"))
        self.network = SummaryCard(appearance, "network", _("Network"))
        self.disk = SummaryCard(appearance, "disk", _("Fullest disk"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_3)
        row.addWidget(self.health, 13)
        for card in (self.cpu, self.memory, self.network, self.disk):
            row.addWidget(card, 10)

    def show_totals(self, totals: FleetTotals, look: FleetLook) -> None:
        """Says what the fleet comes to in this look."""
        tokens = self._appearance.tokens
        self.health.show_counts(health_face(totals, is_current=not is_from_before(look)), totals.standing)
        self.cpu.show_face(cpu_face(totals, look, tokens))
        self.memory.show_face(memory_face(totals, look, tokens))
        self.network.show_face(network_face(totals, look, tokens))
        self.disk.show_face(disk_face(totals, look, tokens))
