"""File systems as a list."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from monitor_gui.host.mount_model import ROW, MountModel
from monitor_gui.host.mount_rows import mount_rows
from tests.monitor_gui.host.made_views import mount, view


def test_it_is_a_sound_model(qtmodeltester: ModelTester) -> None:
    model = MountModel()
    model.show_rows(mount_rows(view()))
    qtmodeltester.check(model)
    strict = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for values in ({}, mount("/", 5), mount("/", 6), {**mount("/", 6), **mount("/b", 7)}):
        model.show_rows(mount_rows(view(values)))
    assert strict.model() is model


def test_other_values_are_told_and_equal_ones_are_not(qtbot: QtBot) -> None:
    model = MountModel()
    model.show_rows(mount_rows(view()))
    told: list[str] = []
    model.dataChanged.connect(lambda *_: told.append("changed"))
    model.modelReset.connect(lambda: told.append("reset"))
    model.show_rows(mount_rows(view()))
    model.show_rows(mount_rows(view({**mount("/", 49), **mount("/var/log", 71)})))
    model.show_rows(mount_rows(view(mount("/", 49))))
    assert told == ["changed", "reset"]


def test_words_of_a_host_stand_for_themselves_in_the_tool_tip() -> None:
    model = MountModel()
    model.show_rows(mount_rows(view(mount("/<b>x</b>", 5))))
    index = model.index(0)
    assert "&lt;b&gt;" in str(model.data(index, Qt.ItemDataRole.ToolTipRole))
    assert str(model.data(index)).startswith("/<b>x</b>")
    assert model.data(index, ROW) is not None
    assert model.data(index, Qt.ItemDataRole.DecorationRole) is None
    assert model.data(model.index(7)) is None
