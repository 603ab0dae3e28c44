"""The cards of a host's page."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fleet.host_curves import CurveSpan, HostCurves
from fleet.host_history import HostHistory
from fleet.points import Points
from monitor_gui.charts.chart_menu import ChartMenu
from monitor_gui.host.host_body import HostBody, age_text
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK
from storage.rollup import Interval
from tests.monitor_gui.host.made_views import GIB, NOW_MS, VALUES, key, stale, view
from tests.monitor_gui.host.painted import has_colour

HOUR_MS = 3_600_000
TS = np.arange(NOW_MS - HOUR_MS, NOW_MS + 1, 5_000, dtype=np.int64)


def level(value: float) -> Points:
    return Points(TS, value + np.sin(TS / 50_000))


def history(**curves: Points) -> HostHistory:
    span = CurveSpan(host_id=1, start=NOW_MS - HOUR_MS, end=NOW_MS + 1, interval_s=5.0)
    return HostHistory(span=span, interval=Interval.RAW, interval_s=5.0, curves=HostCurves(**curves), whole_at=NOW_MS)


FULL = history(
    cpu=level(84),
    user=level(59),
    system=level(15),
    iowait=level(7),
    memory_used=level(51.8 * GIB),
    memory_total=level(64 * GIB),
    swap_used=level(0.4 * GIB),
    received=level(545e6 / 8),
    sent=level(177e6 / 8),
)


@pytest.fixture
def body(appearance: Appearance, qtbot: QtBot) -> HostBody:
    made = HostBody(appearance)
    qtbot.addWidget(made)
    made.resize(1180, 760)
    made.show()
    return made


def words(body: HostBody) -> list[str]:
    return [card.chart.content.words for card in body.charts]


def test_the_newest_values_stand_in_the_cards(body: HostBody) -> None:
    body.show_view(view())
    assert (body.cpu.figure.number, body.cpu.figure.unit) == ("74", "%")
    assert (body.memory.figure.number, body.memory.figure.unit) == ("51.8", "/ 64 GiB")
    assert body.cpu.legend.values == ("74%", "59%", "15%", "7%")
    assert body.memory.legend.values == ("81%", "410 MiB")
    assert body.network.legend.values == ("545 Mb/s", "177 Mb/s")
    assert body.disks.model.rowCount() == 2
    assert body.processes.model.rowCount() == 3
    assert len(body.cores.grid.usages) == 4


def test_what_is_absent_is_a_dash_and_never_a_zero(body: HostBody) -> None:
    body.show_view(view({}))
    dash = "\N{EN DASH}"
    assert body.cpu.figure.number == dash
    assert set(body.cpu.legend.values + body.memory.legend.values + body.network.legend.values) == {dash}
    assert body.memory.figure.number == dash


def test_curves_are_drawn(body: HostBody) -> None:
    body.show_curves(view(), None, HOUR_MS)
    empty = [card.chart.grab().toImage() for card in body.charts]
    body.show_curves(view(), FULL, HOUR_MS)
    assert all(card.chart.grab().toImage() != before for card, before in zip(body.charts, empty, strict=True))
    assert words(body) == ["", "", ""]


def limits(body: HostBody) -> list[str]:
    return [limit.text for card in body.charts if (limit := card.chart.content.limit) is not None]


def test_a_limit_is_drawn_where_it_matters(body: HostBody) -> None:
    body.show_curves(view(), FULL, HOUR_MS)
    assert limits(body) == ["critical 90%", "warning 85%"]
    body.show_curves(view(), history(cpu=level(20), memory_used=level(GIB)), HOUR_MS)
    assert limits(body) == []


def test_the_memory_goes_up_to_its_size(body: HostBody) -> None:
    body.show_curves(view(), FULL, HOUR_MS)
    assert body.memory.chart.content.scale.top == 64 * GIB
    body.show_curves(view({}), replace(FULL), HOUR_MS)
    assert body.memory.chart.content.scale.top == pytest.approx(64 * GIB)
    body.show_curves(view({}), history(), HOUR_MS)
    assert body.memory.chart.content.scale.top == 1024


def test_without_readings_it_says_so_once_it_knows(body: HostBody) -> None:
    body.show_curves(view(), None, HOUR_MS)
    assert words(body) == ["", "", ""]
    body.show_curves(view(), history(), HOUR_MS)
    assert words(body) == ["No readings in this range"] * 3
    long_ago = Points(TS - 10 * HOUR_MS, np.ones(len(TS)))
    body.show_curves(view(), history(cpu=long_ago), HOUR_MS)
    assert words(body)[0] == "No readings in this range"


def test_charts_move_on_only_when_that_can_be_seen(body: HostBody) -> None:
    contents = []
    for later in (0, 1_000, 4_000, 6_000):
        moment = replace(view().moment, now_ms=NOW_MS + later)
        body.show_curves(replace(view(), moment=moment), FULL, HOUR_MS)
        contents.append(body.cpu.chart.content.end - NOW_MS)
    assert contents == [0, 0, 0, 6_000]


@pytest.mark.parametrize("change", ["history", "length", "zone"])
def test_and_when_something_else_is_shown(body: HostBody, change: str) -> None:
    body.show_curves(view(), FULL, HOUR_MS)
    before = body.cpu.chart.content
    seen = replace(view(), time_zone=ZoneInfo("Asia/Seoul")) if change == "zone" else view()
    length = 6 * HOUR_MS if change == "length" else HOUR_MS
    body.show_curves(seen, replace(FULL) if change == "history" else FULL, length)
    assert body.cpu.chart.content is not before


def test_the_crosshair_puts_its_values_into_every_legend(body: HostBody) -> None:
    body.show_view(view())
    body.show_curves(view(), FULL, HOUR_MS)
    at = int(TS[300])
    body.crosshair.move_to(at)
    assert body.cpu.legend.values[0] == f"{84 + np.sin(at / 50_000):.0f}%"
    assert body.memory.legend.values == ("51.8 GiB", "410 MiB")
    assert body.network.legend.values == ("545 Mb/s", "177 Mb/s")
    body.show_view(view({**VALUES, key("cpu_usage_percent"): 11.0}))
    assert body.cpu.legend.values[0] != "11%"
    body.crosshair.move_to(None)
    assert body.cpu.legend.values[0] == "11%"


def test_values_from_before_are_muted_and_dated(body: HostBody) -> None:
    seen = replace(stale(), time_zone=ZoneInfo("UTC"))
    body.show_view(seen)
    heads = (*(card.head for card in body.charts), body.disks.head, body.processes.head, body.cores.head)
    assert {head.age for head in heads} == {"as of 14:09"}
    assert has_colour(body.disks.grab().toImage(), DARK.off)
    body.show_view(view())
    assert {head.age for head in heads} == {""}


def test_how_old_values_are() -> None:
    utc = ZoneInfo("UTC")
    assert age_text(view()) == ""
    assert age_text(replace(stale(), time_zone=utc)) == "as of 14:09"
    days_old = stale()
    days_old = replace(days_old, time_zone=utc, reading=replace(days_old.reading, ts=NOW_MS - 90_000_000))
    assert age_text(days_old) == "as of 20 Sep 13:13"
    assert age_text(replace(days_old, reading=replace(days_old.reading, ts=None))) == ""


def test_a_narrow_page_gives_the_network_legend_its_own_line(body: HostBody) -> None:
    body.show_view(view())
    body.grab()
    assert body.network.column.indexOf(body.network.legend) < 0
    body.resize(840, 560)
    body.grab()
    assert body.network.column.indexOf(body.network.legend) == 1
    body.resize(1180, 760)
    body.grab()
    assert body.network.column.indexOf(body.network.legend) < 0


def test_where_there_is_too_little_room_it_scrolls(body: HostBody) -> None:
    body.resize(600, 300)
    body.grab()
    assert body.verticalScrollBar().maximum() > 0
    assert body.cpu.chart.height() > 100


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_of_a_chart_saves_and_copies(body: HostBody, qtbot: QtBot) -> None:
    pictures: list[tuple[object, bool]] = []
    values: list[Sequence[str]] = []
    body.picture_wanted.connect(lambda widget, copy: pictures.append((widget, copy)))
    body.values_wanted.connect(values.append)
    body.network.chart.menu_wanted.emit(QPoint(10, 10))
    menu = body.findChild(ChartMenu)
    assert menu is not None
    for action in menu.actions():
        action.trigger()
    menu.close()
    QApplication.processEvents()
    assert pictures == [(body.network, False), (body.network, True)]
    assert values == [["network_receive_bytes_per_second", "network_transmit_bytes_per_second"]]


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 1e300, -1.0])
def test_no_value_breaks_a_card(body: HostBody, odd: float) -> None:
    values = dict.fromkeys(VALUES, odd)
    curves = {name: Points(TS, np.full(len(TS), odd)) for name, _ in HostCurves().each()}
    body.show_view(view(values))
    body.show_curves(view(values), history(**curves), HOUR_MS)
    body.crosshair.move_to(int(TS[100]))
    assert not body.grab().isNull()


def test_another_theme_changes_all_of_it(body: HostBody, appearance: Appearance) -> None:
    body.show_view(view())
    body.show_curves(view(), FULL, HOUR_MS)
    appearance.choose("light")
    picture = body.grab().toImage()
    assert not has_colour(picture, DARK.surface)
    assert not has_colour(picture, DARK.charts[5])
