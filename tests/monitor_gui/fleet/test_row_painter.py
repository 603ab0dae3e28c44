"""A host as a line of the table, as it is painted."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from fleet.curves import FleetCurves
from fleet.reading import Health, HostReading
from monitor_gui.fleet.arrangement import Column
from monitor_gui.fleet.fleet_model import FleetModel
from monitor_gui.fleet.row_painter import ROW_HEIGHT, RowPainter
from monitor_gui.fleet.tile_painter import Highlight
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK
from tests.monitor_gui.fleet.made_looks import MOMENT, host, look, lost, reading, wave
from tests.monitor_gui.fleet.painted import count, holds, ink, picture

WIDTH = 100


def line(
    of: HostReading, appearance: Appearance, *, highlight: Highlight | None = None, is_polled: bool = True
) -> QImage:
    model = FleetModel()
    model.show_look(look([of], curves=FleetCurves(cpu={1: wave(50, 1)}), moment=replace(MOMENT, is_polled=is_polled)))
    cells = [(column, QRect(column * WIDTH, 0, WIDTH, ROW_HEIGHT)) for column in Column]
    painter = RowPainter(appearance, model)
    return picture(
        lambda to: painter.paint(to, 0, cells, highlight or Highlight()), len(Column) * WIDTH, ROW_HEIGHT, DARK.surface
    )


def cell(image: QImage, column: Column) -> QImage:
    return image.copy(column * WIDTH, 0, WIDTH, ROW_HEIGHT - 1)


def test_every_column_shows_something(appearance: Appearance) -> None:
    image = line(reading(host("web-1", 1, "Web")), appearance)
    for column in Column:
        assert ink(cell(image, column), DARK.surface), column.name


def test_values_over_a_limit_are_in_its_colour(appearance: Appearance) -> None:
    image = line(reading(host("a", 1), 94, 86), appearance)
    assert holds(cell(image, Column.CPU), DARK.crit)
    assert holds(cell(image, Column.MEMORY), DARK.warn)
    assert not holds(cell(image, Column.DISK), DARK.warn)


def test_a_host_that_is_away_says_why_instead_of_values(appearance: Appearance) -> None:
    image = line(lost(host("a", 1)), appearance)
    assert not holds(image, DARK.accent)
    assert ink(cell(image, Column.CPU), DARK.surface)
    assert not ink(cell(image, Column.CURVE), DARK.surface)
    assert ink(cell(image, Column.AGE), DARK.surface)


def test_values_from_before_have_no_colour_of_their_own(appearance: Appearance) -> None:
    stale = lost(host("a", 1), Health.UNKNOWN, "no poller is running")
    stale = replace(stale, headline=replace(stale.headline, cpu_percent=99.0))
    image = line(stale, appearance, is_polled=False)
    assert not holds(image, DARK.crit)
    assert holds(cell(image, Column.CPU), DARK.text_3)


def test_pointer_selection_and_focus_can_be_told_apart(appearance: Appearance) -> None:
    of = reading(host("a", 1))
    assert holds(line(of, appearance, highlight=Highlight(is_hovered=True)), DARK.raised)
    assert holds(line(of, appearance, highlight=Highlight(is_selected=True)), DARK.selection)
    focused = line(of, appearance, highlight=Highlight(has_focus=True)).copy(0, 0, 3, ROW_HEIGHT)
    assert count(focused, DARK.accent) == 3 * ROW_HEIGHT


@pytest.mark.parametrize("name", ["x" * 300, "<b>x</b>" * 30, "\u202eevil" * 30, "서버" * 100])
def test_no_name_leaves_its_cell(name: str, appearance: Appearance) -> None:
    plain = line(reading(host("a", 1)), appearance)
    image = line(reading(host(name, 1)), appearance)
    assert ink(cell(image, Column.NAME), DARK.surface)
    assert cell(image, Column.ADDRESS) == cell(plain, Column.ADDRESS)
    assert cell(image, Column.STATE) == cell(plain, Column.STATE)


def test_an_absurd_value_takes_the_room_of_its_bar(appearance: Appearance) -> None:
    image = line(reading(host("a", 1), 1e300), appearance)
    assert cell(image, Column.MEMORY) == cell(line(reading(host("a", 1)), appearance), Column.MEMORY)
    assert not holds(cell(image, Column.CPU), DARK.track)


def test_before_the_first_look_nothing_is_painted(appearance: Appearance) -> None:
    model = FleetModel()
    model.show_look(look([reading(host("a", 1))]))
    model.look = None
    painter = RowPainter(appearance, model)
    image = picture(lambda to: painter.paint(to, 0, [(Column.NAME, QRect(0, 0, 50, 40))], Highlight()))
    assert not ink(image, "#000000")
