"""Files that are there whole or not at all."""

import csv
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from monitor_gui.charts.saved_file import ValuesWish, file_name, save_picture, save_values
from storage.database import Database
from storage.errors import InvalidInputError
from storage.host import Host
from storage.rollup import Interval
from tests.fleet.sample_fleet import Machine, record, register

NOW_MS = 1_790_000_000_000


@pytest.fixture
def host(database: Database) -> Host:
    made = register(database, ["=cmd()"], now_ms=NOW_MS)["=cmd()"]
    record(database, Machine(name="a", cpu=30), made, start=NOW_MS - 60_000, end=NOW_MS)
    return made


def wish(host: Host, *metrics: str) -> ValuesWish:
    return ValuesWish(host=host, metrics=metrics, start=NOW_MS - 60_000, end=NOW_MS + 1, interval=Interval.RAW)


@pytest.fixture
def picture() -> QImage:
    made = QImage(8, 8, QImage.Format.Format_RGB32)
    made.fill(QColor("#123456"))
    return made


def test_a_picture_is_saved(tmp_path: Path, picture: QImage) -> None:
    save_picture(tmp_path / "a.png", picture)
    assert QImage(str(tmp_path / "a.png")).pixelColor(3, 3) == QColor("#123456")
    assert [path.name for path in tmp_path.glob("*.p*")] == ["a.png"]


def test_values_are_saved_harmless_for_a_spreadsheet(tmp_path: Path, database: Database, host: Host) -> None:
    rows = save_values(tmp_path / "a.csv", database, wish(host, "cpu_usage_percent"))
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        written = list(csv.reader(file))
    assert len(written) == rows + 1 == 13
    assert written[1][1] == "'=cmd()"
    assert float(written[1][4]) == pytest.approx(30)


def test_an_error_leaves_the_old_file_and_no_draft(tmp_path: Path, database: Database, host: Host) -> None:
    old = tmp_path / "a.csv"
    old.write_text("old")
    with pytest.raises(InvalidInputError):
        save_values(old, database, wish(host, "no_such_metric"))
    assert old.read_text() == "old"
    assert list(tmp_path.glob(".*part")) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, picture: QImage) -> None:
    with pytest.raises(InvalidInputError, match=r"a\.png cannot be written: No such file") as caught:
        save_picture(tmp_path / "gone" / "a.png", picture)
    assert "folder" in caught.value.hint


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("web-1", "1h"), "web-1-1h.png"),
        (("../../etc/passwd",), "etc-passwd.png"),
        (("서버", "cpu"), "서버-cpu.png"),
        (("", "."), "watchpost.png"),
        (("x" * 300,), f"{'x' * 120}.png"),
        (("a\x00b/c:d",), "a-b-c-d.png"),
    ],
)
def test_a_file_is_named_so_that_every_system_takes_it(words: tuple[str, ...], name: str) -> None:
    assert file_name(*words, ending="png") == name
