"""What one poller says of its own work, as a card: how it is, and every figure on a line of its own."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from fleet.poller_figure_text import FigureLine, figure_lines, in_lines, poller_name
from fleet.poller_trouble_text import poller_trouble_text
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.frame.card import Card
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.fonts import font
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import SPACE_1, SPACE_2, SPACE_4, TYPE_BODY, health_colour, health_icon
from storage.poller_figures import PollerFigures, PollerHealth, figures_from_json
from storage.pollers import Poller

_ICON_SIZE = 16
_LABEL_WIDTH = 130
_VALUE_CHARACTERS, _LINE_CHARACTERS = 52, 72
HEALTH_OF_POLLER = {
    PollerHealth.STARTING: "unknown",
    PollerHealth.READY: "ok",
    PollerHealth.DEGRADED: "warning",
    PollerHealth.FAILING: "critical",
}
"""As which health of a host it looks."""


class FiguresCard(Card):
    """One poller.

    Attributes:
        lines: what is shown.
    """

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._health = "unknown"
        self.lines: Sequence[FigureLine] = ()
        self._icon, self._name = QLabel(), TextLabel(role="strong")
        self._troubles = PlainText(role="text")
        self._troubles.setWordWrap(False)
        self._cells: list[tuple[PlainText, PlainText]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_4)
        self._grid.setVerticalSpacing(SPACE_1 + 2)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        head = QHBoxLayout()
        head.setSpacing(SPACE_2)
        head.addWidget(self._icon)
        head.addWidget(self._name, 1)
        self.column.addLayout(head)
        self.column.addWidget(self._troubles)
        self.column.addLayout(self._grid)

    def show_poller(self, poller: Poller) -> None:
        """Shows how it is now."""
        figures = figures_from_json(poller.figures) or PollerFigures()
        self._health = HEALTH_OF_POLLER[figures.health]
        self._name.setText(poller_name(poller))
        troubles = " · ".join(poller_trouble_text(trouble) for trouble in figures.troubles)
        self._troubles.setText("\n".join(in_lines(troubles, _LINE_CHARACTERS)))
        self._troubles.setVisible(bool(troubles))
        self._troubles.set_role({"warning": "warning", "critical": "error"}.get(self._health, "text"))
        self._show_lines(figure_lines(figures))
        self.dress()

    def dress(self) -> None:
        """Paints the shape in the theme of now."""
        colour = health_colour(self._appearance.tokens, self._health)
        self._icon.setPixmap(pixmap(health_icon(self._health), colour, _ICON_SIZE, self.devicePixelRatioF()))

    def _show_lines(self, lines: Sequence[FigureLine]) -> None:
        while len(self._cells) < len(lines):
            self._add_row()
        for place, (label, value) in enumerate(self._cells):
            is_used = place < len(lines)
            label.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                label.setText(lines[place].label)
                value.setText("\n".join(in_lines(lines[place].value, _VALUE_CHARACTERS)))
                value.set_role("warning" if lines[place].is_bad else "")
        self.lines = lines

    def _add_row(self) -> None:
        label, value = PlainText(role="text"), PlainText(selectable=True)
        # What wraps by itself cannot tell its height before it has been laid out, and the dialog would be too tall.
        for cell in (label, value):
            cell.setWordWrap(False)
        value.setFont(font(TYPE_BODY, tabular=True))
        row = len(self._cells)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        self._cells.append((label, value))
