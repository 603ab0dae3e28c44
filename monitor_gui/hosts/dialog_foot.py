"""The buttons of the dialog in which a host is added or changed."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from monitor_gui.theme.tokens import SPACE_2
from storage.translation import _


class DialogFoot(QWidget):
    """Test to the left, the answers to the right."""

    def __init__(self, *, is_new: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_new = is_new
        self.test_button = QPushButton()
        self.cancel_button = QPushButton(_("Cancel"))
        self.anyway_button = QPushButton(_("Add an&yway"))
        self.go_button = QPushButton(_("A&dd") if is_new else _("&Save"))
        self.go_button.setProperty("kind", "primary")
        self.go_button.setDefault(True)
        for button in (self.test_button, self.cancel_button, self.anyway_button):
            button.setAutoDefault(False)
        self.anyway_button.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_2)
        row.addWidget(self.test_button)
        row.addStretch(1)
        for button in (self.cancel_button, self.anyway_button, self.go_button):
            row.addWidget(button)
        self.show_state(is_testing=False, is_saving=False)

    def offer_anyway(self, *, offered: bool) -> None:
        """Whether a new host may be added though it was not reached."""
        self.anyway_button.setVisible(offered and self._is_new)

    def show_state(self, *, is_testing: bool, is_saving: bool) -> None:
        """While a test is on it can be stopped, and nothing else done; while saving, nothing at all."""
        self.test_button.setText(_("S&top the test") if is_testing else _("&Test connection"))
        self.test_button.setEnabled(not is_saving)
        self.go_button.setEnabled(not is_testing and not is_saving)
        if is_testing:
            self.offer_anyway(offered=False)
