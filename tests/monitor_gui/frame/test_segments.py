"""One of a row of buttons is chosen, by mouse or keyboard."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from monitor_gui.frame.segments import Segment, Segments
from monitor_gui.theme.appearance import Appearance


def _ranges(appearance: Appearance, qtbot: QtBot) -> Segments:
    segments = Segments(
        appearance,
        [
            Segment(key="1h", text="1 hour"),
            Segment(key="6h", text="6 hours"),
            Segment(key="list", text="List", icon="list"),
        ],
    )
    qtbot.addWidget(segments)
    segments.show()
    return segments


def test_the_first_is_chosen_at_the_start(appearance: Appearance, qtbot: QtBot) -> None:
    segments = _ranges(appearance, qtbot)
    assert segments.key == "1h"


def test_a_click_chooses(appearance: Appearance, qtbot: QtBot) -> None:
    segments = _ranges(appearance, qtbot)
    button = segments.findChildren(QPushButton)[1]
    with qtbot.waitSignal(segments.chosen) as chosen:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == ["6h"]


def test_arrow_keys_go_round(appearance: Appearance, qtbot: QtBot) -> None:
    segments = _ranges(appearance, qtbot)
    said: list[str] = []
    segments.chosen.connect(said.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_A):
        qtbot.keyClick(segments, key)
    assert said == ["list", "1h", "6h"]


def test_what_the_program_chooses_is_told_to_nobody(appearance: Appearance, qtbot: QtBot) -> None:
    segments = _ranges(appearance, qtbot)
    with qtbot.assertNotEmitted(segments.chosen):
        segments.choose("list")
        segments.choose("no such segment")
    assert segments.key == "list"


def test_a_button_with_an_icon_alone_has_a_name(appearance: Appearance, qtbot: QtBot) -> None:
    segments = _ranges(appearance, qtbot)
    button = segments.findChildren(QPushButton)[2]
    assert (button.text(), button.accessibleName(), button.toolTip()) == ("", "List", "List")
