from pathlib import Path

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from monitor_gui.camera import Camera, PictureError, Wish, wait_for, without_chatter
from monitor_gui.theme.appearance import Appearance


def test_what_never_becomes_ready_is_given_up(qtbot: QtBot) -> None:
    with pytest.raises(PictureError, match="in time"):
        wait_for(lambda: False, patience_ms=30)


def test_a_picture_that_cannot_be_written_is_told(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    camera = Camera(tmp_path / "nowhere", Wish())
    with pytest.raises(PictureError, match="cannot be written"):
        camera.take_window("fleet", window, appearance)


def test_only_the_chatter_of_windows_in_memory_is_kept_to_itself(qtbot: QtBot) -> None:
    heard: list[str] = []
    before = qInstallMessageHandler(lambda _kind, _context, text: heard.append(text))
    try:
        with without_chatter():
            qWarning("This plugin does not support propagateSizeHints()")
            qWarning("something else")
        qWarning("afterwards")
    finally:
        qInstallMessageHandler(before)
    assert heard == ["something else", "afterwards"]


def test_without_anybody_who_listens_the_rest_goes_to_standard_error(
    qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    before = qInstallMessageHandler(None)
    try:
        with without_chatter():
            qWarning("something else")
    finally:
        qInstallMessageHandler(before)
    assert capsys.readouterr().err == "something else\n"
