"""What stands where hosts would."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from monitor_gui.fleet.placeholder import Message, Outlines
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.theme.appearance import Appearance
from tests.monitor_gui.fleet.painted import grabbed, ink


def test_outlines_stand_where_tiles_are_going_to_be(qtbot: QtBot, appearance: Appearance) -> None:
    outlines = Outlines(appearance)
    qtbot.addWidget(outlines)
    outlines.resize(700, 400)
    image = grabbed(outlines)
    assert ink(image, image.pixelColor(699, 399).name())


def test_a_message_has_a_button_where_there_is_something_to_do(qtbot: QtBot, appearance: Appearance) -> None:
    message, done = Message(), []
    qtbot.addWidget(message)
    message.show()
    message.say("No host matches.", "", "Clear filter", lambda: done.append(1))
    (button,) = message.findChildren(QPushButton)
    assert button.text() == "Clear filter"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == [1]
    message.say("The database is locked.", "It is looked at again every second.")
    assert not button.isVisible()
    assert message.text == "The database is locked."
    button.click()
    assert done == [1]


def test_a_message_takes_nothing_for_markup(qtbot: QtBot, appearance: Appearance) -> None:
    message = Message()
    qtbot.addWidget(message)
    message.say("<b>x</b>", "<img src=x>")
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in message.findChildren(TextLabel))
