"""The page of one host."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fleet.reading import Health
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.host.host_body import HostBody
from monitor_gui.host.host_page import HostPage
from monitor_gui.reading.fleet_feed import FleetFeed
from monitor_gui.reading.look import FleetLook
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.host import Host
from storage.hosts import remove_host
from storage.reason import HostState, Reason
from tests.fleet.sample_fleet import Machine, record, register
from tests.monitor_gui.host.made_views import NOW_MS, PROCESSES, look, stale, status, view
from tests.monitor_gui.surroundings import TestSurroundings

HOUR_MS = 3_600_000


@pytest.fixture
def page(workspace: Workspace, qtbot: QtBot) -> HostPage:
    made = HostPage(workspace)
    qtbot.addWidget(made)
    made.resize(1200, 860)
    return made


@pytest.fixture
def hosts(database: Database) -> dict[str, Host]:
    made = register(database, ["db-1", "web-1"], now_ms=NOW_MS)
    for name, machine in (
        ("db-1", Machine(name="db-1", cpu=96, processes=PROCESSES)),
        ("web-1", Machine(name="web-1", cpu=10)),
    ):
        record(database, machine, made[name], start=NOW_MS - 600_000, end=NOW_MS)
    return made


@pytest.fixture
def seen(database: Database, surroundings: TestSurroundings) -> Callable[..., FleetLook]:
    """Looks at the real database."""
    feed = FleetFeed(thresholds=surroundings.thresholds(), time_zone=surroundings.time_zone())

    def take(focus: int | None = None, now_ms: int = NOW_MS) -> FleetLook:
        return feed.look(database, now_ms, focus)

    return take


def built(page: HostPage) -> HostBody:
    page.build()
    assert page.body is not None
    return page.body


def title(page: HostPage) -> str:
    return next(label.text() for label in page.header.findChildren(TextLabel) if label.property("role") == "title")


def test_the_frame_is_there_first_and_the_cards_after_the_first_paint(page: HostPage, qtbot: QtBot) -> None:
    page.show()
    assert page.body is None
    qtbot.waitUntil(lambda: page.body is not None)
    body = page.body
    page.build()
    assert page.body is body


def test_a_host_is_shown_with_all_that_is_known(
    page: HostPage, hosts: dict[str, Host], seen: Callable[..., FleetLook], qtbot: QtBot
) -> None:
    body = built(page)
    page.show_host(hosts["db-1"].id)
    assert page.focus_host_id == hosts["db-1"].id
    page.show_look(seen(page.focus_host_id))
    assert title(page) == "db-1"
    assert page.header.pill.health is Health.CRITICAL
    assert page.banner.said[0] == "CPU 96%, over 90%"
    assert body.cpu.figure.number == "96"
    assert body.processes.model.rowCount() == 3
    qtbot.waitUntil(lambda: page.asker.history is not None)
    content = body.cpu.chart.content
    assert len(content.curves[0].ts) == 120
    assert (content.end, content.end - content.start) == (NOW_MS, HOUR_MS)


def test_the_first_minutes_of_a_host_are_shown_closer_until_a_person_chooses(
    page: HostPage, database: Database, seen: Callable[..., FleetLook], qtbot: QtBot
) -> None:
    new = register(database, ["new-1"], now_ms=NOW_MS)["new-1"]
    record(database, Machine(name="new-1"), new, start=NOW_MS - 120_000, end=NOW_MS)
    body = built(page)
    page.show_host(new.id)
    page.show_look(seen(page.focus_host_id))
    assert page.header.segments.key == "1h"
    qtbot.waitUntil(lambda: page.header.segments.key == "10m")
    content = body.cpu.chart.content
    assert content.end - content.start == 600_000
    button = next(each for each in page.header.segments.findChildren(QPushButton) if each.text() == "1h")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.asker.history is not None)
    assert page.header.segments.key == "1h"


def test_it_goes_on_with_every_look(
    page: HostPage, hosts: dict[str, Host], seen: Callable[..., FleetLook], database: Database, qtbot: QtBot
) -> None:
    body = built(page)
    page.show_host(hosts["db-1"].id)
    page.show_look(seen(page.focus_host_id))
    qtbot.waitUntil(lambda: page.asker.history is not None)
    later = NOW_MS + 10_000
    record(database, Machine(name="db-1", cpu=30), hosts["db-1"], start=later - 5_000, end=later)
    page.show_look(seen(page.focus_host_id, later))
    assert body.cpu.figure.number == "30"
    qtbot.waitUntil(lambda: bool(body.cpu.chart.content.curves[0].ts[-1] == later))
    assert body.cpu.chart.content.end == later


def test_another_host_takes_its_place_at_once(
    page: HostPage, hosts: dict[str, Host], seen: Callable[..., FleetLook], qtbot: QtBot
) -> None:
    body = built(page)
    page.show_host(hosts["db-1"].id)
    page.show_look(seen(page.focus_host_id))
    qtbot.waitUntil(lambda: page.asker.history is not None)
    body.crosshair.move_to(NOW_MS - 60_000)
    page.show_host(hosts["web-1"].id)
    assert title(page) == "web-1"
    assert body.crosshair.at is None
    assert body.cpu.figure.number == "10"
    assert len(body.cpu.chart.content.curves[0].ts) == 0
    qtbot.waitUntil(lambda: page.asker.history is not None)
    assert body.cpu.chart.content.curves[0].values == pytest.approx(10, abs=0.1)


def test_another_span_is_read_and_shown(
    page: HostPage, hosts: dict[str, Host], seen: Callable[..., FleetLook], qtbot: QtBot
) -> None:
    body = built(page)
    page.show_host(hosts["db-1"].id)
    page.show_look(seen(page.focus_host_id))
    qtbot.waitUntil(lambda: page.asker.history is not None)
    button = next(each for each in page.header.segments.findChildren(QPushButton) if each.text() == "24h")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    content = body.cpu.chart.content
    assert content.end - content.start == 24 * HOUR_MS
    qtbot.waitUntil(lambda: page.asker.history is not None)
    assert 10 <= len(body.cpu.chart.content.curves[0].ts) <= 12
    assert body.cpu.chart.content.gap_ms == 180_000


def test_a_host_without_readings_has_a_quiet_page(
    page: HostPage, database: Database, seen: Callable[..., FleetLook], qtbot: QtBot
) -> None:
    body = built(page)
    host = register(database, ["new-1"], now_ms=NOW_MS)["new-1"]
    page.show_host(host.id)
    page.show_look(seen(host.id))
    qtbot.waitUntil(lambda: page.asker.history is not None)
    assert page.banner.said[0] == "Waiting for the first reading."
    assert body.cpu.chart.content.words == "No readings in this range"
    assert body.cpu.figure.number == "\N{EN DASH}"
    assert body.cpu.head.age == ""


def test_a_host_that_is_removed_while_it_is_looked_at(
    page: HostPage, hosts: dict[str, Host], seen: Callable[..., FleetLook], database: Database, qtbot: QtBot
) -> None:
    body = built(page)
    page.show_host(hosts["db-1"].id)
    page.show_look(seen(page.focus_host_id))
    with database.writing() as connection:
        remove_host(connection, "db-1", NOW_MS)
    page.show_look(seen(page.focus_host_id))
    assert title(page) == "db-1"
    assert page.banner.said[0] == "This host is no longer registered."
    assert body.isHidden()
    assert not page.header.more.isEnabled()
    with qtbot.waitSignal(page.wants_fleet):
        page.banner.helped.emit()
    page.show_host(hosts["web-1"].id)
    assert not body.isHidden()
    assert page.header.more.isEnabled()


def test_a_host_that_never_was(page: HostPage) -> None:
    page.show_host(77)
    page.show_look(look(None))
    assert page.banner.said[0] == "This host is no longer registered."
    page.show_look(look(None))


def test_before_the_database_was_read_nothing_is_said(page: HostPage) -> None:
    page.show_look("no look at all")
    page.show_look(FleetLook(moment=view().moment))
    page.show_host(1)
    page.show_look(FleetLook(moment=view().moment))
    assert page.banner.said == ("", "", "")


@pytest.mark.parametrize(
    ("health", "reason", "wanted"),
    [
        (Health.BLOCKED, Reason.HOST_KEY_CHANGED, "wants_trust_host"),
        (Health.BLOCKED, Reason.AUTH, "wants_edit_host"),
        (Health.UNREACHABLE, Reason.TIMEOUT, "wants_test_host"),
        (Health.UNREACHABLE, Reason.DIRECTORY_DOWN, "wants_retry_host"),
    ],
)
def test_the_banner_helps(page: HostPage, health: Health, reason: Reason, wanted: str, qtbot: QtBot) -> None:
    page.show_host(1)
    page.show_look(look(stale(health, "x", reason=reason), state=status(HostState.BLOCKED, reason)))
    signal: SignalInstance = getattr(page, wanted)
    with qtbot.waitSignal(signal) as heard:
        page.banner.helped.emit()
    assert heard.args == [1]


def test_menus_ask_for_what_they_say(page: HostPage, qtbot: QtBot) -> None:
    page.header.chosen.emit("edit")
    page.show_host(1)
    page.show_look(look(view()))
    for key, signal in (
        ("edit", page.wants_edit_host),
        ("test", page.wants_test_host),
        ("retry", page.wants_retry_host),
        ("remove", page.wants_remove_host),
    ):
        with qtbot.waitSignal(signal) as heard:
            page.header.chosen.emit(key)
        assert heard.args == [1]


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier),
    ],
)
def test_the_keyboard_leads_back(page: HostPage, key: Qt.Key, modifier: Qt.KeyboardModifier, qtbot: QtBot) -> None:
    built(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    for focus in (page.header.crumb, built(page).cpu.chart, built(page).processes.table):
        focus.setFocus()
        with qtbot.waitSignal(page.wants_fleet):
            QTest.keyClick(focus, key, modifier)


def test_escape_takes_the_crosshair_away_first(page: HostPage, qtbot: QtBot) -> None:
    body = built(page)
    page.show_host(1)
    page.show_look(look(view()))
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    body.cpu.chart.setFocus()
    body.crosshair.move_to(NOW_MS - 60_000)
    with qtbot.assertNotEmitted(page.wants_fleet):
        QTest.keyClick(body.cpu.chart, Qt.Key.Key_Escape)
    assert body.crosshair.at is None
    with qtbot.waitSignal(page.wants_fleet):
        QTest.keyClick(body.cpu.chart, Qt.Key.Key_Escape)


def test_the_crumb_leads_back(page: HostPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.wants_fleet):
        page.header.crumb.click()


def choose(page: HostPage, path: Path) -> None:
    dialog = page.exporting.dialog
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.close()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_picture_and_values_are_saved(
    page: HostPage, hosts: dict[str, Host], seen: Callable[..., FleetLook], tmp_path: Path, qtbot: QtBot
) -> None:
    body = built(page)
    page.show()
    page.show_host(hosts["db-1"].id)
    page.header.chosen.emit("values")
    assert page.exporting.dialog is None
    page.show_look(seen(page.focus_host_id))
    page.header.chosen.emit("values")
    assert page.exporting.dialog is None
    qtbot.waitUntil(lambda: page.asker.history is not None)
    page.header.chosen.emit("picture")
    choose(page, tmp_path / "page.png")
    body.picture_wanted.emit(body.cpu, False)
    choose(page, tmp_path / "cpu.png")
    page.header.chosen.emit("values")
    choose(page, tmp_path / "values.csv")
    files = [tmp_path / name for name in ("page.png", "cpu.png", "values.csv")]
    qtbot.waitUntil(lambda: all(file.exists() for file in files))
    assert QImage(str(files[0])).width() == page.width()
    assert QImage(str(files[1])).width() == body.cpu.width()
    with files[2].open(newline="", encoding="utf-8") as file:
        metrics = {row["metric"] for row in csv.DictReader(file)}
    assert {"cpu_usage_percent", "memory_used_bytes", "network_receive_bytes_per_second"} <= metrics


def test_a_picture_is_copied(page: HostPage, qtbot: QtBot) -> None:
    body = built(page)
    page.show_host(1)
    page.show_look(look(view()))
    with qtbot.waitSignal(page.exporting.said):
        body.picture_wanted.emit(body.cpu, True)
    assert page.banner.isVisibleTo(page)


def test_a_history_that_cannot_be_read_is_told_once(
    page: HostPage, surroundings: TestSurroundings, database: Database, qtbot: QtBot
) -> None:
    file = surroundings.folder / "watchpost.db"
    database.close()
    file.rename(surroundings.folder / "away.db")
    said: list[str] = []
    page.show_host(1)
    page.asker.failed.connect(lambda error: said.append(error.message))
    for later in (0, 5_000):
        with qtbot.waitSignal(page.asker.failed):
            page.show_look(look(view(), now_ms=NOW_MS + later))
    assert len(said) == 2
    assert page.banner.isVisibleTo(page)


@pytest.mark.parametrize("later", [-HOUR_MS, 40 * HOUR_MS, -(10**12), 10**13])
def test_a_clock_that_jumps_is_survived(
    page: HostPage, hosts: dict[str, Host], seen: Callable[..., FleetLook], later: int, qtbot: QtBot
) -> None:
    body = built(page)
    page.show_host(hosts["db-1"].id)
    for now in (NOW_MS, NOW_MS + later):
        page.show_look(seen(page.focus_host_id, now))
        qtbot.waitUntil(lambda: page.asker.history is not None and not page.asker.is_waiting)
    assert body.cpu.chart.content.end == NOW_MS + later
    assert not page.grab().isNull()


def test_another_theme_changes_the_page(page: HostPage, workspace: Workspace) -> None:
    built(page)
    page.show_host(1)
    page.show_look(look(replace(view())))
    before = page.grab().toImage()
    workspace.appearance.toggle()
    assert page.grab().toImage() != before
