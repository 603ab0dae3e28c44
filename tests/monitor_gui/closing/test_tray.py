import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from fleet.reading import Health
from monitor_gui.closing.tray import Tray, health_badge
from monitor_gui.closing.tray_text import TrayText
from monitor_gui.theme.appearance import Appearance


@pytest.fixture
def tray(appearance: Appearance) -> Tray:
    made = Tray()
    made.show_text(TrayText(Health.WARNING, "Watchpost: 2 hosts"), is_paused=False, can_pause=True)
    return made


def test_every_health_has_an_icon_and_none_is_empty(qapp: QApplication) -> None:
    seen = {health: health_badge(health.value).pixmap(64, 64).toImage() for health in Health}
    assert all(not image.isNull() for image in seen.values())
    assert seen[Health.OK] != seen[Health.WARNING] != seen[Health.CRITICAL] != seen[Health.UNREACHABLE]


def test_it_says_how_things_are(tray: Tray) -> None:
    assert tray.icon.toolTip() == "Watchpost: 2 hosts"
    assert tray.pause.isEnabled()
    tray.show_text(TrayText(Health.OK, "x"), is_paused=True, can_pause=False)
    assert tray.pause.isChecked()
    assert not tray.pause.isEnabled()


# Qt's own: it asks the platform for what a screen in memory does not have.
@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
def test_it_appears_and_goes(tray: Tray) -> None:
    tray.show()
    assert tray.icon.isVisible()
    tray.hide()
    tray.show()
    tray.hide()
    assert not tray.icon.isVisible()


@pytest.mark.parametrize(
    ("reason", "opens"),
    [
        (QSystemTrayIcon.ActivationReason.Trigger, True),
        (QSystemTrayIcon.ActivationReason.DoubleClick, True),
        (QSystemTrayIcon.ActivationReason.Context, False),
    ],
)
def test_a_click_brings_the_window_back(
    tray: Tray, reason: QSystemTrayIcon.ActivationReason, qtbot: QtBot, *, opens: bool
) -> None:
    told: list[None] = []
    tray.wants_window.connect(lambda: told.append(None))
    tray.icon.activated.emit(reason)
    assert bool(told) is opens


def test_its_menu_opens_pauses_and_quits(tray: Tray, qtbot: QtBot) -> None:
    by_text = {action.text().replace("&", ""): action for action in tray.menu.actions() if action.text()}
    with qtbot.waitSignal(tray.wants_window):
        by_text["Open Watchpost"].trigger()
    with qtbot.waitSignal(tray.wants_pause) as paused:
        by_text["Pause collecting"].trigger()
    assert paused.args == [True]
    with qtbot.waitSignal(tray.wants_quit):
        by_text["Quit"].trigger()
