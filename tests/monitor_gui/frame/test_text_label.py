"""A line of text is shown as it is, whatever is in it."""

from PySide6 import QtGui
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from monitor_gui.frame.text_label import TextLabel
from monitor_gui.theme.appearance import Appearance


def _shown(qtbot: QtBot, text: str, width: int) -> TextLabel:
    label = TextLabel(text, role="title")
    qtbot.addWidget(label)
    label.resize(width, 30)
    label.show()
    label.grab()
    return label


def test_markup_is_text(appearance: Appearance, qtbot: QtBot) -> None:
    label = _shown(qtbot, "<b>bold</b><img src=x>", 600)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.toolTip() == ""


def test_what_is_cut_is_in_the_tool_tip_and_no_markup_there_either(appearance: Appearance, qtbot: QtBot) -> None:
    name = "<h1>" + "x" * 300
    label = _shown(qtbot, name, 80)
    assert name in label.toolTip()
    assert not QtGui.Qt.mightBeRichText(label.toolTip())


def test_a_long_name_does_not_widen_the_window(appearance: Appearance, qtbot: QtBot) -> None:
    label = _shown(qtbot, "x" * 300, 80)
    assert label.minimumSizeHint().width() < 40


def test_a_name_from_right_to_left_is_painted(appearance: Appearance, qtbot: QtBot) -> None:
    label = _shown(qtbot, "שרת-ראשי", 200)
    image = label.grab().toImage()
    assert len({image.pixel(x, y) for x in range(200) for y in range(30)}) > 1
