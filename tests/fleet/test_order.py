"""Sorting and filtering."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fleet.order import SortKey, filter_fleet, natural_key, sort_fleet
from fleet.reading import Health, HostReading
from tests.fleet.made_up import reading, stale


def names(readings: list[HostReading]) -> list[str]:
    return [each.name for each in readings]


def test_the_worst_comes_first_and_one_that_cannot_be_seen_before_one_that_is_busy() -> None:
    fleet = [reading(health.value, health) for health in Health]
    fleet = fleet[3:] + fleet[:3]
    assert names(sort_fleet(fleet, SortKey.SEVERITY)) == [
        "critical", "blocked", "unreachable", "warning", "unknown", "ok",
    ]  # fmt: skip


def test_among_equals_names_are_in_natural_order() -> None:
    fleet = [reading(name) for name in ("web-10", "Web-2", "api", "web-1")]
    assert names(sort_fleet(fleet, SortKey.SEVERITY)) == ["api", "web-1", "Web-2", "web-10"]
    assert names(sort_fleet(fleet, SortKey.NAME)) == ["api", "web-1", "Web-2", "web-10"]


def test_the_fullest_comes_first_and_what_has_no_current_value_last() -> None:
    fleet = [stale("lost"), reading("low", cpu=1, memory=90, disk=2), reading("high", cpu=99, memory=3, disk=70)]
    fleet.append(reading("none", cpu=None, memory=None, disk=None))
    assert names(sort_fleet(fleet, SortKey.CPU)) == ["high", "low", "lost", "none"]
    assert names(sort_fleet(fleet, SortKey.MEMORY))[0] == "low"
    assert names(sort_fleet(fleet, SortKey.DISK))[0] == "high"


def test_the_orders_go_round() -> None:
    key = SortKey.SEVERITY
    seen = []
    for _ in SortKey:
        seen.append(key)
        key = key.next()
    assert seen == list(SortKey)
    assert key is SortKey.SEVERITY


def test_a_filter_finds_names_addresses_states_and_notes() -> None:
    fleet = [reading("web-1"), reading("db-1", Health.CRITICAL), stale("gw")]
    assert names(filter_fleet(fleet, "WEB")) == ["web-1"]
    assert names(filter_fleet(fleet, "db-1.exam")) == ["db-1"]
    assert names(filter_fleet(fleet, "critical")) == ["db-1"]
    assert names(filter_fleet(fleet, "refused")) == ["gw"]
    assert names(filter_fleet(fleet, "  ")) == ["web-1", "db-1", "gw"]


def test_every_word_of_a_filter_has_to_be_there() -> None:
    fleet = [reading("web-1"), reading("web-2", Health.CRITICAL)]
    assert names(filter_fleet(fleet, "web crit")) == ["web-2"]
    assert filter_fleet(fleet, "web db") == []


@given(st.lists(st.text(max_size=30), max_size=10))
def test_any_names_can_be_put_in_order(words: list[str]) -> None:
    keys = sorted(map(natural_key, words))
    assert all(before <= after for before, after in pairwise(keys))
