"""A host key as people compare it: kind, fingerprint in groups, and OpenSSH's picture of it."""

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from monitor_gui.forms.plain_text import FixedText, PlainText
from monitor_gui.frame.card import Card
from monitor_gui.hosts.fingerprint import grouped
from monitor_gui.hosts.randomart import randomart
from monitor_gui.theme.tokens import SPACE_1, SPACE_4, TYPE_CAPTION, TYPE_STRONG
from storage.host_keys import HostKey
from storage.printable import printable
from storage.translation import _

_FIRST_LINE_GROUPS = 6
_LIMIT = 100


class KeyCard(Card):
    """One key."""

    def __init__(self, heading: str, key: HostKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        words = QVBoxLayout()
        words.setSpacing(SPACE_1)
        words.addWidget(PlainText(heading, role="caption"))
        words.addWidget(PlainText(_("{algorithm}, SHA256 fingerprint").format(algorithm=printable(key.algorithm, 40))))
        words.addSpacing(SPACE_1)
        fingerprint = FixedText(_in_two_lines(key.fingerprint), size_px=TYPE_STRONG + 1)
        fingerprint.setAccessibleName(_("Fingerprint"))
        words.addWidget(fingerprint)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_4)
        row.addLayout(words, 1)
        if picture := randomart(key.public_key):
            art = FixedText(picture, size_px=TYPE_CAPTION)
            art.setAccessibleName(_("Picture of the key, as ssh-keygen -lv draws it"))
            row.addWidget(art)
        self.column.addLayout(row)


def _in_two_lines(fingerprint: str) -> str:
    groups = grouped(printable(fingerprint, _LIMIT)).split()
    return "\n".join((" ".join(groups[:_FIRST_LINE_GROUPS]), " ".join(groups[_FIRST_LINE_GROUPS:])))
