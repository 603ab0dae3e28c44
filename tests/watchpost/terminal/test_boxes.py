"""Framed panels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from watchpost.terminal.boxes import Panel, Stack, box, row, split


def lines_of(*texts: str) -> Panel:
    return Panel("Title", lambda _: [Text(text) for text in texts])


def test_a_box_has_its_title_in_its_edge() -> None:
    assert [line.plain for line in box("CPU", [Text("94%")], 14)] == [
        "╭─ CPU ──────╮",
        "│ 94%        │",
        "╰────────────╯",
    ]


def test_a_title_that_is_too_long_is_cut() -> None:
    assert box("A very long title", [], 12)[0].plain == "╭─ A ver… ─╮"


def test_panels_of_a_row_end_at_the_same_line() -> None:
    lines = row([Stack([lines_of("one")]), Stack([lines_of("one", "two", "three")])], 40)
    assert len(lines) == 5
    assert lines[-1].plain.count("╰") == 2


def test_the_last_panel_of_a_stack_fills_what_is_left() -> None:
    lines = row([Stack([lines_of("a"), lines_of("b")]), Stack([lines_of(*"123456789")])], 40)
    assert len(lines) == 11
    assert sum("╭" in line.plain[:20] for line in lines) == 2
    assert lines[-1].plain.startswith("╰")


def test_what_a_panel_draws_is_as_wide_as_its_inside() -> None:
    seen: list[int] = []

    def draw(width: int) -> list[Text]:
        seen.append(width)
        return []

    row([Stack([Panel("a", draw)], 5), Stack([Panel("b", draw)], 3)], 81)
    assert seen == [46, 26]


@pytest.mark.parametrize("text", ["short", "x" * 300, "서버" * 80, "[red]x"])
def test_nothing_in_a_box_breaks_its_frame(text: str) -> None:
    assert {line.cell_len for line in box("T", [Text(text)], 30)} == {30}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(40, 300))
def test_a_width_is_split_without_a_rest(weights: list[int], width: int) -> None:
    assert sum(split(weights, width)) == width
