"""The file systems of a host as rows."""

from dataclasses import replace
from typing import Any

import pytest

from alerts.thresholds import Severity
from monitor_gui.host.mount_rows import mount_rows
from storage.series import SeriesKey
from tests.monitor_gui.host.made_views import GIB, key, mount, view


def test_a_row_says_everything() -> None:
    first, second = mount_rows(view())
    assert (first.mount, first.device, first.amount, first.share_text) == ("/", "nvme0n1p2", "28.8 / 60 GiB", "48%")
    assert (second.mount, second.device) == ("/var/log", "vg-log")
    assert first.severity is None


def test_those_over_a_limit_come_first_and_then_the_names() -> None:
    values = {**mount("/b10", 10), **mount("/b9", 20), **mount("/z", 95), **mount("/y", 85), **mount("/a", 30)}
    rows = mount_rows(view(values))
    assert [row.mount for row in rows] == ["/z", "/y", "/a", "/b9", "/b10"]
    assert [row.severity for row in rows[:3]] == [Severity.CRITICAL, Severity.WARNING, None]


def test_inodes_are_named_when_they_run_out() -> None:
    full = {**mount("/", 20), key("filesystem_inodes_used_percent", mount="/"): 97.0}
    (row,) = mount_rows(view(full))
    assert (row.inodes, row.severity) == ("inodes 97%", Severity.CRITICAL)
    (row,) = mount_rows(view({**mount("/", 20), key("filesystem_inodes_used_percent", mount="/"): 20.0}))
    assert (row.inodes, row.severity) == ("", None)


def test_what_is_absent_is_a_dash() -> None:
    (row,) = mount_rows(view({key("filesystem_used_percent", mount="/"): 20.0}))
    assert row.amount == "– / –"  # noqa: RUF001


def test_no_disks_are_no_rows() -> None:
    assert mount_rows(view({})) == []


@pytest.mark.parametrize("share", [float("nan"), float("inf"), -5.0, 1e300])
def test_no_number_breaks_a_row(share: float) -> None:
    (row,) = mount_rows(view(mount("/", share)))
    assert len(row.share_text) < 10


@pytest.mark.parametrize(
    "mounts", [None, 5, "x", [5], [["/"]], [[1, 2]], [["/", None, "ext4"]], [["/", "/dev/\x1b[31mx", "ext4"]]]
)
def test_an_inventory_may_say_anything(mounts: Any) -> None:  # noqa: ANN401 - that is the point
    (row,) = mount_rows(replace(view(mount("/", 20.0)), inventory={"mounts": mounts}))
    assert "\x1b" not in row.device


def test_two_hundred_mounts_with_hostile_names() -> None:
    values: dict[SeriesKey, float] = {}
    for place in range(200):
        values |= mount(f"/\u202e<b>{place}</b>" + "x" * 300, place / 2, GIB)
    rows = mount_rows(view(values))
    assert len(rows) == 200
    assert all(len(row.mount) <= 120 and "\u202e" not in row.mount for row in rows)
