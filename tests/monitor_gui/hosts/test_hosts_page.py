"""The page on which hosts are managed, and its table."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.modeltest import ModelTester

from alerts.thresholds import DEFAULTS
from fleet.reading import Health, HostReading, Moment
from monitor_gui.credentials.credentials_dialog import CredentialsDialog
from monitor_gui.hosts.host_actions import HostActions
from monitor_gui.hosts.host_lines import Column, arranged, cell, columns_in_use, state_words, tip, title
from monitor_gui.hosts.hosts_model import HostsModel
from monitor_gui.hosts.hosts_page import HostsPage
from monitor_gui.hosts.key_look import KeyLook
from monitor_gui.reading.look import FleetLook
from monitor_gui.theme.appearance import Appearance
from storage.host import Host, NewHost, Transport
from tests.monitor_gui.hosts.bench import Bench, focused

MOMENT = Moment(now_ms=1_790_000_000_000, thresholds=DEFAULTS, interval_s=5.0, is_polled=True)


def host(name: str, host_id: int, **more: object) -> Host:
    return Host(id=host_id, revision=1, name=name, **{"address": f"{name}.example", **more})  # type: ignore[arg-type]


def reading(of: Host, health: Health = Health.OK, note: str = "") -> HostReading:
    return HostReading(host=of, host_id=of.id, health=health, note=note, current=not note)


WEB10 = reading(host("web-10", 1, username="deploy", credential="ops", group="Web", tags=("Seoul", "blue")))
WEB2 = reading(host("web-2", 2, port=2222, identity_file="~/.ssh/deploy_key", interval_s=2.5), Health.WARNING)
DB = reading(host("db", 3, enabled=False), Health.UNKNOWN, "switched off")
NAS = reading(host("nas", 4), Health.UNREACHABLE, "connection refused")
HERE = reading(host("here", 5, address="", transport=Transport.LOCAL), Health.CRITICAL)
ALL = [WEB10, WEB2, DB, NAS, HERE]


def look(readings: list[HostReading]) -> FleetLook:
    return FleetLook(moment=MOMENT, readings=readings, loaded=True)


def names(readings: list[HostReading]) -> list[str]:
    return [each.name for each in readings]


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (Column.NAME, ["web-10", "web-2", "db", "nas", "here"]),
        (Column.ADDRESS, ["web-10.example", "web-2.example:2222", "db.example", "nas.example", "this machine"]),
        (Column.USER, ["deploy", "", "", "", ""]),
        (Column.CREDENTIAL, ["ops", "deploy_key", "", "", ""]),
        (Column.WAY, ["SSH", "SSH", "SSH", "SSH", "directly"]),
        (Column.INTERVAL, ["as set for all", "2.5 s", "as set for all", "as set for all", "as set for all"]),
        (Column.STATE, ["Healthy", "Warning", "Not watched", "Offline: connection refused", "Critical"]),
        (Column.GROUP, ["Web", "", "", "", ""]),
        (Column.TAGS, ["Seoul, blue", "", "", "", ""]),
    ],
)
def test_each_cell_says_one_thing(column: Column, texts: list[str]) -> None:
    assert [cell(each, column) for each in ALL] == texts
    assert title(column)


def test_what_is_not_known_yet_is_told_by_its_reason() -> None:
    assert state_words(reading(host("x", 9), Health.UNKNOWN, "waiting for the first reading")).startswith("Waiting")


def test_columns_that_no_host_fills_are_left_out() -> None:
    assert columns_in_use(ALL) == list(Column)
    assert columns_in_use(ALL[1:]) == [column for column in Column if column not in {Column.GROUP, Column.TAGS}]


@pytest.mark.parametrize(
    ("column", "descending", "expected"),
    [
        (Column.NAME, False, ["db", "here", "nas", "web-2", "web-10"]),
        (Column.NAME, True, ["web-10", "web-2", "nas", "here", "db"]),
        (Column.STATE, False, ["here", "nas", "web-2", "db", "web-10"]),
        (Column.INTERVAL, True, ["web-2", "db", "here", "nas", "web-10"]),
    ],
)
def test_hosts_are_in_the_order_of_a_column(column: Column, expected: list[str], *, descending: bool) -> None:
    assert names(arranged(ALL, "", column, descending=descending)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("web 2222", []),
        ("WEB", ["web-2", "web-10"]),
        ("ops", ["web-10"]),
        ("refused", ["nas"]),
        ("not watched", ["db"]),
    ],
)
def test_hosts_are_found_by_any_of_their_words(words: str, expected: list[str]) -> None:
    assert names(arranged(ALL, words, Column.NAME, descending=False)) == expected


def test_a_hostile_name_is_harmless_in_cell_and_tip() -> None:
    hostile = reading(host("<b>x</b>\x1b[2J" + "w" * 300, 1))
    assert "\x1b" not in cell(hostile, Column.NAME)
    assert len(cell(hostile, Column.NAME)) <= 80
    assert "<b>" not in tip(hostile)
    assert "&lt;b&gt;" in tip(hostile)


def test_the_model_keeps_its_word_whatever_comes_and_goes(appearance: Appearance, qtmodeltester: ModelTester) -> None:
    model = HostsModel(appearance)
    qtmodeltester.check(model)
    model.show_readings(ALL)
    model.sort(Column.STATE, Qt.SortOrder.DescendingOrder)
    model.show_readings([WEB2, replace(NAS, health=Health.OK, note="", current=True), reading(host("new", 6))])
    model.filter("new")
    model.filter("")
    model.show_readings([])
    model.show_readings(ALL)
    appearance.toggle()
    assert model.rowCount() == model.total == 5
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.data(QModelIndex()) is None
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert "web-10" in model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "web-10.example"
    assert model.host(99) is None


def test_what_is_selected_stays_selected_when_the_order_changes(appearance: Appearance) -> None:
    model = HostsModel(appearance)
    model.show_readings(ALL)
    selection = QItemSelectionModel(model)
    row = model.row_of(4)
    assert row is not None
    selection.select(model.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    model.show_readings([reading(host("aaa", 7)), *ALL])
    model.sort(Column.STATE)
    assert [model.host(index.row()) for index in selection.selectedIndexes()] == [NAS.host]


@pytest.fixture
def page(bench: Bench, actions: HostActions) -> Iterator[HostsPage]:
    made = bench.keep(HostsPage(bench.workspace, actions))
    made.resize(1068, 800)
    made.show_look(look(ALL))
    yield made
    bench.settle()


def test_the_header_counts_the_hosts(page: HostsPage) -> None:
    texts = [label.text() for label in page.header.findChildren(QLabel)]
    assert "5 hosts, 1 of them not watched" in texts


def test_only_what_can_be_done_with_the_selection_is_offered(page: HostsPage) -> None:
    def offered() -> set[str]:
        every = ("edit", "test", "trust", "enable", "disable", "remove")
        return {name for name in every if page.button(name).isEnabled()}

    page.table.choose([])
    assert offered() == set()
    page.table.choose([1])
    assert offered() == {"edit", "test", "trust", "disable", "remove"}
    page.table.choose([3])
    assert offered() == {"edit", "test", "trust", "enable", "remove"}
    page.table.choose([1, 3])
    assert offered() == {"enable", "disable", "remove"}
    assert [action.text() for action in page.menu().actions()] == ["&Watch", "&Pause", "&Remove"]


def test_keys_edit_and_remove(page: HostsPage, bench: Bench) -> None:
    wanted: list[int] = []
    page.wants_edit_host.connect(wanted.append)
    page.table.choose([2])
    for key in (Qt.Key.Key_Return, Qt.Key.Key_F2):
        bench.press(page.table, key)
    assert wanted == [2, 2]
    page.table.choose([1, 2])
    bench.press(page.table, Qt.Key.Key_Return)
    assert wanted == [2, 2]
    bench.press(page.table, Qt.Key.Key_Down)


def test_several_are_removed_with_delete(page: HostsPage, bench: Bench) -> None:
    hosts = [bench.add(NewHost(name=name, address=name)) for name in ("a", "b", "c")]
    page.show_look(look([reading(each) for each in hosts]))
    page.table.choose([hosts[0].id, hosts[2].id])
    bench.press(page.table, Qt.Key.Key_Delete)
    bench.wait(lambda: [each.name for each in bench.hosts()] == ["b"])


def test_several_are_switched_off_and_on(page: HostsPage, bench: Bench) -> None:
    hosts = [bench.add(NewHost(name=name, address=name)) for name in ("a", "b")]
    page.show_look(look([reading(each) for each in hosts]))
    page.table.selectAll()
    page.button("disable").click()
    bench.wait(lambda: not any(each.enabled for each in bench.hosts()))
    page.show_look(look([reading(each) for each in bench.hosts()]))
    page.table.selectAll()
    page.button("enable").click()
    bench.wait(lambda: all(each.enabled for each in bench.hosts()))


def test_buttons_and_menu_say_what_is_wanted(page: HostsPage, bench: Bench) -> None:
    host_row = bench.add(NewHost(name="a", address="a"))
    page.show_look(look([reading(host_row)]))
    page.table.choose([host_row.id])
    told: list[tuple[str, object]] = []
    page.wants_test_host.connect(lambda host_id: told.append(("test", host_id)))
    page.wants_edit_host.connect(lambda host_id: told.append(("edit", host_id)))
    page.opened_host.connect(lambda host_id: told.append(("open", host_id)))
    page.wants_add_host.connect(lambda: told.append(("add", None)))
    page.button("test").click()
    page.add_button.click()
    page.menu().actions()[0].trigger()
    page.table.doubleClicked.emit(page.model.index(0, 0))
    assert told == [("test", host_row.id), ("add", None), ("open", host_row.id), ("edit", host_row.id)]
    page.button("trust").click()
    assert bench.child(KeyLook).parentWidget() is bench.window


def test_the_credentials_are_a_button_away(page: HostsPage, bench: Bench) -> None:
    page.credentials_button.click()
    assert bench.child(CredentialsDialog).isVisible()


def test_words_leave_only_what_fits_and_say_when_nothing_does(page: HostsPage, bench: Bench) -> None:
    bench.type(page.search, "web")
    assert page.model.rowCount() == 2
    bench.press(page.search, Qt.Key.Key_Down)
    assert focused() is page.table
    assert [each.name for each in page.table.chosen] == ["web-2"]
    bench.type(page.search, "zzz")
    assert page.model.rowCount() == 0
    bench.press(page.search, Qt.Key.Key_Escape)
    assert page.model.rowCount() == 5


def test_a_click_on_a_header_sorts(page: HostsPage) -> None:
    page.table.sortByColumn(Column.STATE, Qt.SortOrder.AscendingOrder)
    assert page.model.index(0, 0).data() == "here"


def test_without_hosts_the_page_offers_some(page: HostsPage) -> None:
    page.show_look(look([]))
    assert page.is_empty()
    page.show_look(look(ALL))
    assert not page.is_empty()
    page.show_look(FleetLook(moment=MOMENT))
    assert not page.is_empty()
