"""Everything that pollers say of their own work: a column for each, renewed with every heartbeat."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from monitor_gui.forms.growing_dialog import GrowingDialog
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.forms.tall_area import SCROLL_BAR_WIDTH, TallArea
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.poller.figures_card import FiguresCard
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.poller_state import PollerState
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import SPACE_1, SPACE_3, SPACE_4, SPACE_5
from storage.pollers import Poller
from storage.translation import _

_WIDTH = 540


class FiguresDialog(GrowingDialog):
    """Modeless: one looks at it while one works.

    Attributes:
        cards: one a poller.
    """

    def __init__(self, keeper: PollerKeeper, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.cards: list[FiguresCard] = []
        self.setWindowTitle("Watchpost")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._quiet = PlainText(_("No collector says how its work goes just now."))
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, SCROLL_BAR_WIDTH, 0)
        self._column.setSpacing(SPACE_3)
        self._column.addWidget(self._quiet)
        self._column.addStretch(1)
        self._lay_out()
        keeper.state_changed.connect(self.show_state)
        appearance.changed.connect(self._dress)
        self.show_state(keeper.state)

    def show_state(self, state: PollerState) -> None:
        """Shows the figures as they are now."""
        pollers: Sequence[Poller] = state.pollers
        while len(self.cards) > len(pollers):
            self.cards.pop().deleteLater()
        while len(self.cards) < len(pollers):
            card = FiguresCard(self._appearance)
            self._column.insertWidget(len(self.cards), card)
            self.cards.append(card)
        for card, poller in zip(self.cards, pollers, strict=True):
            card.show_poller(poller)
        self._quiet.setVisible(not pollers)
        self.grow()

    def _dress(self) -> None:
        for card in self.cards:
            card.dress()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setSpacing(SPACE_1)
        head.addWidget(TextLabel(_("How the collector works"), role="title"))
        head.addWidget(TextLabel(_("Over the last seconds, where nothing else is said"), role="subtitle"))
        inside = QWidget()
        inside.setLayout(self._column)
        area = TallArea(inside)
        close = QPushButton(_("&Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_4)
        column.addLayout(head)
        column.addWidget(area, 1)
        column.addLayout(row)
