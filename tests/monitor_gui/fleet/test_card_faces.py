"""What the cards say."""

import math
from dataclasses import replace

import numpy as np
import pytest

from fleet.curve_grid import HOUR_MS
from fleet.curves import FleetCurves
from fleet.fleet_totals import FleetTotals, FullestDisk
from fleet.points import Points
from monitor_gui.fleet.card_faces import (
    amount,
    bit_rate,
    change_text,
    cpu_face,
    disk_face,
    memory_face,
    network_face,
)
from monitor_gui.reading.look import FleetLook
from monitor_gui.theme.tokens import DARK
from storage.quantities import ABSENT
from tests.monitor_gui.fleet.made_looks import NOW_MS, look

TIB = 2.0**40


def hour(first: float, last: float) -> Points:
    return Points(np.array([NOW_MS - HOUR_MS, NOW_MS]), np.array([first, last]))


def seen(**curves: object) -> FleetLook:
    return look([], curves=FleetCurves(**curves))  # type: ignore[arg-type]


def test_nothing_known_is_a_dash_on_every_card() -> None:
    for face in (cpu_face, memory_face, network_face, disk_face):
        made = face(FleetTotals(), seen(), DARK)
        assert made.value == ABSENT
        assert made.caption == ""


def test_cpu_is_told_with_its_change() -> None:
    face = cpu_face(FleetTotals(cpu_percent=37.43), seen(average_cpu=hour(35.3, 37.4)), DARK)
    assert (face.value, face.unit, face.caption) == ("37.4", "%", "+2.1 % vs 1 h ago")
    assert face.tint == DARK.accent


def test_the_change_is_not_told_before_the_curve_is_that_of_the_whole_fleet() -> None:
    face = cpu_face(FleetTotals(cpu_percent=37.4), seen(average_cpu=hour(1, 90), missing=3), DARK)
    assert face.caption == ""


def test_memory_is_told_with_the_whole_and_its_share() -> None:
    totals = FleetTotals(memory_used_bytes=2.81 * TIB, memory_total_bytes=4.6 * TIB)
    face = memory_face(totals, seen(memory_used_bytes=hour(2.7916 * TIB, 2.81 * TIB)), DARK)
    assert (face.value, face.unit) == ("2.81", "/ 4.6 TiB")
    assert face.caption == "61 % · +0.4 % vs 1 h ago"


def test_the_network_is_told_in_bits_both_ways() -> None:
    totals = FleetTotals(receive_bytes_per_second=2.74e9 / 8, transmit_bytes_per_second=1.18e9 / 8)
    face = network_face(totals, seen(), DARK)
    assert (face.value, face.unit, face.caption) == ("3.92", "Gb/s", "↓ 2.74  ↑ 1.18 Gb/s")


@pytest.mark.parametrize(
    ("received", "sent", "caption"),
    [
        (2.74e9, 12.1e6, "↓ 2.74 Gb/s  ↑ 12.1 Mb/s"),
        (None, 8e6, f"↓ {ABSENT}  ↑ 8.00 Mb/s"),
        (8e6, None, f"↓ 8.00 Mb/s  ↑ {ABSENT}"),
    ],
)
def test_each_way_has_its_own_unit_where_they_differ(received: float | None, sent: float | None, caption: str) -> None:
    ways = [None if way is None else way / 8 for way in (received, sent)]
    totals = FleetTotals(receive_bytes_per_second=ways[0], transmit_bytes_per_second=ways[1])
    assert network_face(totals, seen(), DARK).caption == caption


def test_the_fullest_disk_is_told_with_its_place_and_in_the_colour_of_its_limit() -> None:
    disk = FullestDisk(host="nas-backup-01", mount="/srv", percent=86.0)
    face = disk_face(FleetTotals(fullest=disk), seen(), DARK)
    assert (face.value, face.caption, face.tint) == ("86", "nas-backup-01 · /srv", DARK.warn)
    assert disk_face(FleetTotals(fullest=replace(disk, percent=95.0)), seen(), DARK).tint == DARK.crit
    assert disk_face(FleetTotals(fullest=replace(disk, percent=9.0)), seen(), DARK).tint == DARK.charts[5]


def test_the_words_of_a_host_are_cleaned() -> None:
    disk = FullestDisk(host="\u202e" + "x" * 300, mount="\x1b[31m", percent=86.0)
    caption = disk_face(FleetTotals(fullest=disk), seen(), DARK).caption
    assert not set(caption) & {"\u202e", "\x1b"}
    assert len(caption) < 200


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (None, ""),
        (0.04, "as 1 h ago"),
        (-0.4, "\N{MINUS SIGN}0.4 % vs 1 h ago"),
        (12.0, "+12.0 % vs 1 h ago"),
        (1e300, ""),
    ],
)
def test_changes_have_their_sign(change: float | None, text: str) -> None:
    assert change_text(change) == text


@pytest.mark.parametrize(
    ("used", "total", "told"),
    [
        (2.81 * TIB, 4.6 * TIB, ("2.81", "/ 4.6 TiB")),
        (512 * 2**30, 4.6 * TIB, ("512", "GiB / 4.6 TiB")),
        (10 * 2**30, 64 * 2**30, ("10.0", "/ 64.0 GiB")),
        (None, TIB, (ABSENT, "")),
        (5.0, None, ("5", "B")),
        (math.inf, TIB, (ABSENT, "")),
    ],
)
def test_amounts_have_three_figures(used: float | None, total: float | None, told: tuple[str, str]) -> None:
    assert amount(used, total) == told


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (0.0, ("0", "b/s")),
        (124.9, ("999", "b/s")),
        (124.95, ("1.00", "kb/s")),
        (1e30, ("8e+15", "Pb/s")),
        (None, (ABSENT, "")),
    ],
)
def test_rates_have_three_figures(rate: float | None, told: tuple[str, str]) -> None:
    assert bit_rate(rate) == told
