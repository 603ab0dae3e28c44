"""How to learn a host's fingerprint on the host itself, and a field that compares what was found there."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from monitor_gui.forms.copy_row import CopyRow
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.hosts.fingerprint import Comparison, compare
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import SPACE_1, SPACE_2
from storage.host_keys import HostKey
from storage.translation import N_, _

_SIZE = 16
_PASTE_LIMIT = 4096
_TEXTS: Mapping[Comparison, str] = {
    Comparison.EMPTY: "",
    Comparison.SAME: N_("The same. This is the key of the host."),
    Comparison.DIFFERENT: N_("Not the same. Do not trust this key: it is another one, or somebody is in between."),
    Comparison.UNREADABLE: N_("This is no SHA256 fingerprint."),
}
_LOOKS: Mapping[Comparison, tuple[str, str, str]] = {
    Comparison.SAME: ("ok", "ok", "circle-check"),
    Comparison.DIFFERENT: ("error", "error", "octagon-x"),
    Comparison.UNREADABLE: ("warning", "", "triangle-alert"),
}
_FILES: Mapping[str, str] = {"ssh-ed25519": "ed25519", "ssh-rsa": "rsa"}


class FingerprintCheck(QWidget):
    """The command, the field, and the judgement.

    Signals:
        judged: the `Comparison` after every change.
    """

    judged = Signal(object)

    def __init__(self, appearance: Appearance, key: HostKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._key = key
        self.comparison = Comparison.EMPTY
        self.command = CopyRow(appearance, command_for(key.algorithm))
        self.field = QLineEdit()
        self.field.setMaxLength(_PASTE_LIMIT)
        self.field.setPlaceholderText(_("Paste what the host shows, to have it compared"))
        self.field.setAccessibleName(_("Expected fingerprint"))
        self.field.textChanged.connect(self._judge)
        self._icon = QLabel()
        self._icon.setFixedSize(QSize(_SIZE, _SIZE))
        self._verdict = PlainText(" ")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(
            PlainText(
                _("To be sure, compare it on the host itself (its console, or a login that you trust). Type there:"),
                role="subtitle",
            )
        )
        column.addWidget(self.command)
        column.addWidget(self.field)
        row = QHBoxLayout()
        row.setSpacing(SPACE_1 + 2)
        row.addWidget(self._icon)
        row.addWidget(self._verdict, 1)
        column.addLayout(row)
        appearance.changed.connect(self._dress)

    @property
    def text(self) -> str:
        """What is said about the two."""
        return self._verdict.text().strip()

    def _judge(self, pasted: str) -> None:
        self.comparison = compare(pasted, self._key.fingerprint)
        # A blank keeps its place, so that nothing moves.
        self._verdict.setText(_(_TEXTS[self.comparison]) if _TEXTS[self.comparison] else " ")
        self.field.setAccessibleDescription(self.text)
        self._dress()
        self.judged.emit(self.comparison)

    def _dress(self) -> None:
        role, state, name = _LOOKS.get(self.comparison, ("", "", ""))
        tokens = self._appearance.tokens
        self._verdict.set_role(role)
        self.field.setProperty("state", state)
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)
        colour = {"ok": tokens.ok, "error": tokens.crit}.get(role, tokens.warn)
        if name:
            self._icon.setPixmap(pixmap(name, colour, _SIZE, self.devicePixelRatioF()))
        else:
            self._icon.clear()


def command_for(algorithm: str) -> str:
    """What shows the fingerprint on the host itself, for a key of that kind."""
    kind = "ecdsa" if algorithm.startswith("ecdsa-") else _FILES.get(algorithm, "ed25519")
    return f"ssh-keygen -lf /etc/ssh/ssh_host_{kind}_key.pub"
