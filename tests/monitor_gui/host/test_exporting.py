"""Pictures and values saved from the page."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.charts.saved_file import ValuesWish
from monitor_gui.host.exporting import Exporting, Outcome
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.rollup import Interval
from tests.fleet.sample_fleet import Machine, record, register

NOW_MS = 1_790_000_000_000


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def exporting(workspace: Workspace, page: QWidget) -> Exporting:
    return Exporting(workspace.errands, page)


@pytest.fixture
def said(exporting: Exporting) -> list[Outcome]:
    heard: list[Outcome] = []
    exporting.said.connect(heard.append)
    return heard


def choose(exporting: Exporting, path: Path) -> None:
    dialog = exporting.dialog
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_a_picture_is_copied(exporting: Exporting, said: list[Outcome], qtbot: QtBot) -> None:
    label = QLabel("x")
    qtbot.addWidget(label)
    label.resize(40, 20)
    exporting.copy_picture(label)
    assert QGuiApplication.clipboard().image().width() == 40
    assert said[-1].severity == "ok"


def test_a_picture_is_saved_where_somebody_says(
    exporting: Exporting, said: list[Outcome], page: QWidget, tmp_path: Path, qtbot: QtBot
) -> None:
    exporting.save_picture(page, "web/1", "1h")
    assert exporting.dialog is not None
    assert exporting.dialog.defaultSuffix() == "png"
    assert Path(exporting.dialog.selectedFiles()[0]).name == "web-1-1h.png"
    choose(exporting, tmp_path / "a.png")
    qtbot.waitUntil(lambda: bool(said))
    assert said == [Outcome("ok", "Saved a.png.")]
    assert QImage(str(tmp_path / "a.png")).width() == page.width()


def test_values_are_saved(
    exporting: Exporting, said: list[Outcome], database: Database, tmp_path: Path, qtbot: QtBot
) -> None:
    host = register(database, ["a"], now_ms=NOW_MS)["a"]
    record(database, Machine(name="a"), host, start=NOW_MS - 60_000, end=NOW_MS)
    wish = ValuesWish(
        host=host, metrics=["memory_used_bytes"], start=NOW_MS - 60_000, end=NOW_MS + 1, interval=Interval.RAW
    )
    exporting.save_values(wish, "a", "1h")
    choose(exporting, tmp_path / "a.csv")
    qtbot.waitUntil(lambda: bool(said))
    assert said == [Outcome("ok", "Saved a.csv with 13 values.")]
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 14


def test_what_cannot_be_saved_is_told(
    exporting: Exporting, said: list[Outcome], page: QWidget, tmp_path: Path, qtbot: QtBot
) -> None:
    exporting.save_picture(page, "a")
    choose(exporting, tmp_path / "gone" / "a.png")
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].severity == "crit"
    assert "a.png" in said[0].text
    assert said[0].hint


def test_who_thinks_better_of_it_saves_nothing(exporting: Exporting, said: list[Outcome], page: QWidget) -> None:
    exporting.save_picture(page, "a")
    assert exporting.dialog is not None
    exporting.dialog.reject()
    assert said == []
