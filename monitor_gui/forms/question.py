"""A short question with two answers, in a box of its own; the harmless answer is the default."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from monitor_gui.theme.tokens import SPACE_5
from storage.translation import _


def ask(  # noqa: PLR0913 - what a question consists of
    parent: QWidget,
    *,
    text: str,
    hint: str,
    yes: str,
    no: str = "",
    then: Callable[[], object],
) -> QMessageBox:
    """Asks, and does `then` after a yes; does not wait. Escape and Enter are a no."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle("Watchpost")
    box.setText(text)
    box.setInformativeText(hint)
    if (layout := box.layout()) is not None:
        layout.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    refuse = box.addButton(no or _("&Cancel"), QMessageBox.ButtonRole.RejectRole)
    agree.setProperty("kind", "danger")
    agree.style().unpolish(agree)
    agree.style().polish(agree)
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    agree.clicked.connect(lambda _checked: then())
    box.open()
    return box
