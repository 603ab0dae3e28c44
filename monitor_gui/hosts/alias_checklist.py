"""Several names of `~/.ssh/config` at once, each with a mark."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QListView, QPushButton, QVBoxLayout, QWidget

from fleet.ssh_alias import SshAlias
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.frame.card import Card
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.hosts.alias_list import ALIAS, alias_item
from monitor_gui.hosts.alias_offers import behind
from monitor_gui.theme.tokens import SPACE_2, SPACE_3, SPACE_5
from storage.translation import _, ngettext

_SIZE = (520, 520)


class AliasChecklist(QDialog):
    """Space marks the current one.

    Signals:
        chosen: the list of those that are marked.
    """

    chosen = Signal(object)

    def __init__(self, aliases: Sequence[SshAlias], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Watchpost")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self._model = QStandardItemModel(self)
        for alias in aliases:
            item = alias_item(alias)
            below = behind(alias)
            item.setText(f"{item.text()}  ({below})" if below else item.text())
            item.setCheckable(True)
            item.setCheckState(Qt.CheckState.Checked)
            self._model.appendRow(item)
        self.view = QListView()
        self.view.setModel(self._model)
        self.view.setAccessibleName(_("Hosts of ~/.ssh/config"))
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view.setSpacing(2)
        self.all_button, self.none_button = QPushButton(_("A&ll")), QPushButton(_("&None"))
        self.cancel_button, self.go_button = QPushButton(_("&Cancel")), QPushButton()
        self._lay_out()
        self.all_button.clicked.connect(lambda: self._mark(Qt.CheckState.Checked))
        self.none_button.clicked.connect(lambda: self._mark(Qt.CheckState.Unchecked))
        self.cancel_button.clicked.connect(self.reject)
        self.go_button.clicked.connect(self._go)
        self._model.itemChanged.connect(lambda _item: self._weigh())
        self._weigh()
        self.view.setFocus()
        self.view.setCurrentIndex(self._model.index(0, 0))

    @property
    def marked(self) -> list[SshAlias]:
        """Those with a mark."""
        items = (self._model.item(row) for row in range(self._model.rowCount()))
        return [item.data(ALIAS) for item in items if item.checkState() is Qt.CheckState.Checked]

    def _lay_out(self) -> None:
        self.go_button.setProperty("kind", "primary")
        self.go_button.setDefault(True)
        for button in (self.all_button, self.none_button, self.cancel_button):
            button.setAutoDefault(False)
        card = Card()
        card.column.addWidget(self.view)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        row.addWidget(self.all_button)
        row.addWidget(self.none_button)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.go_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        column.addWidget(TextLabel(_("Add hosts from ~/.ssh/config"), role="title"))
        column.addWidget(
            PlainText(
                _(
                    "Those whose keys are in your known_hosts begin at once. "
                    "The others wait until you have confirmed their keys."
                ),
                role="subtitle",
            )
        )
        column.addWidget(card, 1)
        column.addLayout(row)

    def _mark(self, state: Qt.CheckState) -> None:
        for row in range(self._model.rowCount()):
            self._model.item(row).setCheckState(state)

    def _weigh(self) -> None:
        count = len(self.marked)
        self.go_button.setText(ngettext("&Add {count} host", "&Add {count} hosts", count).format(count=count))
        self.go_button.setEnabled(count > 0)

    @Slot()
    def _go(self) -> None:
        marked = self.marked
        self.accept()
        self.chosen.emit(marked)
