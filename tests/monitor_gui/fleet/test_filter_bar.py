"""The row that says which hosts are shown."""

import pytest
from pytestqt.qtbot import QtBot

from fleet.fleet_totals import FleetTotals, Standing
from monitor_gui.fleet.arrangement import Arrangement, Column, arrangement_of
from monitor_gui.fleet.filter_bar import FilterBar
from monitor_gui.theme.appearance import Appearance


@pytest.fixture
def bar(qtbot: QtBot, appearance: Appearance) -> FilterBar:
    made = FilterBar(appearance)
    qtbot.addWidget(made)
    made.show()
    return made


def test_groups_can_be_chosen_where_there_are_any(bar: FilterBar, qtbot: QtBot) -> None:
    assert not bar.groups.isVisible()
    bar.show_totals(FleetTotals(hosts=2, groups=frozenset({"web-10", "web-2", "every"})))
    assert bar.groups.isVisible()
    assert [text for _, text in bar.groups.entries] == ["All groups", "every", "web-2", "web-10"]
    for place, group in ((1, "every"), (0, None), (3, "web-10")):
        with qtbot.waitSignal(bar.chosen_group) as told:
            bar.groups.menu().actions()[place].trigger()
        assert told.args == [group]


def test_it_shows_what_is_chosen(bar: FilterBar) -> None:
    bar.show_totals(FleetTotals(hosts=2, groups=frozenset({"Web"})))
    bar.show_filter(Standing.WARNING, "Web")
    assert bar.chips.standing is Standing.WARNING
    assert bar.groups.text() == "Group: Web"
    bar.show_filter(None, None)
    assert bar.groups.text() == "Group: All"


def test_the_order_is_named_also_where_it_is_the_tables_own(bar: FilterBar, qtbot: QtBot) -> None:
    bar.show_arrangement(arrangement_of("network"))
    assert bar.sort.text() == "Sort: Network"
    bar.show_arrangement(Arrangement(Column.LOAD))
    assert bar.sort.text() == "Sort: Load"
    with qtbot.waitSignal(bar.chosen_sort) as told:
        bar.sort.menu().actions()[2].trigger()
    assert told.args == ["cpu"]


def test_before_anything_is_known_there_are_no_counts(bar: FilterBar) -> None:
    bar.show_totals(FleetTotals(hosts=3))
    bar.show_totals(None)
    assert not bar.groups.isVisible()
