"""What the window remembers, and what it makes of a file that is not as it left it."""

from pathlib import Path

from PySide6.QtCore import QByteArray
from pytestqt.qtbot import QtBot

from monitor_gui.preferences import Preferences


def test_everything_is_remembered(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "deep" / "desktop.ini"
    kept = Preferences(path)
    kept.theme, kept.language, kept.fleet_view = "light", "ko", "table"
    kept.fleet_sort, kept.on_close, kept.geometry = "cpu", "background", QByteArray(b"\x01\x02")
    kept.save()
    read = Preferences(path)
    assert (read.theme, read.language, read.fleet_view) == ("light", "ko", "table")
    assert (read.fleet_sort, read.on_close, read.geometry) == ("cpu", "background", QByteArray(b"\x01\x02"))


def test_a_new_file_has_the_defaults(tmp_path: Path, qtbot: QtBot) -> None:
    fresh = Preferences(tmp_path / "desktop.ini")
    assert (fresh.theme, fresh.language, fresh.fleet_view) == ("system", "", "tiles")
    assert (fresh.fleet_sort, fresh.on_close, fresh.geometry.isEmpty()) == ("", "ask", True)


def test_a_file_full_of_nonsense_has_the_defaults(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "desktop.ini"
    path.write_bytes(b"[General]\ntheme=pink\nfleet_view=7\non_close=@Invalid()\ngeometry=x\n\x00\xff\xfe[[")
    read = Preferences(path)
    assert (read.theme, read.fleet_view, read.on_close) == ("system", "tiles", "ask")
    assert read.geometry.isEmpty()


def test_a_folder_that_cannot_be_written_costs_only_the_memory(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").touch()
    kept = Preferences(tmp_path / "file" / "desktop.ini")
    kept.theme = "light"
    kept.save()
    assert kept.theme == "light"
