"""The table of `top --once` and `status`."""

from rich.console import Console

from alerts.thresholds import DEFAULTS
from fleet.reading import Health, HostReading
from tests.fleet.made_up import NOW_MS, reading, stale
from watchpost.fleet_summary import fleet_summary


def shown(*readings: HostReading, width: int = 400) -> list[str]:
    console = Console(width=width, markup=False, highlight=False)
    with console.capture() as capture:
        console.print(fleet_summary(readings, DEFAULTS, NOW_MS))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_a_row_says_how_a_host_is() -> None:
    heading, row = shown(reading("web-1", Health.WARNING))
    assert heading.split() == ["STATE", "HOST", "CPU", "MEMORY", "DISK", "LOAD", "IN", "OUT", "READ"]
    assert row.split() == [
        "▲",
        "warning",
        "web-1",
        "34%",
        "52%",
        "48%",
        "/",
        "0.42",
        "4.6",
        "MB/s",
        "7.5",
        "MB/s",
        "2",
        "s",
        "ago",
    ]


def test_a_host_without_current_values_has_the_reason_in_their_place() -> None:
    _, row = shown(stale("gw"))
    assert row.split("  ")[0] == "◌ unreachable"
    assert row.endswith("connection refused, last reading 4 min ago")
    assert "%" not in row


def test_nothing_is_cut_short_where_there_is_room() -> None:
    assert any("x" * 250 in line for line in shown(reading("x" * 250), width=4096))


def test_escapes_and_markup_in_a_name_do_nothing() -> None:
    (_, row) = shown(reading("\x1b[31m[bold]x"))
    assert "\x1b" not in row
    assert "[bold]x" in row
