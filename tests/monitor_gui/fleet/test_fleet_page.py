"""The fleet page as a person uses it."""

import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from fleet.fleet_totals import Standing
from fleet.reading import Health
from monitor_gui.fleet.arrangement import Column
from monitor_gui.fleet.fleet_page import FleetPage
from monitor_gui.fleet.placeholder import Message, Outlines
from monitor_gui.fleet.state_chips import StateChip
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.reading.look import FleetLook
from monitor_gui.workspace import Workspace
from tests.monitor_gui.fleet.made_looks import MOMENT, failing, host, look, lost, pictured, reading
from tests.monitor_gui.fleet.painted import grabbed, holds


def made(qtbot: QtBot, workspace: Workspace) -> FleetPage:
    page = FleetPage(workspace)
    qtbot.addWidget(page)
    page.resize(1228, 900)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace) -> FleetPage:
    """A page with the fleet of the design's pictures."""
    shown = made(qtbot, workspace)
    shown.show_look(pictured(40))
    return shown


def names(page: FleetPage) -> list[str]:
    return [row.reading.name for row in page.model.rows]


def message(page: FleetPage) -> Message | None:
    return next((each for each in page.findChildren(Message) if each.isVisible()), None)


def subtitle(page: FleetPage) -> str:
    return " ".join(label.text() for label in page.header.findChildren(TextLabel))


def chip(page: FleetPage, standing: Standing | None) -> StateChip:
    return next(each for each in page.findChildren(StateChip) if each.standing is standing)


def test_every_host_is_shown_with_the_worst_first(page: FleetPage) -> None:
    assert names(page)[:3] == ["cache-02", "db-primary-01", "iot-gw-11"]
    assert len(names(page)) == 40
    assert page.tiles.isVisible()
    assert "40 hosts in 13 groups · updated 2 s ago" in subtitle(page)


def test_while_nothing_is_loaded_there_are_quiet_outlines(qtbot: QtBot, workspace: Workspace) -> None:
    page = made(qtbot, workspace)
    assert page.findChildren(Outlines)[0].isVisible()
    page.show_look(FleetLook(moment=MOMENT))
    assert page.findChildren(Outlines)[0].isVisible()
    assert "Reading the database…" in subtitle(page)


def test_what_could_never_be_read_is_said_with_what_to_do(qtbot: QtBot, workspace: Workspace) -> None:
    page = made(qtbot, workspace)
    page.show_look(FleetLook(moment=MOMENT, failure=failing()))
    found = message(page)
    assert found is not None
    assert found.text == "The database is locked."


def test_without_hosts_it_leads_to_the_first_one(qtbot: QtBot, workspace: Workspace) -> None:
    page = made(qtbot, workspace)
    page.show_look(look([]))
    assert not page.cards.isVisible()
    assert not page.search.isVisible()
    found = message(page)
    assert found is not None
    with qtbot.waitSignal(page.wants_add_host):
        found.findChildren(QPushButton)[0].click()
    page.show_look(pictured(1))
    assert page.tiles.isVisible()
    assert page.cards.isVisible()


def test_another_part_may_say_what_an_empty_fleet_shows(qtbot: QtBot, workspace: Workspace) -> None:
    welcome = QLabel("Welcome")
    page = FleetPage(workspace, lambda: welcome)
    qtbot.addWidget(page)
    page.show()
    page.show_look(look([]))
    assert welcome.isVisible()


def test_a_chip_shows_only_hosts_that_are_like_it(page: FleetPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(chip(page, Standing.CRITICAL), Qt.MouseButton.LeftButton)
    assert names(page) == ["cache-02", "db-primary-01"]
    assert chip(page, Standing.CRITICAL).accessibleName() == "Critical: 2"
    assert chip(page, None).accessibleName() == "All: 40"


@pytest.mark.parametrize("keys", [("K", True), ("F", True), ("/", False)])
def test_a_key_leads_to_the_search_and_down_to_the_first_host_found(
    page: FleetPage, qtbot: QtBot, keys: tuple[str, bool]
) -> None:
    page.tiles.setFocus()
    control = Qt.KeyboardModifier.ControlModifier if keys[1] else Qt.KeyboardModifier.NoModifier
    key = {"K": Qt.Key.Key_K, "F": Qt.Key.Key_F, "/": Qt.Key.Key_Slash}[keys[0]]
    qtbot.keyClick(page.tiles, key, control)
    qtbot.waitUntil(page.search.hasFocus)
    qtbot.keyClicks(page.search, "postgres tokyo")
    assert names(page) == ["db-replica-02"]
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    qtbot.waitUntil(page.tiles.hasFocus)
    with qtbot.waitSignal(page.opened_host) as told:
        qtbot.keyClick(page.tiles, Qt.Key.Key_Return)
    assert told.args == [page.model.row_at(0).host_id]


def test_a_filter_that_matches_nothing_says_so_and_can_be_cleared(page: FleetPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(chip(page, Standing.WARNING), Qt.MouseButton.LeftButton)
    page.search.setText("<b>nothing like it</b>")
    found = message(page)
    assert found is not None
    assert found.text == "No host matches."
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    found.findChildren(QPushButton)[0].click()
    assert len(names(page)) == 40
    assert page.search.text() == ""
    assert chip(page, None).isChecked()
    assert message(page) is None


def test_groups_can_be_chosen(page: FleetPage) -> None:
    place = [text for _, text in page.bar.groups.entries].index("Postgres")
    page.bar.groups.menu().actions()[place].trigger()
    assert names(page) == ["db-primary-01", "db-replica-01", "db-replica-02"]
    assert page.bar.groups.text() == "Group: Postgres"
    page.bar.groups.menu().actions()[0].trigger()
    assert len(names(page)) == 40


def test_order_and_view_are_remembered(page: FleetPage, workspace: Workspace, qtbot: QtBot) -> None:
    page.bar.sort.menu().actions()[1].trigger()
    page.bar.chosen_view.emit("table")
    assert page.table.isVisible()
    assert page.view is page.table
    assert workspace.preferences.fleet_sort == "name"
    assert workspace.preferences.fleet_view == "table"
    page.model.toggle(Column.LOAD)
    assert page.bar.sort.text() == "Sort: Load"
    assert workspace.preferences.fleet_sort == "name"
    again = made(qtbot, workspace)
    again.show_look(pictured(20))
    assert names(again)[0] == "api-01"
    assert again.table.isVisible()
    assert again.bar.views.key == "table"


def test_tiles_and_table_share_what_is_chosen(page: FleetPage) -> None:
    page.tiles.setCurrentIndex(page.model.index_of(12))
    page.bar.chosen_view.emit("table")
    assert page.model.host_id(page.table.currentIndex()) == 12
    assert page.table.selectionModel().isRowSelected(page.table.currentIndex().row())


def test_a_refresh_leaves_selection_and_scroll_alone(page: FleetPage) -> None:
    page.tiles.setCurrentIndex(page.model.index_of(40))
    scrolled = page.tiles.verticalOffset()
    assert scrolled > 0
    page.show_look(pictured(40))
    assert page.tiles.verticalOffset() == scrolled
    assert page.model.host_id(page.tiles.currentIndex()) == 40


@pytest.mark.parametrize("view", ["tiles", "table"])
@pytest.mark.parametrize(
    ("key", "signal"),
    [(Qt.Key.Key_Return, "opened_host"), (Qt.Key.Key_F2, "wants_edit_host"), (Qt.Key.Key_Delete, "wants_remove_host")],
)
def test_hosts_are_opened_changed_and_removed_by_keyboard(
    page: FleetPage, qtbot: QtBot, view: str, key: Qt.Key, signal: str
) -> None:
    page.bar.chosen_view.emit(view)
    page.view.setFocus()
    page.view.setCurrentIndex(page.model.index_of(7))
    with qtbot.waitSignal(getattr(page, signal)) as told:
        qtbot.keyClick(page.view, key)
    assert told.args == [7]


def test_hosts_are_added_by_a_button(page: FleetPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.wants_add_host):
        page.add_button.click()


def test_when_the_database_goes_away_values_stay_with_their_time(page: FleetPage) -> None:
    page.show_look(replace(pictured(40), failure=failing()))
    assert "as of" in subtitle(page)
    assert page.tiles.isVisible()
    page.show_look(pictured(40))
    assert "updated" in subtitle(page)


def test_without_a_poller_values_are_shown_as_from_before(page: FleetPage) -> None:
    gone = [lost(host(f"h{n}", n), Health.UNKNOWN, "no poller is running", ago_s=20) for n in range(1, 6)]
    page.show_look(look(gone, moment=replace(MOMENT, is_polled=False)))
    assert all(row.is_from_before for row in page.model.rows)
    assert page.cards.cpu.face.value == "34.0"


def test_the_theme_can_be_changed_while_it_is_shown(page: FleetPage, workspace: Workspace) -> None:
    for _ in range(2):
        workspace.appearance.toggle()
        assert holds(grabbed(page), workspace.appearance.tokens.crit)


HOSTILE = [
    "x" * 300,
    "\u202ereversed",
    "<b>bold</b><img src=x>",
    "a\x00b\x1b[31m\n",
    "서버" * 100,
    "مرحبا" * 60,
    "a&b",
    " ",
]


@pytest.mark.parametrize("view", ["tiles", "table"])
def test_nothing_that_a_host_says_breaks_the_page(page: FleetPage, qtbot: QtBot, view: str) -> None:
    page.bar.chosen_view.emit(view)
    bad = (float("nan"), float("inf"), -1e300)
    fleet = [reading(host(name, n, name, name), *bad, rates=bad[:2]) for n, name in enumerate(HOSTILE, 1)]
    fleet += [lost(host(name, n, name), Health.BLOCKED, name) for n, name in enumerate(HOSTILE, 20)]
    fleet.append(reading(host("empty", 99), None, None, None, rates=(None, None)))
    page.show_look(look(fleet))
    width = page.width()
    assert not grabbed(page).isNull()
    QApplication.processEvents()
    assert page.width() == width
    assert page.minimumSizeHint().width() < 1000
    page.search.setText("\u202e{}%s<b>")
    assert message(page) is not None


@pytest.mark.parametrize("count", [1, 1000])
@pytest.mark.parametrize("view", ["tiles", "table"])
def test_any_number_of_hosts_is_shown(page: FleetPage, view: str, count: int) -> None:
    page.bar.chosen_view.emit(view)
    page.show_look(pictured(count))
    assert page.model.rowCount() == count
    assert holds(grabbed(page), page._workspace.appearance.tokens.crit)


def test_the_page_needs_none_of_the_chart_library() -> None:
    code = "import sys, monitor_gui.fleet.fleet_page; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
