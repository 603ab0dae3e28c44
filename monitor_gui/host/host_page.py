"""The page of one host: what is wrong with it, its curves, disks, processes and cores."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleet.host_view import HostView
from monitor_gui.charts.saved_file import ValuesWish
from monitor_gui.frame.page import Page
from monitor_gui.host.exporting import Exporting, Outcome
from monitor_gui.host.history_asker import HistoryAsker
from monitor_gui.host.host_facts import host_view, interval_s
from monitor_gui.host.host_header import HostHeader
from monitor_gui.host.placeholder import Placeholder
from monitor_gui.host.spans import USUAL, fitting_key, span_of
from monitor_gui.host.trouble_banner import TroubleBanner
from monitor_gui.host.troubles import Help, trouble
from monitor_gui.reading.look import FleetLook
from monitor_gui.workspace import Workspace
from storage.errors import WatchpostError
from storage.translation import _

if TYPE_CHECKING:
    from monitor_gui.host.host_body import HostBody


class HostPage(Page):
    """Follows one host, the newest part of its past included.

    Signals:
        wants_fleet: back to the fleet.
        wants_trust_host: compare the host key of the host of this id.

    Attributes:
        body: the cards; None until they have been built, just after the first paint.
    """

    wants_fleet = Signal()
    wants_trust_host = Signal(int)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._look: FleetLook | None = None
        self._view: HostView | None = None
        self._span = span_of(USUAL)
        self._span_was_chosen = False
        self._failure = ""
        self._help_wanted = Help.NONE
        self.body: HostBody | None = None
        self.header = HostHeader(workspace.appearance)
        self.header.back.connect(self.wants_fleet)
        self.header.span_chosen.connect(self._choose_span)
        self.header.chosen.connect(self._act)
        self.banner = TroubleBanner(workspace.appearance)
        self.banner.helped.connect(self._help)
        self._placeholder = Placeholder()
        self.asker = HistoryAsker(workspace.reader, self)
        self.asker.arrived.connect(self._show_history)
        self.asker.failed.connect(self._tell_failure)
        self.exporting = Exporting(workspace.errands, self)
        self.exporting.said.connect(self._tell)
        for widget in (self.header, self.banner):
            widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            self.column.addWidget(widget)
        self.column.addWidget(self._placeholder, 1)
        # Takes the room where there are no cards.
        self.column.addStretch(0)
        self._has_painted = False
        for keys in _back_keys():
            QShortcut(QKeySequence(keys), self, self.wants_fleet.emit)

    def show_host(self, host_id: int) -> None:
        """Follows this host from now on."""
        if host_id != self.focus_host_id:
            self.focus_host_id = host_id
            self._view = None
            self._failure = ""
            self.banner.clear_trouble()
            self.asker.want(host_id, self._span.length_ms)
            if self.body is not None:
                self.body.crosshair.move_to(None)
        if self._look is not None:
            self.show_look(self._look)

    def show_look(self, look: object) -> None:
        """Shows what a `FleetLook` says of the host."""
        if not isinstance(look, FleetLook):
            return
        self._look = look
        if not look.loaded or self.focus_host_id is None:
            return
        view = host_view(look, self.focus_host_id)
        if view is None:
            self._show_absence()
            return
        self._view = view
        self.header.set_usable(True)
        self.header.show_view(view)
        self._ask(view)
        self._show(view)

    def build(self) -> None:
        """Builds the cards now, if that has not been done."""
        if self.body is not None:
            return
        # The chart library takes a fifth of a second to import; the page is painted before.
        from monitor_gui.host.host_body import HostBody  # noqa: PLC0415

        self.body = HostBody(self._workspace.appearance)
        self.body.picture_wanted.connect(self._take_picture)
        self.body.values_wanted.connect(self._save_values)
        self.column.replaceWidget(self._placeholder, self.body)
        self._placeholder.hide()
        if self._view is not None:
            self._show(self._view)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Has the cards built after the first paint."""
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            QTimer.singleShot(0, self, self.build)

    def _ask(self, view: HostView) -> None:
        self.asker.follow(view.moment.now_ms, interval_s(view), view.reading.ts)

    def _show(self, view: HostView) -> None:
        if self.body is not None:
            self.body.setVisible(True)
            self.body.show_view(view)
        self._show_past(view)

    def _show_past(self, view: HostView) -> None:
        """Everything that the curves say something about."""
        history = self.asker.history
        status = self._look.state.states.get(view.reading.host_id or 0) if self._look else None
        found = trouble(view, status, history)
        self._help_wanted = found.help if found else Help.NONE
        if found is None:
            self.banner.clear_trouble()
        else:
            self.banner.show_trouble(found.severity, found.text, found.hint, found.help_text)
        if self.body is not None:
            self.body.show_curves(view, history, self._span.length_ms)

    def _show_absence(self) -> None:
        """The host was removed while it was looked at, or is not there to begin with."""
        name = self._view.reading.name if self._view else _("Host")
        self.asker.stop()
        self._help_wanted = Help.NONE
        self.header.show_name(name)
        self.header.set_usable(False)
        self.banner.show_trouble(
            "hint",
            _("This host is no longer registered."),
            _("It was removed, here or elsewhere. What was read of it is kept for a while."),
            _("Back to the fleet"),
        )
        if self.body is not None:
            self.body.setVisible(False)

    def _show_history(self, _history: object) -> None:
        self._failure = ""
        if self._view is None:
            return
        self._show_past(self._view)
        history = self.asker.history
        if history is not None and not self._span_was_chosen:
            key = fitting_key(history.curves.oldest, self._view.moment.now_ms)
            if key != self._span.key:
                self.header.segments.choose(key)
                self._show_span(key)

    def _tell_failure(self, error: WatchpostError) -> None:
        """Says once why there are no curves; the next try may go well."""
        if error.message != self._failure:
            self._failure = error.message
            self.banner.say("crit", error.message, error.hint)

    def _tell(self, outcome: Outcome) -> None:
        self.banner.say(outcome.severity, outcome.text, outcome.hint)

    def _choose_span(self, key: str) -> None:
        self._span_was_chosen = True
        self._show_span(key)

    def _show_span(self, key: str) -> None:
        self._span = span_of(key)
        if self.focus_host_id is not None:
            self.asker.want(self.focus_host_id, self._span.length_ms)
        if self._view is not None:
            self._ask(self._view)
            self._show(self._view)

    def _help(self) -> None:
        host_id = self.focus_host_id
        if self._view is None or host_id is None or self._help_wanted is Help.NONE:
            self.wants_fleet.emit()
            return
        signals = {
            Help.EDIT: self.wants_edit_host,
            Help.TEST: self.wants_test_host,
            Help.TRUST: self.wants_trust_host,
            Help.RETRY: self.wants_retry_host,
        }
        signals[self._help_wanted].emit(host_id)

    def _act(self, key: str) -> None:
        host_id = self.focus_host_id
        if host_id is None or self._view is None:
            return
        if key == "picture":
            self._take_picture(self, False)
        elif key == "values" and self.body is not None:
            self._save_values([name for card in self.body.charts for name in card.metrics])
        else:
            signals = {
                "edit": self.wants_edit_host,
                "test": self.wants_test_host,
                "retry": self.wants_retry_host,
                "remove": self.wants_remove_host,
            }
            signals[key].emit(host_id)

    def _take_picture(self, widget: QWidget, copy: bool) -> None:
        if copy:
            self.exporting.copy_picture(widget)
        elif self._view is not None:
            self.exporting.save_picture(widget, self._view.reading.name, self._span.key)

    def _save_values(self, metrics: list[str]) -> None:
        host = self._look.state.host(self.focus_host_id) if self._look else None
        history = self.asker.history
        if host is None or history is None:
            return
        span = history.span
        wish = ValuesWish(host=host, metrics=metrics, start=span.start, end=span.end, interval=history.interval)
        self.exporting.save_values(wish, host.name, self._span.key)


def _back_keys() -> set[str]:
    """What leads back: the platform's keys for it among them, each only once, or neither would work."""
    bound = QKeySequence.keyBindings(QKeySequence.StandardKey.Back)
    ours = (QKeySequence(keys) for keys in ("Escape", "Backspace", "Alt+Left"))
    return {keys.toString() for keys in (*bound, *ours)}
