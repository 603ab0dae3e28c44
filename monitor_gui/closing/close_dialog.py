"""Asks what is to become of watching when the window is closed. Escape keeps the window open."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from monitor_gui.closing.close_choice import CloseWay, Option
from monitor_gui.closing.option_card import OptionCard
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import SPACE_2, SPACE_3, SPACE_5
from storage.translation import _

_WIDTH = 500


class CloseDialog(QDialog):
    """The question.

    Signals:
        chosen: the `CloseWay`, and whether not to ask again.
    """

    chosen = Signal(object, bool)

    def __init__(
        self, appearance: Appearance, options: Sequence[Option], default: CloseWay, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Close Watchpost"))
        self.setFixedWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._group = QButtonGroup(self)
        self._cards = [OptionCard(appearance, option, self._group) for option in options]
        self._never = QCheckBox(_("&Do not ask again"))
        self._stay, self._close = QPushButton(_("Stay &open")), QPushButton()
        self._close.setProperty("kind", "primary")
        self._close.setDefault(True)
        self._stay.clicked.connect(self.reject)
        self._close.clicked.connect(self._choose)
        self._lay_out()
        for card in self._cards:
            card.radio.toggled.connect(self._name_action)
            card.radio.setChecked(card.option.way is default)
        self._chosen_card().radio.setFocus()

    def show_options(self, options: Sequence[Option]) -> None:
        """Says what is known by now."""
        for card, option in zip(self._cards, options, strict=True):
            card.show_option(option)
        self.adjustSize()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        heading = QLabel(_("Keep watching?"))
        heading.setProperty("role", "title")
        text = QLabel(_("This window runs the collector that reads your hosts."))
        text.setProperty("role", "text")
        column.addWidget(heading)
        column.addWidget(text)
        column.addSpacing(SPACE_2)
        for card in self._cards:
            column.addWidget(card)
        column.addSpacing(SPACE_2)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        buttons.addWidget(self._never)
        buttons.addStretch(1)
        buttons.addWidget(self._stay)
        buttons.addWidget(self._close)
        column.addLayout(buttons)

    def _chosen_card(self) -> OptionCard:
        return next(card for card in self._cards if card.radio.isChecked())

    def _name_action(self, chosen: bool) -> None:
        if chosen:
            self._close.setText(self._chosen_card().option.action)

    def _choose(self) -> None:
        self.chosen.emit(self._chosen_card().option.way, self._never.isChecked())
        self.accept()
