"""Bars, sparklines and charts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from watchpost.drawing import area, columns, fit, shade, sparkline, spread, thin_bar
from watchpost.palette import SURFACE

BLUE, RED = "#0000FF", "#FF0000"


def blue(_: float) -> str:
    return BLUE


@given(st.text(max_size=60), st.integers(0, 40))
def test_a_text_is_made_exactly_as_wide_as_its_place(text: str, width: int) -> None:
    assert fit(text, width).cell_len == width
    assert fit(text, width, right=True).cell_len == width


def test_a_wide_character_is_never_cut_in_half() -> None:
    assert fit("서버한국", 5).plain == "서버…"
    assert fit("서버한국", 6).plain.rstrip() in {"서버…", "서버 …"}


def test_numbers_stand_to_the_right() -> None:
    assert fit("94%", 6, right=True).plain == "   94%"


def test_two_texts_stand_at_the_two_ends_and_the_left_one_gives_way() -> None:
    assert spread(Text("name"), Text("94%"), 12).plain == "name     94%"
    assert spread(Text("a long name"), Text("94%"), 10).plain == "a lon… 94%"
    assert spread(Text("name"), Text("a very long value"), 10).plain == "a very lo…"


def test_a_bar_reads_without_colour() -> None:
    assert thin_bar(50, 6, BLUE).plain == "━━━───"
    assert thin_bar(58, 6, BLUE).plain == "━━━╸──"
    assert thin_bar(100, 6, BLUE).plain == "━━━━━━"


def test_a_bar_shows_a_little_as_a_little_and_nothing_as_nothing() -> None:
    assert thin_bar(0, 6, BLUE).plain == "──────"
    assert thin_bar(0.1, 6, BLUE).plain == "╸─────"
    assert thin_bar(None, 6, BLUE).plain == "······"
    assert thin_bar(math.nan, 6, BLUE).plain == "······"
    assert thin_bar(999, 4, BLUE).plain == "━━━━"
    assert thin_bar(50, 0, BLUE).plain == ""


def test_a_sparkline_has_a_cell_for_each_value_and_a_gap_for_an_absent_one() -> None:
    assert sparkline([0, 50, None, 100, math.nan], blue).plain == "▁▅ █ "


def test_a_sparkline_colours_each_value_by_itself() -> None:
    line = sparkline([10, 95], lambda value: RED if value > 90 else BLUE)
    assert [span.style for span in line.spans] == [BLUE, RED]


def test_an_area_stands_on_the_ground() -> None:
    lines = area([0, 25, 50, 100], 2, blue, top=100)
    assert [line.plain for line in lines] == ["   █", "▁▄██"]


def test_an_area_can_hang_from_above() -> None:
    lines = area([100, 75, None], 2, blue, top=100, down=True)
    assert [line.plain for line in lines] == ["██ ", "█▄ "]
    assert "reverse" in str(lines[1].spans[1].style)


def test_the_edge_of_an_area_is_bright_and_what_lies_under_it_dark() -> None:
    top, bottom = area([100], 2, blue, top=100)
    assert top.spans[0].style == BLUE
    assert bottom.spans[0].style == shade(BLUE)


def test_an_area_of_nothing_is_empty() -> None:
    assert [line.plain for line in area([None, math.nan, 5], 1, blue, top=0)] == ["   "]


def test_a_shade_lies_between_the_colour_and_the_surface() -> None:
    assert shade(SURFACE) == SURFACE.upper()
    red, green, _ = (int(shade("#FFFFFF")[at : at + 2], 16) for at in (1, 3, 5))
    assert 0x14 < red < 0xFF
    assert 0x17 < green < 0xFF


def test_columns_have_a_track_and_a_gap_between_them() -> None:
    lines = columns([100, 50, None], 2, 2, blue)
    assert [line.plain for line in lines] == ["██    ·· ", "██ ██ ·· "]


@pytest.mark.parametrize("height", [1, 3, 8])
@given(values=st.lists(st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)), max_size=30))
def test_no_value_breaks_the_shape_of_a_chart(height: int, values: list[float | None]) -> None:
    for lines in (area(values, height, blue, top=100), columns(values, height, 1, blue)):
        assert len(lines) == height
        assert len({line.cell_len for line in lines}) == 1
