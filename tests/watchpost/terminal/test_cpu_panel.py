"""CPU and cores."""

from dataclasses import replace

from rich.text import Text

from storage.quantities import ABSENT
from storage.series import SeriesKey
from tests.watchpost.host_views import machine_view, with_values
from watchpost.terminal.cpu_panel import core_panel, cpu_panel, load_text


def plain(lines: list[Text]) -> list[str]:
    return [line.plain for line in lines]


def test_it_says_how_busy_and_with_what() -> None:
    first = plain(cpu_panel(machine_view(), 70, chart_height=6))[0]
    assert "user 35%" in first
    assert "system 15%" in first
    assert "iowait <1%" in first
    assert first.endswith("50%")


def test_the_last_hour_is_a_chart_with_both_axes() -> None:
    lines = plain(cpu_panel(machine_view(), 70, chart_height=6))
    assert len(lines) == 8
    assert lines[1].startswith("100% ┤ ")
    assert lines[4].endswith("█" * 60)
    assert lines[-1].endswith("now")


def test_a_host_without_a_past_has_an_empty_chart() -> None:
    lines = plain(cpu_panel(machine_view(with_history=False), 70, chart_height=4))
    assert "█" not in "".join(lines)


def test_each_core_has_its_bar() -> None:
    lines = plain(core_panel(machine_view(), 80))
    assert lines[0].startswith("4 cores")
    assert lines[0].endswith("load 0.42 · 0.38 · 0.34")
    assert len(lines) == 3
    assert lines[2].split() == ["█" * 19] * 4


def test_many_cores_wrap_and_no_number_of_them_fills_the_screen() -> None:
    values = {SeriesKey("cpu_core_usage_percent", (("cpu", str(core)),)): 50.0 for core in range(5000)}
    lines = core_panel(with_values(machine_view(), values), 80)
    assert len(lines) == 1 + 8 * 2
    assert {line.cell_len for line in lines[1:]} == {80}


def test_a_hostile_layout_without_values_is_dashes() -> None:
    empty = replace(machine_view(), values={})
    assert load_text(empty).plain == f"load {ABSENT} · {ABSENT} · {ABSENT}"
    assert plain(core_panel(empty, 40))[0].startswith("0 cores")
