"""Sorting and filtering."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.order import SortKey, filter_fleet, group_of, natural_key, network_rate, sort_fleet, tags_of
from fleet.reading import NO_HEADLINE, Health, HostReading
from storage.host import NewHost
from tests.fleet.made_up import reading, stale


def labelled(name: str, group: str | None, *tags: str) -> HostReading:
    return replace(reading(name), host=NewHost(name=name, group=group, tags=tags))


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


def test_the_busiest_network_comes_first_both_ways_together() -> None:
    quiet, busy, silent = reading("quiet"), reading("busy"), reading("silent")
    busy = replace(busy, headline=replace(busy.headline, receive_bytes_per_second=1.0, transmit_bytes_per_second=9e9))
    silent = replace(silent, headline=replace(silent.headline, receive_bytes_per_second=float("nan")))
    fleet = [silent, stale("gone"), quiet, busy]
    assert names(sort_fleet(fleet, SortKey.NETWORK))[:2] == ["busy", "quiet"]


def test_one_way_of_the_network_is_better_than_none() -> None:
    assert network_rate(replace(NO_HEADLINE, transmit_bytes_per_second=5.0)) == 5.0
    assert network_rate(NO_HEADLINE) is None


def test_a_filter_finds_names_addresses_states_and_notes() -> None:
    fleet = [reading("web-1"), reading("db-1", Health.CRITICAL), stale("gw")]
    assert names(filter_fleet(fleet, "WEB")) == ["web-1"]
    assert names(filter_fleet(fleet, "db-1.exam")) == ["db-1"]
    assert names(filter_fleet(fleet, "critical")) == ["db-1"]
    assert names(filter_fleet(fleet, "refused")) == ["gw"]
    assert names(filter_fleet(fleet, "  ")) == ["web-1", "db-1", "gw"]


def test_a_filter_finds_groups_and_tags() -> None:
    fleet = [labelled("a", "Postgres", "seoul", "prod"), labelled("b", None), reading("c")]
    assert names(filter_fleet(fleet, "postgres")) == ["a"]
    assert names(filter_fleet(fleet, "Seoul prod")) == ["a"]


@pytest.mark.parametrize(
    ("host", "group", "tags"),
    [
        (NewHost(name="plain"), "", ()),
        (NewHost(name="both", group="Web", tags=("a", "b")), "Web", ("a", "b")),
    ],
)
def test_a_host_without_a_group_is_in_none(host: NewHost, group: str, tags: tuple[str, ...]) -> None:
    assert group_of(host) == group
    assert tags_of(host) == tags


def test_every_word_of_a_filter_has_to_be_there() -> None:
    fleet = [reading("web-1"), reading("web-2", Health.CRITICAL)]
    assert names(filter_fleet(fleet, "web crit")) == ["web-2"]
    assert filter_fleet(fleet, "web db") == []


@given(st.lists(st.text(max_size=30), max_size=10))
def test_any_names_can_be_put_in_order(words: list[str]) -> None:
    keys = sorted(map(natural_key, words))
    assert all(before <= after for before, after in pairwise(keys))
