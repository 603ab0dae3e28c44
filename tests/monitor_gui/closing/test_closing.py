from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from monitor_gui.closing import closing as closing_module
from monitor_gui.closing.close_choice import CloseWay
from monitor_gui.closing.close_dialog import CloseDialog
from monitor_gui.closing.closing import Closing
from monitor_gui.closing.option_card import OptionCard
from monitor_gui.closing.progress_dialog import ProgressDialog
from monitor_gui.closing.tray import Tray
from monitor_gui.frame.main_window import MainWindow
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.poller_state import PollerKind
from monitor_gui.surroundings import ServiceState
from monitor_gui.workspace import Workspace
from storage.errors import WatchpostError
from tests.fleet.made_up import reading
from tests.monitor_gui.poller.made_up_looks import made_up_look
from tests.monitor_gui.surroundings import TestSurroundings

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "grabbing the keyboard", extend=True)


@pytest.fixture
def window(workspace: Workspace, qtbot: QtBot) -> MainWindow:
    made = MainWindow(workspace.appearance)
    made.resize(900, 600)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.deleteLater())
    made.show()
    return made


@pytest.fixture
def keeper(workspace: Workspace, window: MainWindow, surroundings: TestSurroundings, qtbot: QtBot) -> PollerKeeper:
    """A keeper whose child runs."""
    made = PollerKeeper(workspace, window)
    made.begin()
    qtbot.waitUntil(lambda: made.has_child and workspace.errands.is_idle)
    return made


@pytest.fixture
def quits(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for each time that the application was ended."""
    told: list[None] = []
    monkeypatch.setattr(QCoreApplication, "quit", lambda: told.append(None))
    return told


@pytest.fixture
def closing(workspace: Workspace, keeper: PollerKeeper, window: MainWindow, quits: list[None]) -> Iterator[Closing]:
    made = Closing(workspace, keeper, window, window)
    yield made
    made._has_ended = True


def question(window: MainWindow, qtbot: QtBot) -> CloseDialog:
    """The question that closing the window brings up."""
    window.close()
    found = window.findChild(CloseDialog)
    assert isinstance(found, CloseDialog)
    qtbot.waitUntil(found.isVisible)
    return found


def choose(dialog: CloseDialog, way: CloseWay, qtbot: QtBot) -> None:
    """Chooses a way and takes it by keyboard."""
    radio = radio_of(dialog, way)
    qtbot.waitUntil(radio.isEnabled)
    radio.setChecked(True)
    qtbot.keyClick(radio, Qt.Key.Key_Return)


def radio_of(dialog: CloseDialog, way: CloseWay) -> QRadioButton:
    (card,) = (each for each in dialog.findChildren(OptionCard) if each.option.way is way)
    return card.radio


def fails(error: WatchpostError) -> Callable[[], None]:
    def refuse() -> None:
        raise error

    return refuse


def failed_progress(window: MainWindow, qtbot: QtBot) -> QPushButton:
    """The button under what went wrong."""

    def buttons() -> list[QPushButton]:
        return [
            button
            for dialog in window.findChildren(ProgressDialog)
            for button in dialog.findChildren(QPushButton)
            if button.isVisible()
        ]

    qtbot.waitUntil(lambda: len(buttons()) == 1)
    return buttons()[0]


def test_where_the_poller_is_not_ours_the_window_closes_without_a_question(
    closing: Closing, keeper: PollerKeeper, window: MainWindow, quits: list[None], qtbot: QtBot
) -> None:
    keeper.stop_collecting()
    qtbot.waitUntil(lambda: not keeper.has_child)
    with qtbot.waitSignal(closing.quitting):
        window.close()
    assert window.findChild(CloseDialog) is None
    assert not window.isVisible()
    assert len(quits) == 1


def test_escape_keeps_everything_as_it_is(
    closing: Closing, window: MainWindow, surroundings: TestSurroundings, quits: list[None], qtbot: QtBot
) -> None:
    dialog = question(window, qtbot)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert surroundings.poller.said == ["start"]
    assert quits == []
    qtbot.waitUntil(lambda: not window.findChildren(CloseDialog))
    assert question(window, qtbot).isVisible(), "it can be asked again"


def test_closing_while_the_question_is_open_asks_no_second_one(
    closing: Closing, window: MainWindow, qtbot: QtBot
) -> None:
    question(window, qtbot)
    window.close()
    assert len(window.findChildren(CloseDialog)) == 1


def test_stopping_ends_the_poller_and_then_the_application(
    closing: Closing, window: MainWindow, surroundings: TestSurroundings, quits: list[None], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(closing.quitting):
        choose(question(window, qtbot), CloseWay.STOP, qtbot)
    assert surroundings.poller.said == ["start", "stop"]
    assert len(quits) == 1
    assert not window.isVisible()


def test_a_poller_that_does_not_end_well_is_told_before_the_window_closes(
    closing: Closing, window: MainWindow, surroundings: TestSurroundings, quits: list[None], qtbot: QtBot
) -> None:
    surroundings.poller.stop = fails(WatchpostError("12 readings were lost."))  # type: ignore[method-assign]
    choose(question(window, qtbot), CloseWay.STOP, qtbot)
    button = failed_progress(window, qtbot)
    assert quits == []
    with qtbot.waitSignal(closing.quitting):
        qtbot.keyClick(button, Qt.Key.Key_Return)


def test_a_poller_that_hangs_is_not_waited_for(
    closing: Closing,
    window: MainWindow,
    surroundings: TestSurroundings,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(closing_module, "PATIENCE_MS", 20)
    may_end = Event()
    surroundings.poller.stop = lambda: may_end.wait(30)  # type: ignore[method-assign, assignment]
    try:
        with qtbot.waitSignal(closing.quitting):
            choose(question(window, qtbot), CloseWay.STOP, qtbot)
    finally:
        may_end.set()


def test_in_the_background_the_window_hides_and_comes_back(
    closing: Closing, window: MainWindow, surroundings: TestSurroundings, quits: list[None], qtbot: QtBot
) -> None:
    choose(question(window, qtbot), CloseWay.BACKGROUND, qtbot)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert surroundings.poller.said == ["start"]
    assert quits == []
    closing.bring_back()
    assert window.isVisible()


def test_with_a_tray_an_icon_stands_for_the_window(
    closing: Closing, keeper: PollerKeeper, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tray, "is_available", staticmethod(lambda: True))
    closing.show_look(replace(made_up_look(0), readings=[reading("web-1")]))
    qtbot.keyClick(radio_of(question(window, qtbot), CloseWay.BACKGROUND), Qt.Key.Key_Return)
    qtbot.waitUntil(closing.tray.icon.isVisible)
    assert "OK: 1" in closing.tray.icon.toolTip()
    closing.tray.wants_pause.emit(True)
    qtbot.waitUntil(lambda: keeper.state.kind is PollerKind.STOPPED)
    assert closing.tray.pause.isChecked()
    closing.tray.wants_pause.emit(False)
    qtbot.waitUntil(lambda: keeper.has_child)
    closing.tray.wants_window.emit()
    assert window.isVisible()
    assert not closing.tray.icon.isVisible()


def test_quitting_from_the_tray_asks_nothing(
    closing: Closing, window: MainWindow, surroundings: TestSurroundings, quits: list[None], qtbot: QtBot
) -> None:
    window.hide()
    with qtbot.waitSignal(closing.quitting):
        closing.tray.wants_quit.emit()
    assert surroundings.poller.said == ["start", "stop"]
    assert len(quits) == 1


def test_the_service_begins_after_our_poller_has_ended(
    closing: Closing, window: MainWindow, surroundings: TestSurroundings, quits: list[None], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(closing.quitting):
        choose(question(window, qtbot), CloseWay.SERVICE, qtbot)
    assert surroundings.poller.said == ["start", "stop"]
    assert surroundings.service.said == ["install"]
    assert len(quits) == 1


def test_a_service_that_cannot_be_installed_leaves_the_window_and_its_poller(
    closing: Closing,
    window: MainWindow,
    workspace: Workspace,
    surroundings: TestSurroundings,
    qtbot: QtBot,
) -> None:
    surroundings.service.install = fails(WatchpostError("systemd says no."))  # type: ignore[method-assign]
    workspace.preferences.on_close = "service"
    window.close()
    qtbot.keyClick(failed_progress(window, qtbot), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: surroundings.poller.said == ["start", "stop", "start"])
    assert window.isVisible()
    assert question(window, qtbot).isVisible(), "it would fail again, so a person is asked"


def test_a_service_that_is_not_possible_cannot_be_chosen(
    closing: Closing, window: MainWindow, workspace: Workspace, surroundings: TestSurroundings, qtbot: QtBot
) -> None:
    surroundings.service.now = ServiceState.UNSUPPORTED
    dialog = question(window, qtbot)
    qtbot.waitUntil(lambda: workspace.errands.is_idle)
    assert not radio_of(dialog, CloseWay.SERVICE).isEnabled()


def test_what_was_answered_for_good_is_not_asked_again(
    closing: Closing, window: MainWindow, workspace: Workspace, qtbot: QtBot
) -> None:
    dialog = question(window, qtbot)
    dialog.chosen.emit(CloseWay.BACKGROUND, True)
    dialog.accept()
    assert workspace.preferences.on_close == "background"
    qtbot.waitUntil(lambda: not window.isVisible())
    closing.bring_back()
    qtbot.waitUntil(lambda: not window.findChildren(CloseDialog))
    window.close()
    assert not window.findChildren(CloseDialog)
    assert not window.isVisible()


def test_when_the_session_ends_everything_ends_in_good_order(
    closing: Closing, window: MainWindow, surroundings: TestSurroundings, quits: list[None], qtbot: QtBot
) -> None:
    question(window, qtbot)
    surroundings.poller.stop = fails(WatchpostError("Not all was stored."))  # type: ignore[method-assign]
    with qtbot.waitSignal(closing.quitting):
        # No session manager can be made by hand; it is not looked at.
        closing._session_ends(None)  # type: ignore[arg-type]
        closing.quit_now()
    assert len(quits) == 1, "and nobody is asked, nor has to read anything"
    qtbot.waitUntil(lambda: not window.findChildren(CloseDialog))


def test_once_everything_has_ended_the_window_may_close(
    closing: Closing, keeper: PollerKeeper, window: MainWindow, quits: list[None], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(closing.quitting):
        closing.quit_now()
    window.show()
    assert window.close()
    assert len(quits) == 1
