"""The order of hosts."""

from dataclasses import replace

import pytest

from fleet.reading import Health
from monitor_gui.fleet.arrangement import (
    SORT_COLUMNS,
    Arrangement,
    Column,
    arrangement_of,
    column_title,
    sort_key_of,
    sort_title,
    starts_downwards,
)
from monitor_gui.fleet.host_row import make_rows
from tests.monitor_gui.fleet.made_looks import MOMENT, host, look, lost, reading

FLEET = [
    reading(host("web-10", 2, "Web"), 20, 70, 10, rates=(5.0, 100.0)),
    reading(host("web-2", 30, "Web"), 40, 60, 30, rates=(50.0, 1.0)),
    reading(host("db", 4, "Data"), 95, 50, 20, rates=(1.0, 2.0)),
    reading(host("none", 5), None, None, None, rates=(None, None)),
    reading(host("nan", 6), float("nan"), float("inf"), 5, rates=(float("nan"), None)),
    lost(host("away", 7, "Web")),
]


def names(arrangement: Arrangement) -> list[str]:
    return [row.reading.name for row in arrangement.arrange(make_rows(look(FLEET), {}).values())]


@pytest.mark.parametrize(
    ("column", "downwards", "first"),
    [
        (Column.STATE, True, ["db", "nan", "away", "none"]),
        (Column.STATE, False, ["none", "web-2", "web-10", "away"]),
        (Column.NAME, False, ["away", "db", "nan", "none", "web-2", "web-10"]),
        (Column.NAME, True, ["web-10", "web-2"]),
        (Column.ADDRESS, False, ["web-10", "db", "none", "nan", "away", "web-2"]),
        (Column.GROUP, False, ["db", "away", "web-2", "web-10", "nan", "none"]),
        (Column.GROUP, True, ["away", "web-2", "web-10", "db", "nan", "none"]),
        (Column.CPU, True, ["db", "web-2", "web-10", "away", "nan", "none"]),
        (Column.CPU, False, ["web-10", "web-2", "db", "away", "nan", "none"]),
        (Column.CURVE, True, ["db", "web-2"]),
        (Column.MEMORY, True, ["nan", "web-10", "web-2"]),
        (Column.DISK, True, ["web-2", "db", "web-10", "nan"]),
        (Column.RECEIVED, True, ["web-2", "web-10", "db"]),
        (Column.SENT, True, ["web-10", "db", "web-2"]),
        (Column.AGE, True, ["away"]),
    ],
)
def test_hosts_are_put_in_order(column: Column, downwards: bool, first: list[str]) -> None:
    assert names(Arrangement(column, downwards))[: len(first)] == first


def test_the_network_is_both_ways_together() -> None:
    assert names(arrangement_of("network"))[:3] == ["web-10", "web-2", "db"]


def test_values_from_before_still_have_an_order() -> None:
    stale = [lost(each.host, Health.UNKNOWN, "no poller") for each in FLEET[:2]]  # type: ignore[arg-type]
    stale[0] = replace(stale[0], headline=replace(stale[0].headline, cpu_percent=80.0))
    rows = make_rows(look(stale, moment=replace(MOMENT, is_polled=False)), {})
    assert Arrangement(Column.CPU).arrange(rows.values())[0].reading.name == "web-10"


def test_every_order_that_is_remembered_is_known_here() -> None:
    for key in SORT_COLUMNS:
        assert sort_key_of(arrangement_of(key)) == key
        assert sort_title(key)


def test_an_order_of_the_table_alone_is_not_remembered() -> None:
    assert sort_key_of(Arrangement(Column.LOAD)) is None
    assert sort_key_of(Arrangement(Column.CPU, downwards=False)) is None
    assert arrangement_of("nonsense") == arrangement_of("severity")


def test_texts_rise_and_the_rest_falls() -> None:
    assert {column for column in Column if not starts_downwards(column)} == {Column.NAME, Column.ADDRESS, Column.GROUP}
    assert all(column_title(column) for column in Column)
