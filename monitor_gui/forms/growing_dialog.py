"""A dialog that makes room for what appears in it, as far as the screen has any."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog

from monitor_gui.forms.tall_area import TallArea

_SHARE_OF_SCREEN = 0.94


class GrowingDialog(QDialog):
    """Never shrinks by itself: what moves under the pointer is missed."""

    def grow(self) -> None:
        """Makes room, once everything that is being shown has been laid out."""
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        # The outermost layout counts in what has come only once the inner ones were told.
        for area in self.findChildren(TallArea):
            area.updateGeometry()
        if (layout := self.layout()) is not None:
            layout.activate()
        wanted = self.sizeHint().expandedTo(self.minimumSizeHint())
        room = self.screen().availableSize() * _SHARE_OF_SCREEN
        self.resize(self.size().expandedTo(wanted).boundedTo(room))
