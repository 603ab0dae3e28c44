"""A fleet summed up."""

import math
from dataclasses import replace

import pytest

from fleet.fleet_totals import Standing, change_within, count_standing, sum_up
from fleet.reading import Health, HostReading
from storage.host import Host
from storage.latest import Latest
from storage.series import SeriesKey
from tests.fleet.made_up import MOMENT, NOW_MS, reading, stale


def grouped(name: str, group: str) -> HostReading:
    made = reading(name)
    return replace(made, host=Host(id=1, revision=1, name=name, group=group or None))


def memory(host_id: int, used: float | None, total: float | None) -> Latest:
    values = {SeriesKey("memory_used_bytes"): used, SeriesKey("memory_total_bytes"): total}
    return Latest(host_id, NOW_MS, {key: value for key, value in values.items() if value is not None})


@pytest.mark.parametrize(
    ("health", "standing"),
    [
        (Health.OK, Standing.HEALTHY),
        (Health.WARNING, Standing.WARNING),
        (Health.CRITICAL, Standing.CRITICAL),
        (Health.UNREACHABLE, Standing.OFFLINE),
        (Health.BLOCKED, Standing.OFFLINE),
        (Health.UNKNOWN, Standing.OFFLINE),
    ],
)
def test_every_health_has_its_standing(health: Health, standing: Standing) -> None:
    assert count_standing([reading("a", health)]) == dict.fromkeys(Standing, 0) | {standing: 1}


def test_values_of_hosts_that_are_away_do_not_count() -> None:
    totals = sum_up([reading("a", cpu=10), reading("b", cpu=30), stale("gone")], {}, MOMENT)
    assert totals.cpu_percent == 20
    assert totals.counted == 2
    assert totals.hosts == 3
    assert totals.receive_bytes_per_second == 2 * 4.6e6
    assert totals.transmit_bytes_per_second == 2 * 7.5e6
    assert totals.newest_ts == NOW_MS - 2000


def test_memory_is_that_of_hosts_which_say_both_what_they_use_and_what_they_have() -> None:
    fleet = [reading(str(host_id), host_id=host_id) for host_id in range(1, 5)]
    latest = {1: memory(1, 10, 100), 2: memory(2, None, 100), 3: memory(3, 20, 50), 4: memory(4, math.nan, 100)}
    totals = sum_up(fleet, latest, MOMENT)
    assert (totals.memory_used_bytes, totals.memory_total_bytes) == (30, 150)


def test_the_fullest_disk_has_its_host_and_mount() -> None:
    fullest = sum_up([reading("a", disk=40), reading("b", disk=86), reading("c", disk=math.inf)], {}, MOMENT).fullest
    assert fullest is not None
    assert (fullest.host, fullest.mount, fullest.percent) == ("b", "/", 86)


def test_what_is_not_known_is_none_and_never_zero() -> None:
    for fleet in ([], [stale("gone")], [reading("a", cpu=None, disk=None, memory=None), reading("b", cpu=math.nan)]):
        totals = sum_up(fleet, {}, MOMENT)
        assert totals.cpu_percent is None
        assert totals.memory_used_bytes is None
    assert sum_up([stale("gone")], {}, MOMENT).fullest is None
    assert sum_up([], {}, MOMENT).newest_ts is None


def test_where_nothing_new_can_be_known_what_was_current_last_counts() -> None:
    later = replace(MOMENT, now_ms=NOW_MS + 600_000, is_polled=False)
    fleet = [replace(reading("a", cpu=10), current=False), replace(stale("gone"), ts=NOW_MS - 240_000)]
    totals = sum_up(fleet, {}, later, from_before=True)
    assert totals.cpu_percent == 10
    assert totals.counted == 1


def test_groups_are_those_that_hosts_are_in() -> None:
    fleet = [grouped("a", "Web"), grouped("b", "Web"), grouped("c", "Postgres"), grouped("d", ""), reading("e")]
    assert sum_up(fleet, {}, MOMENT).groups == {"Web", "Postgres"}


def test_a_sum_that_overflows_is_not_known() -> None:
    huge = [
        replace(each, headline=replace(each.headline, receive_bytes_per_second=1.7e308)) for each in [reading("a")] * 2
    ]
    assert sum_up(huge, {}, MOMENT).receive_bytes_per_second is None


@pytest.mark.parametrize(
    ("values", "ts", "change"),
    [
        ([10.0, 12.0, 13.0], [0, 50, 100], 3.0),
        ([10.0, 12.0], [60, 100], None),
        ([10.0], [0], None),
        ([], [], None),
        ([10.0, math.inf], [0, 100], None),
    ],
)
def test_a_change_is_told_where_the_first_value_is_old_enough(
    values: list[float], ts: list[int], change: float | None
) -> None:
    assert change_within(values, ts, 100) == change
