"""What is said of one host."""

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from fleet.reading import Health, HostReading
from fleet.state_text import state_text
from monitor_gui.fleet.arrangement import Column
from monitor_gui.fleet.host_row import HostRow, make_rows
from monitor_gui.fleet.host_text import (
    absence_lines,
    absence_text,
    cell_text,
    clock_text,
    place_text,
    shown_name,
    spoken,
    tip,
)
from storage.quantities import ABSENT
from tests.monitor_gui.fleet.made_looks import NOW_MS, host, look, lost, reading


def row(of: HostReading) -> HostRow:
    return make_rows(look([of]), {})[of.host_id or 0]


def test_a_host_is_placed_by_group_and_tags_else_by_its_address() -> None:
    assert place_text(reading(host("a", 1, "Postgres", "Seoul", ""))) == "Postgres · Seoul"
    assert place_text(reading(host("a", 1))) == "10.20.0.2"


def test_one_that_is_away_says_why_and_since_when() -> None:
    away = row(lost(host("a", 1)))
    assert absence_text(away) == "Offline · connection refused · 4 min"
    assert absence_lines(away) == ("Offline · 4 min", "connection refused")


def test_one_that_was_never_read_has_no_time() -> None:
    never = replace(lost(host("a", 1), Health.BLOCKED, "host key changed"), ts=None)
    assert absence_text(row(never)) == "Blocked · host key changed"


def test_what_is_not_known_yet_is_said_as_it_is() -> None:
    waiting = row(lost(host("a", 1), Health.UNKNOWN, "waiting for the first reading"))
    assert absence_text(waiting) == "Waiting for the first reading"
    assert absence_lines(waiting) == ("Waiting for the first reading", "")


def test_a_host_that_is_there_says_nothing_of_that() -> None:
    assert absence_text(row(reading(host("a", 1)))) == ""


@pytest.mark.parametrize("column", list(set(Column) - {Column.AGE, Column.CURVE, Column.GROUP}))
def test_absent_values_are_dashes_and_never_zero(column: Column) -> None:
    empty = row(reading(host("a", 1), None, None, None, rates=(None, None)))
    text = cell_text(empty, column)
    assert text
    assert "0" not in text or column in {Column.ADDRESS, Column.LOAD}


def test_cells_say_what_there_is() -> None:
    full = row(reading(host("a", 1, "Web"), 34, 52, 41))
    assert [cell_text(full, column) for column in Column if column is not Column.AGE] == [
        "Healthy", "a", "10.20.0.2", "Web", "34%", "52%", "41%", "16.8 MB/s", "3.3 MB/s", "0.42", "",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["x" * 300, "\u202eevil", "a\tb\x1b[31m", "<b>x</b>"])
def test_names_are_harmless_and_bounded(name: str) -> None:
    shown = shown_name(reading(host(name, 1)))
    assert len(shown) <= 80
    assert not set(shown) & {"\u202e", "\x1b", "\t"}


def test_a_tool_tip_takes_nothing_of_a_host_for_markup() -> None:
    evil = replace(lost(host("<img src=x>", 1, "<h1>", "a&b"), note="<script>"), detail="<a href='x'>\x1b", reason=None)
    text = tip(row(evil))
    assert text.startswith("<qt>")
    assert "<img" not in text
    assert "<h1>" not in text
    assert "<script>" not in text
    assert "<a " not in text
    assert "a&amp;b" in text


def test_a_tool_tip_names_what_is_over_a_limit() -> None:
    assert "CPU 94%, over 90%" in tip(row(reading(host("a", 1), 94)))


def test_a_screen_reader_hears_state_and_values() -> None:
    assert spoken(row(reading(host("web-1", 1), 34, 52, 41))) == "web-1, Healthy, CPU 34%, memory 52%, disk 41%"
    assert spoken(row(lost(host("gw", 1)))) == "gw, Offline, Offline · connection refused · 4 min"


def test_every_health_has_a_word() -> None:
    assert all(state_text(health) for health in Health)


def test_a_moment_is_shown_as_a_clock_does_and_on_another_day_with_its_date() -> None:
    assert clock_text(NOW_MS, NOW_MS, UTC) == "14:13:20"
    assert clock_text(NOW_MS, NOW_MS, ZoneInfo("Asia/Seoul")) == "23:13:20"
    assert clock_text(NOW_MS - 86_400_000, NOW_MS, UTC) == "2026-09-20 14:13"
    assert clock_text(None, NOW_MS, UTC) == ABSENT
    assert clock_text(10**18, NOW_MS, UTC) == ABSENT
