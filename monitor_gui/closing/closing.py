"""What happens when the window is closed: asked once, then done, and the window stays where it fails."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QSessionManager

from fleet.reading import HostReading
from monitor_gui.closing.close_choice import (
    CloseFacts,
    CloseWay,
    default_way,
    needs_question,
    options,
    way_without_question,
)
from monitor_gui.closing.close_dialog import CloseDialog
from monitor_gui.closing.progress_dialog import ProgressDialog, installing, stopping
from monitor_gui.closing.tray import Tray
from monitor_gui.closing.tray_text import tray_text
from monitor_gui.frame.main_window import MainWindow
from monitor_gui.poller.footer_text import footer_text
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.poller_state import PollerKind
from monitor_gui.reading.look import FleetLook
from monitor_gui.surroundings import ServiceState
from monitor_gui.workspace import Workspace
from storage.errors import WatchpostError
from storage.translation import _

PATIENCE_MS = 20_000
"""The poller is given 15 s. It also ends by itself when this process does, so nothing is lost by not waiting."""


class Closing(QObject):
    """Decides about the window's closing.

    Signals:
        quitting: everything of ours has ended; whoever has threads lets go of them now. The application ends after it.
    """

    quitting = Signal()

    def __init__(
        self, workspace: Workspace, keeper: PollerKeeper, window: MainWindow, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._keeper, self._window = workspace, keeper, window
        self._readings: Sequence[HostReading] = ()
        self._service: ServiceState | None = None
        self._question: CloseDialog | None = None
        self._progress: ProgressDialog | None = None
        self._is_ending = False
        self._has_ended = False
        self._is_attended = True
        self.tray = Tray(self)
        self.tray.wants_window.connect(self.bring_back)
        self.tray.wants_pause.connect(self._pause)
        self.tray.wants_quit.connect(self.quit_now)
        keeper.state_changed.connect(self._show_tray_text)
        window.ask_before_closing()
        window.closing.connect(self.decide)
        QGuiApplication.instance().commitDataRequest.connect(self._session_ends)  # type: ignore[union-attr]

    def show_look(self, look: FleetLook) -> None:
        """Takes what the icon in the tray shows."""
        self._readings = look.readings
        self._show_tray_text()

    def decide(self, event: QCloseEvent) -> None:
        """Takes the closing of the window; it is closed for good only at the end of everything."""
        if self._has_ended:
            event.accept()
            return
        event.ignore()
        if self._is_ending or self._question is not None:
            return
        facts = self._facts()
        if needs_question(facts):
            self._ask(facts)
        else:
            self._go(way_without_question(facts))

    def bring_back(self) -> None:
        """Shows the window, from wherever it is."""
        self.tray.hide()
        self._window.bring_to_front()

    def quit_now(self) -> None:
        """Ends everything in good order, without a question: from the tray, or because the process is asked to."""
        if self._question is not None:
            self._question.reject()
        self._is_attended = False
        if not self._is_ending:
            self._go(CloseWay.STOP)

    def _facts(self) -> CloseFacts:
        return CloseFacts(
            has_child=self._keeper.has_child,
            has_tray=Tray.is_available(),
            service=self._service,
            service_words=self._workspace.surroundings.service.explanation,
            types_passphrase=self._keeper.types_passphrase,
            remembered=self._workspace.preferences.on_close,
        )

    def _ask(self, facts: CloseFacts) -> None:
        self._question = question = CloseDialog(
            self._workspace.appearance, options(facts), default_way(facts), self._window
        )
        question.chosen.connect(self._chosen)
        question.finished.connect(self._answered)

        def known(state: ServiceState) -> None:
            self._service = state
            question.show_options(options(self._facts()))

        service = self._workspace.surroundings.service
        self._workspace.errands.run_apart(service.state, known, lambda _: None, owner=question)
        question.open()

    def _answered(self, _result: int) -> None:
        self._question = None

    def _chosen(self, way: CloseWay, never_again: bool) -> None:
        if never_again:
            self._workspace.preferences.on_close = way.value
            self._workspace.preferences.save()
        # The question closes first: what follows may hide the window that it belongs to.
        QTimer.singleShot(0, self, lambda: self._go(way))

    def _go(self, way: CloseWay) -> None:
        if way is CloseWay.BACKGROUND:
            self._hide()
        elif way is CloseWay.SERVICE:
            self._hand_over()
        elif self._keeper.has_child:
            self._stop()
        else:
            self._end()

    def _hide(self) -> None:
        if Tray.is_available():
            self._dress_tray()
            self.tray.show()
        self._window.hide()

    def _stop(self) -> None:
        progress = self._begin(stopping(self._window))
        patience = QTimer(progress)
        patience.timeout.connect(self._end)
        patience.start(PATIENCE_MS)

        def ended(error: WatchpostError | None) -> None:
            if error is None or not self._is_attended:
                self._end()
                return
            patience.stop()
            progress.finished.connect(self._end)
            progress.show_failure(_("The collector did not end in good order."), error, _("&Close"))

        self._keeper.leave(ended)

    def _hand_over(self) -> None:
        progress = self._begin(installing(self._window))

        def failed(error: WatchpostError) -> None:
            progress.finished.connect(self._stay)
            progress.show_failure(_("The service could not be installed."), error, _("&Back"))

        def ended(_error: WatchpostError | None) -> None:
            # How our child has ended is in its log; the service begins either way.
            service = self._workspace.surroundings.service
            self._workspace.errands.run_apart(service.install, lambda _: self._end(), failed, owner=self)

        self._keeper.leave(ended)

    def _begin(self, progress: ProgressDialog) -> ProgressDialog:
        self._is_ending = True
        self._progress = progress
        if self._window.isVisible():
            progress.open()
        return progress

    def _stay(self, _result: int = 0) -> None:
        """The window stays, and so does its poller."""
        self._is_ending = False
        # Else it would fail in the same way at every closing.
        self._workspace.preferences.on_close = "ask"
        self._keeper.begin()

    def _end(self, _result: int = 0) -> None:
        if self._has_ended:
            return
        self._is_ending = self._has_ended = True
        self.tray.hide()
        self._window.hide()
        self.quitting.emit()
        QCoreApplication.quit()

    def _pause(self, pause: bool) -> None:
        act: Callable[[], None] = self._keeper.stop_collecting if pause else self._keeper.start_collecting
        act()

    def _show_tray_text(self, _state: object = None) -> None:
        # Counting a fleet and painting its badge each second is for nobody while the window is open.
        if self.tray.is_shown:
            self._dress_tray()

    def _dress_tray(self) -> None:
        state = self._keeper.state
        self.tray.show_text(
            tray_text(self._readings, footer_text(state).title),
            is_paused=state.kind is PollerKind.STOPPED,
            can_pause=self._keeper.has_child or state.kind is PollerKind.STOPPED,
        )

    def _session_ends(self, _manager: QSessionManager) -> None:
        """The desktop is closing: there is nobody to answer a question, and little time."""
        self.quit_now()
