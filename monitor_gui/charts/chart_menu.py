"""The menu of a chart."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from storage.translation import _


class ChartMenu(QMenu):
    """What can be done with one chart.

    Signals:
        picture_wanted: save a picture, or copy it where true.
        values_wanted: save the values.
    """

    picture_wanted = Signal(bool)
    values_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.addAction(_("Save &picture…")).triggered.connect(lambda _checked: self.picture_wanted.emit(False))
        self.addAction(_("Save &values…")).triggered.connect(lambda _checked: self.values_wanted.emit())
        self.addAction(_("&Copy picture")).triggered.connect(lambda _checked: self.picture_wanted.emit(True))
