"""`watchpost gui`: pictures of every page, and clear words where there can be no window."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from storage.database import Database
from tests.command_line import CommandLine, run_program
from tests.fleet.sample_fleet import Machine, record, register
from watchpost.commands import gui

NOW_MS = 1_790_000_000_000


def test_without_a_database_there_is_nothing_to_picture(cli: CommandLine, tmp_path: Path) -> None:
    told = cli("gui", "--screenshot", str(tmp_path / "pictures"), "--db", str(tmp_path / "none.db"))
    assert told.status == 1
    assert "There is no database" in told.err
    assert not (tmp_path / "pictures").exists()


def test_every_page_is_pictured_without_a_display(database: Database, tmp_path: Path) -> None:
    hosts = register(database, ["db-1"], now_ms=NOW_MS)
    record(database, Machine(name="db-1", cpu=50, wave=20), hosts["db-1"], start=NOW_MS - 600_000, end=NOW_MS)
    pictures = tmp_path / "pictures"
    done = run_program(
        "gui", "--screenshot", str(pictures), "--db", database.url, environment={"HOME": str(tmp_path)}, folder=tmp_path
    )
    assert (done.status, done.out) == (0, "")
    for page in ("fleet-tiles", "fleet-table", "host", "hosts"):
        for theme in ("dark", "light"):
            image = QImage(str(pictures / f"{page}-{theme}-1280x800.png"))
            assert (image.width(), image.height()) == (1280, 800)
    assert str(pictures / "host-dark-1280x800.png") in done.err


def test_a_folder_that_cannot_be_made_is_told(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = run_program(
        "gui", "--screenshot", str(tmp_path / "file" / "x"), "--db", database.url, environment={"HOME": str(tmp_path)},
        folder=tmp_path,
    )  # fmt: skip
    assert told.status == 1
    assert "The pictures cannot be written" in told.err
    assert "Traceback" not in told.err


def test_without_the_libraries_it_says_what_to_install(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gui, "has_desktop_libraries", lambda: False)
    told = cli("gui")
    assert told.status == 1
    assert "PySide6_Essentials" in told.err


def test_without_a_display_it_says_so(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    told = cli("gui")
    assert told.status == 1
    assert "There is no display here" in told.err
