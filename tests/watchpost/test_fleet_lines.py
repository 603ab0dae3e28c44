"""One line a host, at any width."""

import pytest

from alerts.thresholds import DEFAULTS
from fleet.reading import Health
from tests.fleet.made_up import NOW_MS, reading, stale
from watchpost import palette
from watchpost.fleet_lines import Column, LineView, arrange, heading, host_line, sparkline_width

HOSTILE = (
    "x" * 300,
    "[red]evil[/red]",
    "\x1b[31mred\x1b[0m",
    "\u202eright to left",
    "서버-한국어-" * 30,
    "👩‍👩‍👧‍👦" * 40,
    "e\u0301" * 99,
)


def view(width: int) -> LineView:
    return LineView(arrange(width), DEFAULTS, NOW_MS)


def columns(width: int) -> set[Column]:
    return {place.column for place in arrange(width)}


@pytest.mark.parametrize("width", range(38, 260, 7))
def test_the_columns_fit_every_width(width: int) -> None:
    places = arrange(width)
    assert sum(place.width for place in places) + 2 * (len(places) - 1) <= width
    assert heading(places, "cpu").cell_len <= width


def test_what_matters_least_goes_first_where_there_is_no_room() -> None:
    assert columns(130) == set(Column)
    assert columns(116) == set(Column) - {Column.RECEIVED, Column.SENT}
    assert columns(76) == {Column.STATE, Column.NAME, Column.CPU, Column.MEMORY, Column.DISK, Column.AGE}


def test_a_very_narrow_terminal_still_has_the_figures() -> None:
    line = host_line(reading("web-1"), (), view(56)).plain
    assert " 34%" in line
    assert "━" not in line


def test_a_line_says_everything() -> None:
    line = host_line(reading("web-1"), [50.0] * 30, view(150)).plain
    assert line.startswith("✔ ok           web-1")
    for part in ("━━──── ", " 34%", " 52%", " 48%", "0.42", "4.6 MB/s", "7.5 MB/s", "▅▅▅", "2 s"):
        assert part in line


def test_a_host_without_current_values_shows_why_and_since_when_and_no_value() -> None:
    line = host_line(stale("gw"), [99.0] * 30, view(150)).plain
    assert line.startswith("◌ unreachable  gw")
    assert "connection refused · last reading 4 min ago" in line
    assert "%" not in line
    assert "█" not in line


def test_a_host_that_was_never_read_has_no_age() -> None:
    never = stale("gw", Health.UNKNOWN, "waiting for the first reading")
    line = host_line(type(never)(host=never.host, host_id=2, health=Health.UNKNOWN, note=never.note), (), view(100))
    assert line.plain.rstrip().endswith("waiting for the first reading")


def test_values_over_a_limit_change_their_colour() -> None:
    line = host_line(reading("web-1", Health.CRITICAL, cpu=95, memory=90), (), view(150))
    styles = {str(span.style) for span in line.spans}
    assert f"bold {palette.CRITICAL}" in styles
    assert f"bold {palette.WARNING}" in styles


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_name_breaks_the_line(name: str, width: int) -> None:
    for each in (reading(name), stale(name)):
        line = host_line(each, [1.0] * 40, view(width))
        assert line.cell_len <= width
        assert "\x1b" not in line.plain
        assert "\u202e" not in line.plain
        assert "\n" not in line.plain


def test_markup_in_a_name_is_shown_and_not_obeyed() -> None:
    assert "[red]evil[/red]" in host_line(reading("[red]evil[/red]"), (), view(150)).plain


def test_absent_values_are_dashes() -> None:
    line = host_line(reading("web-1", cpu=None, memory=None, disk=None), (), view(120)).plain
    assert line.count("······    \N{EN DASH}") == 3


def test_the_heading_marks_where_the_order_comes_from() -> None:
    assert "memory ▾" in heading(arrange(120), "memory").plain
    assert "state ▾" in heading(arrange(120), "severity").plain


def test_the_sparkline_has_the_width_that_is_left() -> None:
    assert sparkline_width(arrange(76)) == 0
    assert sparkline_width(arrange(120)) >= 11
    assert sparkline_width(arrange(300)) == 40
