"""Which credential a host logs in with: none, one that there is, or a new one."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from monitor_gui.credentials.credential_list import kind_text
from monitor_gui.forms.choice_box import ChoiceBox
from monitor_gui.theme.appearance import Appearance
from storage.printable import printable
from storage.secret_keeper import Credential
from storage.translation import _

_NONE, _NEW = "none", "new"
_NAME_LIMIT = 60


class CredentialChoice(ChoiceBox):
    """The choice. Its entries carry names, so that no credential can be mistaken for a command.

    Signals:
        chosen: a person has chosen another one.
        wants_new: a new one is to be made; the choice stays what it was.
    """

    chosen = Signal()
    wants_new = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(appearance, parent)
        self._name: str | None = None
        self._known: dict[str, str] = {}
        self.activated.connect(self._activated)
        self._fill()

    @property
    def name(self) -> str | None:
        """Name of the credential that is chosen."""
        return self._name

    def offer(self, credentials: Iterable[Credential]) -> None:
        """Those that there are."""
        self._known = {
            each.name: f"{printable(each.name, _NAME_LIMIT)} ({kind_text(each.kind)})" for each in credentials
        }
        self._fill()

    def choose(self, name: str | None) -> None:
        """Chooses one, also one that is not known yet."""
        self._name = name
        self._fill()

    def _fill(self) -> None:
        self.clear()
        self.addItem(_("None: keys and the agent"), (_NONE, None))
        names = dict(self._known)
        if self._name is not None and self._name not in names:
            names[self._name] = printable(self._name, _NAME_LIMIT)
        for name, text in names.items():
            self.addItem(text, ("named", name))
        self.insertSeparator(self.count())
        self.addItem(_("New credential…"), (_NEW, None))
        self._show_chosen()

    def _show_chosen(self) -> None:
        for place in range(self.count()):
            data = self.itemData(place)
            if data is not None and data[0] != _NEW and data[1] == self._name:
                self.setCurrentIndex(place)

    def _activated(self, place: int) -> None:
        kind, name = self.itemData(place) or (_NONE, None)
        if kind == _NEW:
            self._show_chosen()
            self.wants_new.emit()
        elif name != self._name:
            self._name = name
            self.chosen.emit()
