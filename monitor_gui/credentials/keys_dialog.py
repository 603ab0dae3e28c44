"""Asks about the keys of collectors that have another keyring, before a secret is sealed for them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from monitor_gui.forms.growing_dialog import GrowingDialog
from monitor_gui.forms.plain_text import FixedText, PlainText
from monitor_gui.forms.tall_area import SCROLL_BAR_WIDTH, TallArea
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.theme.tokens import SPACE_1, SPACE_2, SPACE_3, SPACE_5
from storage.envelopes import Recipient
from storage.known_pollers import KeyStanding
from storage.printable import printable
from storage.sending import Addressee
from storage.translation import _

_WIDTH = 540
_INDENT = 22
"""Pixels: below the words of a box, not below its square."""
_NAME_LIMIT = 60
_SHOWN = 8


class KeysDialog(GrowingDialog):
    """One box to tick for each collector; none is ticked by itself.

    Signals:
        decided: the public keys that were confirmed, as a list; empty when the secret stays here.
    """

    decided = Signal(list)

    def __init__(self, unconfirmed: Sequence[Addressee], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Watchpost")
        self.setMinimumWidth(_WIDTH)
        self._asked = list(unconfirmed)[:_SHOWN]
        self.boxes = [QCheckBox(_who(each.recipient)) for each in self._asked]
        cancel = QPushButton(_("&Cancel"))
        cancel.clicked.connect(self.reject)
        self.go_button = QPushButton(_("&Go on"))
        self.go_button.setProperty("kind", "primary")
        self.go_button.setDefault(True)
        self.go_button.clicked.connect(self._decide)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        column.addWidget(TextLabel(_("Who may have the secret?"), role="title"))
        column.addWidget(PlainText(_explanation(), role="subtitle"))
        column.addWidget(TallArea(self._list()), 1)
        if left := len(unconfirmed) - len(self._asked):
            column.addWidget(
                PlainText(_("{count} more can be confirmed after these.").format(count=left), role="subtitle")
            )
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.go_button)
        column.addLayout(row)
        self.grow()

    def _list(self) -> QWidget:
        """The boxes, and below each what is to be compared."""
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, SCROLL_BAR_WIDTH, 0)
        column.setSpacing(SPACE_3)
        for each, box in zip(self._asked, self.boxes, strict=True):
            box.setAccessibleDescription(each.recipient.fingerprint)
            below = QVBoxLayout()
            below.setContentsMargins(_INDENT, 0, 0, 0)
            below.setSpacing(SPACE_1)
            below.addWidget(FixedText(each.recipient.fingerprint))
            if each.standing is KeyStanding.CHANGED:
                warning = PlainText(
                    _("Another key was confirmed before: find out why, or leave this one out."), role="error"
                )
                # What wraps cannot tell its height before it has been laid out, and the dialog would be too tall.
                warning.setWordWrap(False)
                below.addWidget(warning)
            group = QVBoxLayout()
            group.setSpacing(SPACE_1)
            group.addWidget(box)
            group.addLayout(below)
            column.addLayout(group)
        column.addStretch(1)
        return made

    def _decide(self) -> None:
        ticked = [
            each.recipient.public_key for each, box in zip(self._asked, self.boxes, strict=True) if box.isChecked()
        ]
        self.decided.emit(ticked)
        self.accept()


def _who(recipient: Recipient) -> str:
    words = _("{name} ({user} on {machine})").format(
        name=printable(recipient.name, _NAME_LIMIT),
        user=printable(recipient.user or "?", _NAME_LIMIT),
        machine=printable(recipient.machine, _NAME_LIMIT),
    )
    # A checkbox takes an ampersand for a shortcut.
    return words.replace("&", "&&")


def _explanation() -> str:
    return _(
        "These collectors have a keyring of their own. Each says its key in its log, in the line “secrets_key”: "
        "compare, and tick those that are the same. The secret is sealed so that only they can open it."
    )
