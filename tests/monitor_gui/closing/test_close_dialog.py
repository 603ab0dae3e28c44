import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from monitor_gui.closing.close_choice import CloseFacts, CloseWay, default_way, options
from monitor_gui.closing.close_dialog import CloseDialog
from monitor_gui.closing.option_card import OptionCard
from monitor_gui.surroundings import ServiceState
from monitor_gui.theme.appearance import Appearance

FACTS = CloseFacts(has_child=True, has_tray=True, service=ServiceState.ABSENT, service_words="The system watches on.")
NO_SERVICE = CloseFacts(
    has_child=True, has_tray=True, service=ServiceState.UNSUPPORTED, service_words="No systemd: " + "x" * 300
)


@pytest.fixture
def dialog(appearance: Appearance, qtbot: QtBot) -> CloseDialog:
    made = CloseDialog(appearance, options(FACTS), default_way(FACTS))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.open()
    qtbot.waitUntil(lambda: made.isActiveWindow() and radio(made, CloseWay.BACKGROUND).hasFocus())
    return made


def radio(dialog: CloseDialog, way: CloseWay) -> QRadioButton:
    (card,) = (each for each in dialog.findChildren(OptionCard) if each.option.way is way)
    return card.radio


def action(dialog: CloseDialog) -> QPushButton:
    (found,) = (each for each in dialog.findChildren(QPushButton) if each.isDefault())
    return found


def test_enter_takes_the_proposal(dialog: CloseDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.chosen) as told:
        qtbot.keyClick(radio(dialog, CloseWay.BACKGROUND), Qt.Key.Key_Return)
    assert told.args == [CloseWay.BACKGROUND, False]
    assert not dialog.isVisible()


def test_arrows_choose_another_way_and_the_button_says_what_it_will_do(dialog: CloseDialog, qtbot: QtBot) -> None:
    assert action(dialog).text() == "Close the window"
    qtbot.keyClick(radio(dialog, CloseWay.BACKGROUND), Qt.Key.Key_Up)
    assert radio(dialog, CloseWay.STOP).isChecked()
    assert action(dialog).text() == "Stop and close"
    qtbot.keyClick(radio(dialog, CloseWay.STOP), Qt.Key.Key_Down)
    qtbot.keyClick(radio(dialog, CloseWay.BACKGROUND), Qt.Key.Key_Down)
    assert radio(dialog, CloseWay.SERVICE).isChecked()
    with qtbot.waitSignal(dialog.chosen) as told:
        qtbot.keyClick(radio(dialog, CloseWay.SERVICE), Qt.Key.Key_Return)
    assert told.args == [CloseWay.SERVICE, False]


def test_not_to_be_asked_again_can_be_ticked(dialog: CloseDialog, qtbot: QtBot) -> None:
    (box,) = dialog.findChildren(QCheckBox)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.chosen) as told:
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert told.args == [CloseWay.BACKGROUND, True]


def test_escape_stays_open(dialog: CloseDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.chosen):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_click_anywhere_on_a_card_chooses_it(dialog: CloseDialog, qtbot: QtBot) -> None:
    card = radio(dialog, CloseWay.STOP).parent()
    assert isinstance(card, OptionCard)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert radio(dialog, CloseWay.STOP).isChecked()


def test_what_is_not_possible_cannot_be_chosen_and_says_why(dialog: CloseDialog, qtbot: QtBot) -> None:
    width = dialog.width()
    dialog.show_options(options(NO_SERVICE))
    assert not radio(dialog, CloseWay.SERVICE).isEnabled()
    assert radio(dialog, CloseWay.SERVICE).accessibleDescription().startswith("No systemd: ")
    card = radio(dialog, CloseWay.SERVICE).parent()
    assert isinstance(card, OptionCard)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.keyClick(radio(dialog, CloseWay.BACKGROUND), Qt.Key.Key_Down)
    assert not radio(dialog, CloseWay.SERVICE).isChecked()
    assert dialog.width() == width
