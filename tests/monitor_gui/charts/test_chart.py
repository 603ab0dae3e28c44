"""A chart: curves, axes, crosshair."""

from collections.abc import Iterator, Sequence
from datetime import UTC

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fleet.points import Points
from monitor_gui.charts.chart import Chart
from monitor_gui.charts.chart_content import ChartContent, CurveStyle
from monitor_gui.charts.crosshair import Crosshair
from monitor_gui.charts.marks import Limit
from monitor_gui.charts.value_ticks import bytes_scale, rate_scale
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK, LIGHT

END = 1_790_000_400_000
START = END - 3_600_000
STYLES = (CurveStyle(name="total", colour=0, width=1.8, filled=True, dotted=True), CurveStyle(name="user", colour=1))


def curve(level: float, *, start: int = START, end: int = END, step: int = 5_000) -> Points:
    ts = np.arange(start, end + 1, step, dtype=np.int64)
    return Points(ts, level + 5 * np.sin(ts / 60_000))


@pytest.fixture
def crosshair(qapp: QApplication) -> Crosshair:
    return Crosshair()


@pytest.fixture
def chart(appearance: Appearance, crosshair: Crosshair, qtbot: QtBot) -> Iterator[Chart]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(700, 300)
    # Something else has the focus to begin with.
    QPushButton("first", window)
    made = Chart(appearance, crosshair, STYLES, window)
    made.setGeometry(0, 40, 600, 240)
    made.show_content(content(curve(60), curve(30)))
    window.show()
    yield made
    window.hide()


def content(*curves: Points, limit: Limit | None = None, words: str = "") -> ChartContent:
    return ChartContent(curves=curves, start=START, end=END, zone=UTC, limit=limit, words=words)


def picture(chart: Chart) -> QImage:
    image: QImage = chart.grab().toImage()
    return image.convertToFormat(QImage.Format.Format_RGB32)


def columns_with(image: QImage, colour: str, tolerance: int = 110) -> set[int]:
    """In which columns a colour is, or one that is much like it."""
    wanted = QColor(colour)
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4).astype(int)
    away = np.abs(pixels[:, :, :3] - [wanted.blue(), wanted.green(), wanted.red()]).sum(axis=2)
    return set(np.flatnonzero((away < tolerance).any(axis=0)).tolist())


def heard(chart: Chart) -> list[Sequence[float | None] | None]:
    said: list[Sequence[float | None] | None] = []
    chart.pointed.connect(said.append)
    return said


def test_the_curves_are_painted_in_their_colours_over_the_whole_field(chart: Chart) -> None:
    image = picture(chart)
    for colour in DARK.charts[:2]:
        assert len(columns_with(image, colour)) > 500


def test_another_theme_paints_other_colours(chart: Chart, appearance: Appearance) -> None:
    appearance.choose("light")
    image = picture(chart)
    assert image.pixelColor(2, 2) == QColor(LIGHT.surface)
    assert len(columns_with(image, LIGHT.charts[1])) > 300


def test_a_gap_is_left_open(chart: Chart) -> None:
    whole = columns_with(picture(chart), DARK.charts[0])
    middle = START + 1_800_000
    both = (curve(60, end=middle - 300_000), curve(60, start=middle + 300_000))
    ts, values = (np.concatenate([getattr(part, name) for part in both]) for name in ("ts", "values"))
    assert len(whole) > 500
    chart.show_content(content(Points(ts, values), curve(30)))
    broken = columns_with(picture(chart), DARK.charts[0])
    assert 85 <= len(whole) - len(broken) <= 97


def test_a_refresh_keeps_the_items(chart: Chart) -> None:
    items, everything = list(chart.curves), len(chart.scene().items())
    for shift in range(5):
        chart.show_content(content(curve(50 + shift), curve(20)))
    assert chart.curves == items
    assert len(chart.scene().items()) == everything


def test_what_is_mirrored_is_below_zero(appearance: Appearance, crosshair: Crosshair, qtbot: QtBot) -> None:
    styles = (
        CurveStyle(name="in", colour=5, filled=True),
        CurveStyle(name="out", colour=4, filled=True, mirrored=True),
    )
    made = Chart(appearance, crosshair, styles)
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show_content(
        ChartContent(curves=(curve(600e6), curve(300e6)), start=START, end=END, scale=rate_scale(400e6, 800e6))
    )
    image = picture(made)
    rows = [
        [y for y in range(200) if abs(image.pixelColor(200, y).hue() - QColor(DARK.charts[which]).hue()) < 8]
        for which in (5, 4)
    ]
    assert max(rows[0]) < min(rows[1])
    said = heard(made)
    crosshair.move_to(END - 600_000)
    assert said[-1] is not None
    assert said[-1][1] == pytest.approx(300e6, abs=6)


def test_a_limit_is_drawn_and_named(chart: Chart) -> None:
    before = picture(chart)
    chart.show_content(content(curve(60), curve(30), limit=Limit(90, "critical 90%", is_critical=True)))
    assert len(columns_with(picture(chart), DARK.crit)) > 250 > len(columns_with(before, DARK.crit))
    chart.show_content(content(curve(60), curve(30), limit=Limit(99.9, "warning", is_critical=False)))
    assert len(columns_with(picture(chart), DARK.warn)) > 250


def test_it_says_why_it_is_empty(chart: Chart) -> None:
    chart.show_content(content(Points(), Points()))
    silent = picture(chart)
    chart.show_content(content(Points(), Points(), words="No readings in this range"))
    assert picture(chart) != silent


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, -1e300])
def test_no_value_breaks_it(chart: Chart, value: float) -> None:
    ts = np.arange(START, END, 5_000, dtype=np.int64)
    chart.show_content(content(Points(ts, np.full(len(ts), value)), Points(ts[:1], np.array([value]))))
    picture(chart)
    chart.show_content(
        ChartContent(
            curves=(Points(ts, np.full(len(ts), value)), Points()), scale=bytes_scale(value), start=START, end=END
        )
    )
    picture(chart)


def test_a_window_without_length_and_a_size_without_room_are_survived(chart: Chart) -> None:
    chart.show_content(ChartContent(curves=(curve(60), curve(30)), start=END, end=END))
    picture(chart)
    chart.setMinimumSize(1, 1)
    chart.resize(10, 10)
    picture(chart)


class TestCrosshair:
    def test_it_follows_the_mouse_to_the_nearest_point(self, chart: Chart, crosshair: Crosshair) -> None:
        said = heard(chart)
        QTest.mouseMove(chart.viewport(), QPoint(320, 100))
        assert crosshair.at is not None
        assert (crosshair.at - START) % 5_000 == 0
        assert START + 1_600_000 < crosshair.at < START + 2_000_000
        assert said[-1] is not None
        assert said[-1][0] == pytest.approx(60 + 5 * np.sin(crosshair.at / 60_000))

    def test_it_is_painted(self, chart: Chart, crosshair: Crosshair) -> None:
        before = picture(chart)
        crosshair.move_to(START + 1_800_000)
        assert picture(chart) != before
        crosshair.move_to(None)
        assert picture(chart) == before

    @pytest.mark.parametrize("x", [5, 599])
    def test_beside_the_field_there_is_none(self, chart: Chart, crosshair: Crosshair, x: int) -> None:
        QTest.mouseMove(chart.viewport(), QPoint(320, 100))
        QTest.mouseMove(chart.viewport(), QPoint(x, 100))
        assert crosshair.at is None or crosshair.at == END

    def test_it_leaves_with_the_mouse(self, chart: Chart, crosshair: Crosshair) -> None:
        said = heard(chart)
        QTest.mouseMove(chart.viewport(), QPoint(320, 100))
        QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
        assert crosshair.at is None
        assert said[-1] is None

    def test_in_a_gap_there_are_no_values(self, chart: Chart, crosshair: Crosshair) -> None:
        chart.show_content(content(curve(60, end=START + 600_000), curve(30, end=START + 600_000)))
        said = heard(chart)
        QTest.mouseMove(chart.viewport(), QPoint(400, 100))
        assert crosshair.at is not None
        assert crosshair.at > START + 1_800_000
        assert said[-1] == [None, None]

    def test_it_is_shared(self, chart: Chart, crosshair: Crosshair, appearance: Appearance, qtbot: QtBot) -> None:
        other = Chart(appearance, crosshair, STYLES)
        qtbot.addWidget(other)
        other.resize(300, 200)
        other.show_content(content(curve(10), curve(20)))
        said = heard(other)
        QTest.mouseMove(chart.viewport(), QPoint(320, 100))
        assert said[-1] is not None
        assert said[-1][0] == pytest.approx(10, abs=5.1)

    def test_it_goes_when_its_moment_leaves_the_window(self, chart: Chart, crosshair: Crosshair) -> None:
        crosshair.move_to(START + 10_000)
        said = heard(chart)
        later = ChartContent(curves=(curve(60), curve(30)), start=START + 60_000, end=END + 60_000)
        chart.show_content(later)
        assert said[-1] is None

    def test_the_keyboard_moves_it(self, chart: Chart, crosshair: Crosshair) -> None:
        for key, at in (
            (Qt.Key.Key_Left, END),
            (Qt.Key.Key_Left, END - 5_000),
            (Qt.Key.Key_Right, END),
            (Qt.Key.Key_Right, END),
            (Qt.Key.Key_Home, START),
            (Qt.Key.Key_End, END),
        ):
            QTest.keyClick(chart, key)
            assert crosshair.at == at
        QTest.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
        assert crosshair.at == END - 60_000
        QTest.keyClick(chart, Qt.Key.Key_Escape)
        assert crosshair.at is None

    def test_on_an_empty_chart_the_keyboard_moves_nothing(self, chart: Chart, crosshair: Crosshair) -> None:
        chart.show_content(content(Points(), Points()))
        QTest.keyClick(chart, Qt.Key.Key_Left)
        assert crosshair.at is None

    def test_the_focus_is_seen_and_takes_the_crosshair_with_it(self, chart: Chart, crosshair: Crosshair) -> None:
        before = picture(chart)
        chart.setFocus(Qt.FocusReason.TabFocusReason)
        assert picture(chart) != before
        crosshair.move_to(END)
        chart.clearFocus()
        assert crosshair.at is None
        assert picture(chart) == before


def test_the_wheel_is_for_the_page(chart: Chart) -> None:
    none = QPoint(0, 0)
    event = QWheelEvent(
        QPointF(100, 100),
        QPointF(100, 100),
        none,
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = picture(chart)
    chart.wheelEvent(event)
    assert not event.isAccepted()
    assert picture(chart) == before


def test_dragging_and_clicking_move_nothing(chart: Chart, crosshair: Crosshair) -> None:
    before = picture(chart)
    viewport = chart.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, 120))
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, 120))
    crosshair.move_to(None)
    assert picture(chart) == before


def test_the_right_button_and_the_menu_key_ask_for_the_menu(chart: Chart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.menu_wanted) as asked:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(50, 50), QPoint(70, 80))
        QApplication.sendEvent(chart.viewport(), event)
    assert asked.args == [QPoint(70, 80)]


def test_who_cannot_see_it_hears_what_it_shows(chart: Chart) -> None:
    assert chart.accessibleName() == "total, user"
