"""What can be done to a host out of a list, by mouse and by keyboard; the same for tiles and table."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu

from monitor_gui.fleet.fleet_model import FleetModel
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon
from storage.translation import _


class HostActions(QObject):
    """Watches a view of a `FleetModel`. Each signal carries the id of the host that is meant.

    Signals:
        opened: show it.
        wants_edit: change it.
        wants_test: try the connection to it.
        wants_retry: have the collector try it now.
        wants_remove: take it off the list.
    """

    opened = Signal(int)
    wants_edit = Signal(int)
    wants_test = Signal(int)
    wants_retry = Signal(int)
    wants_remove = Signal(int)

    def __init__(self, view: QAbstractItemView, model: FleetModel, appearance: Appearance) -> None:
        super().__init__(view)
        self._view, self._model, self._appearance = view, model, appearance
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)
        view.doubleClicked.connect(lambda _index: self._tell(self.opened))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Takes the keys and the menu that are meant for a host."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self._view:
            return self._key(event)
        if isinstance(event, QContextMenuEvent):
            return self._asked_for_menu(event)
        return super().eventFilter(watched, event)

    def menu(self) -> QMenu:
        """What can be done to the current host."""
        colour = self._appearance.tokens.text_2
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, name, keys, signal in (
            (_("Open"), "chevron-right", _("Enter"), self.opened),
            (_("Edit…"), "edit", "F2", self.wants_edit),
            (_("Test the connection…"), "test", "", self.wants_test),
            (_("Try again now"), "refresh", "", self.wants_retry),
            ("", "", "", None),
            (_("Remove…"), "trash", _("Del"), self.wants_remove),
        ):
            if signal is None:
                menu.addSeparator()
                continue
            action = QAction(icon(name, colour), f"{text}\t{keys}" if keys else text, menu)
            action.triggered.connect(lambda _checked=False, signal=signal: self._tell(signal))
            menu.addAction(action)
        return menu

    def _key(self, event: QKeyEvent) -> bool:
        signal = {
            Qt.Key.Key_Return: self.opened,
            Qt.Key.Key_Enter: self.opened,
            Qt.Key.Key_F2: self.wants_edit,
            Qt.Key.Key_Delete: self.wants_remove,
        }.get(Qt.Key(event.key()))
        return (
            signal is not None
            and event.modifiers()
            in {
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            }
            and self._tell(signal)
        )

    def _asked_for_menu(self, event: QContextMenuEvent) -> bool:
        view = self._view
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            index = view.indexAt(event.pos())
            if not index.isValid():
                return True
            view.setCurrentIndex(index)
            self.menu().popup(event.globalPos())
        elif view.currentIndex().isValid():
            frame = view.visualRect(view.currentIndex())
            self.menu().popup(view.viewport().mapToGlobal(frame.center() if frame.isValid() else QPoint()))
        return True

    def _tell(self, signal: object) -> bool:
        host_id = self._model.host_id(self._view.currentIndex())
        if host_id is None:
            return False
        signal.emit(host_id)  # type: ignore[attr-defined]
        return True
