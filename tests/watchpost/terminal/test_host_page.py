"""The page of one host."""

from dataclasses import replace

import pytest

from fleet.reading import read_host
from storage.host_states import HostStatus
from storage.latest import Latest
from storage.reason import HostState, Reason
from tests.fleet.made_up import MOMENT, NOW_MS, host
from tests.fleet.sample_fleet import Machine
from tests.watchpost.host_views import machine_view, not_current
from watchpost.terminal.host_page import host_header, host_panels
from watchpost.terminal.process_panel import ProcessOrder

TITLES = ("CPU", "Cores", "Memory", "File systems", "Network", "Disks", "TCP", "Processes")


def panels(width: int) -> list[str]:
    return [line.plain for line in host_panels(machine_view(), ProcessOrder.CPU, width)]


def test_the_header_says_who_how_and_what() -> None:
    first, second = (line.plain for line in host_header(machine_view(), 120))
    assert first.startswith(" Fleet ")
    assert "db-primary-01  ✔ ok" in first
    assert "read 0 s ago" in first
    assert "4 cores · 64 GiB · up 41 d 16 h" in second


def test_findings_are_named_under_it() -> None:
    view = machine_view(Machine(name="a", cpu=85, memory=97))
    assert [line.plain.strip() for line in host_header(view, 120)[2:]] == [
        "✖ Memory 97%, over 95%",
        "▲ CPU 85%, over 80%",
    ]


def test_a_host_that_was_lost_says_why_and_how_old_its_values_are() -> None:
    status = HostStatus(1, HostState.UNREACHABLE, Reason.REFUSED, "Nothing listens there.", NOW_MS, None)
    lost = read_host(host(), status, Latest(1, NOW_MS - 240_000, {}), MOMENT)
    lines = [line.plain.strip() for line in host_header(not_current(machine_view(), lost), 120)]
    assert lines[2] == "connection refused; the values below are from 4 min ago"
    assert lines[3] == "Nothing listens there."


def test_a_host_that_was_never_read_says_so() -> None:
    never = read_host(host(), None, None, MOMENT)
    lines = [line.plain.strip() for line in host_header(not_current(machine_view(), never), 120)]
    assert "never read" in lines[0]
    assert lines[2] == "waiting for the first reading"


@pytest.mark.parametrize("width", [60, 80, 99, 100, 120, 200])
def test_every_panel_is_there_at_every_width_and_stays_in_it(width: int) -> None:
    lines = panels(width)
    assert all(any(f"─ {title} ─" in line for line in lines) for title in TITLES)
    assert {line.cell_len for line in host_panels(machine_view(), ProcessOrder.CPU, width)} == {width}


def test_panels_stand_side_by_side_where_there_is_room() -> None:
    assert panels(120)[0].count("╭") == 2
    assert panels(80)[0].count("╭") == 1


@pytest.mark.parametrize("name", ["x" * 300, "[red]evil[/red]", "\x1b[31m", "서버" * 100])
def test_no_name_breaks_the_header(name: str) -> None:
    view = replace(machine_view(), reading=replace(machine_view().reading, host=host(name)))
    for line in host_header(view, 100):
        assert line.cell_len <= 100
        assert "\x1b" not in line.plain
