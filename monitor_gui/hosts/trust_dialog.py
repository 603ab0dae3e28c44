"""Asks a person whether the first key of a host is the right one, or whether a changed one may take its place."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from monitor_gui.forms.plain_text import FixedText, PlainText
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.hosts.fingerprint import grouped
from monitor_gui.hosts.key_card import KeyCard
from monitor_gui.hosts.key_dialog import KeyDialog
from monitor_gui.hosts.subject import Subject
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import SPACE_1, SPACE_2, SPACE_3
from monitor_gui.workspace import Workspace
from storage.host_keys import HostKey
from storage.printable import printable
from storage.translation import _, ngettext

_OLD_SHOWN = 3
_ICON_SIZE = 28


def key_dialog(
    workspace: Workspace, subject: Subject, key: HostKey, trusted: Sequence[HostKey], parent: QWidget
) -> KeyDialog:
    """The question that fits: about a first key, or about one that has changed."""
    dialog: KeyDialog
    if trusted:
        dialog = ChangedKeyDialog(workspace, subject, key, trusted, parent)
    else:
        dialog = TrustDialog(workspace, subject, key, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


class TrustDialog(KeyDialog):
    """About a key that nobody has vouched for yet."""

    def __init__(self, workspace: Workspace, subject: Subject, key: HostKey, parent: QWidget | None = None) -> None:
        super().__init__(workspace, subject, key, agree=_("&Trust this key"), parent=parent)
        head = QVBoxLayout()
        head.setSpacing(SPACE_1)
        head.addWidget(TextLabel(_("Is this the key of {host}?").format(host=subject.name), role="title"))
        head.addWidget(
            TextLabel(_("{address} shows it for the first time.").format(address=subject.address), role="subtitle")
        )
        self.column.addLayout(head)
        self.column.addWidget(KeyCard(_("The host presents"), key))
        self.column.addWidget(self.check)
        self.add_foot()


class ChangedKeyDialog(KeyDialog):
    """About a key that is not the trusted one. Here nothing goes quickly."""

    replacing = True

    def __init__(
        self,
        workspace: Workspace,
        subject: Subject,
        key: HostKey,
        trusted: Sequence[HostKey],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(workspace, subject, key, agree=_("&Replace the key"), parent=parent)
        self.agree_button.setProperty("kind", "danger")
        self.column.addLayout(self._head(subject))
        self.column.addWidget(
            PlainText(
                _(
                    "Either the host was set up anew, or somebody is between it and the collector and reads along. "
                    "Nothing is sent to it until you decide. Find out which it is before you go on."
                )
            )
        )
        self.column.addWidget(_old_keys(trusted))
        self.column.addWidget(KeyCard(_("Presented now"), key))
        self.column.addWidget(self.check)
        self.knows_why = QCheckBox(_("I &know why the key changed"))
        self.knows_why.toggled.connect(lambda _checked: self._weigh())
        self.column.addWidget(self.knows_why)
        self.add_foot()

    def may_agree(self) -> bool:
        """Only somebody who knows why may go on."""
        return self.knows_why.isChecked() and super().may_agree()

    def _head(self, subject: Subject) -> QHBoxLayout:
        tokens = self._workspace.appearance.tokens
        icon = QLabel()
        icon.setPixmap(pixmap("octagon-x", tokens.crit, _ICON_SIZE, self.devicePixelRatioF()))
        words = QVBoxLayout()
        words.setSpacing(SPACE_1)
        words.addWidget(TextLabel(_("The key of {host} has changed").format(host=subject.name), role="title"))
        words.addWidget(TextLabel(subject.address, role="subtitle"))
        row = QHBoxLayout()
        row.setSpacing(SPACE_3)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row


def _old_keys(trusted: Sequence[HostKey]) -> QWidget:
    """Those trusted so far: told, not shown off."""
    frame = QFrame()
    frame.setObjectName("card")
    column = QVBoxLayout(frame)
    column.setSpacing(SPACE_2)
    heading = ngettext("Trusted so far", "Trusted so far, {count} keys", len(trusted)).format(count=len(trusted))
    column.addWidget(PlainText(heading, role="caption"))
    for key in trusted[:_OLD_SHOWN]:
        column.addWidget(FixedText(f"{printable(key.algorithm, 40)}\n{grouped(printable(key.fingerprint, 100))}"))
    return frame
