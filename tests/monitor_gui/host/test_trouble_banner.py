"""The banner of a host's page."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from monitor_gui.frame.notice_banner import Banner
from monitor_gui.host.trouble_banner import TroubleBanner
from monitor_gui.theme.appearance import Appearance


@pytest.fixture
def banner(appearance: Appearance, qtbot: QtBot) -> TroubleBanner:
    made = TroubleBanner(appearance)
    qtbot.addWidget(made)
    made.resize(900, 50)
    return made


def shown(banner: TroubleBanner) -> list[Banner]:
    return [each for each in banner.findChildren(Banner) if not each.isHidden()]


def test_without_trouble_there_is_nothing(banner: TroubleBanner) -> None:
    assert banner.isHidden()
    banner.show_trouble("crit", "CPU 94%", "", "")
    assert not banner.isHidden()
    banner.clear_trouble()
    assert banner.isHidden()
    assert banner.said == ("", "", "")


def test_the_same_trouble_is_the_same_banner(banner: TroubleBanner) -> None:
    banner.show_trouble("crit", "CPU 94%", "", "")
    (first,) = shown(banner)
    banner.show_trouble("crit", "CPU 95%", "hint", "")
    assert shown(banner) == [first]
    assert banner.said == ("CPU 95%", "hint", "")
    banner.show_trouble("warn", "CPU 85%", "", "")
    assert shown(banner) != [first]
    assert len(shown(banner)) == 1


def test_its_button_helps(banner: TroubleBanner, qtbot: QtBot) -> None:
    banner.show_trouble("crit", "Not reachable", "", "Edit host")
    button = next(each for each in shown(banner)[0].findChildren(QPushButton) if each.text() == "Edit host")
    with qtbot.waitSignal(banner.helped):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_went_well_passes(banner: TroubleBanner) -> None:
    banner.show_trouble("crit", "CPU 94%", "", "")
    banner.say("ok", "Saved a.png.", "")
    standing, passing = shown(banner)
    assert (standing.severity, passing.severity) == ("crit", "ok")
    passing.passed.emit()
    assert shown(banner) == [standing]
    assert not banner.isHidden()


def test_what_went_wrong_stays_until_it_is_closed(banner: TroubleBanner) -> None:
    banner.say("crit", "a.png cannot be written.", "Check the folder.")
    banner.say("crit", "b.png cannot be written.", "Check the folder.")
    (only,) = shown(banner)
    banner.show()
    QTest.mouseClick(only.findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
    assert shown(banner) == []
    assert banner.isHidden()
