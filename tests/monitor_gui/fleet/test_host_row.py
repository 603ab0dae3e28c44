"""Rows stay the same objects for as long as nothing has changed."""

from dataclasses import replace
from typing import Any

import pytest

from fleet.fleet_totals import Standing
from fleet.reading import Health
from monitor_gui.fleet.host_row import is_from_before, make_rows
from tests.monitor_gui.fleet.made_looks import MOMENT, NOW_MS, failing, host, look, lost, pictured, reading


def test_a_host_of_which_nothing_is_new_keeps_its_row() -> None:
    seen = pictured(4)
    before = make_rows(seen, {})
    again = replace(seen, readings=[replace(each) for each in seen.readings])
    assert all(row is before[host_id] for host_id, row in make_rows(again, before).items())


@pytest.mark.parametrize("change", [{"ts": NOW_MS}, {"note": "other"}, {"health": Health.WARNING}])
def test_a_host_that_has_changed_gets_another_row(change: dict[str, Any]) -> None:
    first, second = reading(host("a", 1)), reading(host("b", 2))
    before = make_rows(look([first, second]), {})
    after = make_rows(look([replace(first, **change), second]), before)
    assert after[1] is not before[1]
    assert after[2] is before[2]


def test_a_longer_curve_makes_another_row() -> None:
    seen = pictured(2)
    other = pictured(2)
    before = make_rows(seen, {})
    assert make_rows(other, before)[1] is not before[1]


def test_how_long_a_host_is_away_is_told_in_its_largest_unit() -> None:
    away = lost(host("a", 1), ago_s=240)
    row = make_rows(look([away]), {})[1]
    assert row.span == "4 min"
    assert row.standing is Standing.OFFLINE
    later = look([away], moment=replace(MOMENT, now_ms=NOW_MS + 10_000))
    assert make_rows(later, {1: row})[1] is row
    much_later = look([away], moment=replace(MOMENT, now_ms=NOW_MS + 100_000))
    assert make_rows(much_later, {1: row})[1].span == "5 min"


def test_a_host_that_was_never_read_has_no_span() -> None:
    never = replace(lost(host("a", 1)), ts=None)
    assert make_rows(look([never]), {})[1].span == ""


def test_without_a_poller_and_without_a_database_values_are_from_before() -> None:
    seen = look([])
    assert not is_from_before(seen)
    assert is_from_before(replace(seen, failure=failing()))
    assert is_from_before(replace(seen, moment=replace(MOMENT, is_polled=False)))


def test_only_what_is_not_known_is_from_before() -> None:
    unknown = lost(host("a", 1), Health.UNKNOWN, "no poller is running")
    blocked = lost(host("b", 2), Health.BLOCKED, "host key changed")
    never = replace(unknown, host=host("c", 3), host_id=3, ts=None)
    rows = make_rows(look([unknown, blocked, never], moment=replace(MOMENT, is_polled=False)), {})
    assert [rows[host_id].is_from_before for host_id in (1, 2, 3)] == [True, False, False]


def test_a_host_that_is_not_registered_has_no_row() -> None:
    assert make_rows(look([replace(reading(host("a", 1)), host_id=None)]), {}) == {}
