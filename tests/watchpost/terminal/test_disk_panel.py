"""File systems and disks."""

from dataclasses import replace

from rich.text import Text

from storage.series import SeriesKey
from tests.fleet.sample_fleet import Machine
from tests.watchpost.host_views import machine_view, with_values
from watchpost import palette
from watchpost.terminal.disk_panel import SHOWN, device_panel, filesystem_panel

NAS = Machine(name="nas", mounts={"/": 20.0, "/srv": 86.0, "/backup": 97.0})


def plain(lines: list[Text]) -> list[str]:
    return [line.plain for line in lines]


def test_the_fullest_file_system_comes_first() -> None:
    lines = plain(filesystem_panel(machine_view(NAS), 40))
    assert lines[0] == "/backup             58.2 / 60.0 GiB  97%"
    assert [line.split()[0] for line in lines[::2]] == ["/backup", "/srv", "/"]
    assert lines[1].startswith("━━━━━━━━━━━━━━━━━━━━")


def test_a_full_file_system_is_coloured() -> None:
    bars = filesystem_panel(machine_view(NAS), 40)[1::2]
    assert [bar.spans[0].style for bar in bars] == [palette.CRITICAL, palette.WARNING, palette.DISK]


def test_inodes_are_named_only_where_they_run_out() -> None:
    inodes = {SeriesKey("filesystem_inodes_used_percent", (("mount", "/"),)): 93.0}
    assert "inodes" not in "".join(plain(filesystem_panel(machine_view(), 60)))
    assert "inodes 93%" in plain(filesystem_panel(with_values(machine_view(), inodes), 60))[0]


def test_a_device_shows_throughput_and_how_busy_it_is() -> None:
    heading, device = plain(device_panel(machine_view(), 60))
    assert heading.split() == ["read", "write", "await", "busy"]
    assert device.split() == ["nvme0n1", "3.0", "MB/s", "1.0", "MB/s", "0.5", "ms", "3%"]


def test_a_narrow_panel_leaves_the_answer_time_out() -> None:
    heading, device = plain(device_panel(machine_view(), 34))
    assert heading.split() == ["read", "write", "busy"]
    assert len(device) == 34


def test_no_number_of_mounts_or_devices_fills_the_screen() -> None:
    mounts = {SeriesKey("filesystem_used_percent", (("mount", f"/m{number}"),)): 50.0 for number in range(900)}
    devices = {SeriesKey("disk_busy_percent", (("device", f"sd{number}"),)): 50.0 for number in range(900)}
    view = with_values(machine_view(), mounts | devices)
    assert len(filesystem_panel(view, 40)) == 2 * SHOWN + 1
    assert plain(device_panel(view, 40))[-1] == f"and {901 - SHOWN} more"


def test_names_with_escapes_are_tamed_and_stay_in_their_place() -> None:
    labels = (("mount", "/\x1b[2J" + "x" * 400),)
    view = with_values(machine_view(), {SeriesKey("filesystem_used_percent", labels): 99.0})
    for line in filesystem_panel(view, 40):
        assert line.cell_len <= 40
        assert "\x1b" not in line.plain


def test_a_host_without_any_says_so() -> None:
    empty = replace(machine_view(), values={})
    assert plain(filesystem_panel(empty, 40)) == ["no file systems read yet"]
    assert plain(device_panel(empty, 40)) == ["no disks of its own"]
