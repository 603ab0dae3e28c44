"""Network and TCP."""

from dataclasses import replace

import pytest
from rich.text import Text

from storage.series import SeriesKey
from tests.watchpost.host_views import machine_view, with_values
from watchpost import palette
from watchpost.terminal.network_panel import SHOWN, network_panel, tcp_panel


def plain(lines: list[Text]) -> list[str]:
    return [line.plain for line in lines]


def test_it_says_how_much_goes_in_and_out() -> None:
    lines = plain(network_panel(machine_view(), 60))
    assert lines[0].startswith("↓ 4.6 MB/s in")
    assert lines[0].endswith("↑ 7.5 MB/s out")
    assert lines[-2].startswith("eth0")
    assert lines[-1].strip() == "6% of 1 Gb/s"


def test_in_stands_above_and_out_hangs_below_on_one_scale() -> None:
    _, upper, lower, first, second, *_ = plain(network_panel(machine_view(), 20))
    assert (upper, lower) == ("▂" * 20, "█" * 20)
    assert (first, second) == ("█" * 20, "█" * 20)


def test_an_idle_network_does_not_look_busy() -> None:
    quiet = replace(machine_view(), history=machine_view(with_history=False).history)
    assert "█" not in "".join(plain(network_panel(quiet, 20)))


def test_broken_packets_are_named() -> None:
    errors = {SeriesKey("network_error_percent", (("interface", "eth0"),)): 2.5}
    line = network_panel(with_values(machine_view(), errors), 60)[-1]
    assert line.plain.strip() == "6% of 1 Gb/s · errors 2.50%"
    assert palette.WARNING in {str(span.style) for span in line.spans}


def test_no_number_of_interfaces_fills_the_screen() -> None:
    values = {
        SeriesKey("network_receive_bytes_per_second", (("interface", f"veth{number}"),)): 1.0 for number in range(500)
    }
    lines = plain(network_panel(with_values(machine_view(), values), 40))
    assert lines[-1] == f"and {501 - SHOWN} more"


def test_tcp_states_are_counted_the_most_frequent_first() -> None:
    assert [line.split() for line in plain(tcp_panel(machine_view(), 40))] == [
        ["ESTABLISHED", "42"],
        ["LISTEN", "12"],
        ["TIME_WAIT", "7"],
    ]


def test_tcp_states_stand_in_two_columns_where_there_is_room() -> None:
    lines = plain(tcp_panel(machine_view(), 60))
    assert lines[0].split() == ["ESTABLISHED", "42", "TIME_WAIT", "7"]
    assert len(lines) == 2


@pytest.mark.parametrize("draw", [network_panel, tcp_panel])
def test_nothing_known_is_no_failure(draw: object) -> None:
    assert callable(draw)
    assert draw(replace(machine_view(with_history=False), values={}), 40)
