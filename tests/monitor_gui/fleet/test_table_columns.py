"""Which columns there is room for."""

import pytest

from monitor_gui.fleet.arrangement import Column
from monitor_gui.fleet.table_columns import column_widths


@pytest.mark.parametrize("has_groups", [True, False])
def test_the_columns_fill_the_room(has_groups: bool) -> None:
    for room in range(400, 2600, 17):
        widths = column_widths(room, has_groups=has_groups)
        assert sum(widths.values()) == room
        assert {Column.STATE, Column.NAME, Column.CPU} <= widths.keys()
        assert has_groups or Column.GROUP not in widths


def test_all_columns_are_there_in_a_window_of_1440_pixels() -> None:
    assert set(column_widths(1166, has_groups=True)) == set(Column)


def test_what_says_least_goes_first() -> None:
    assert set(Column) - set(column_widths(1006, has_groups=False)) == {Column.GROUP, Column.LOAD}


def test_a_very_narrow_window_keeps_what_matters() -> None:
    assert set(column_widths(200, has_groups=True)) == {Column.STATE, Column.NAME, Column.CPU}
