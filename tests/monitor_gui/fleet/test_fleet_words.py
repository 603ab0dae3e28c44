"""What is said of the whole fleet."""

from dataclasses import replace
from datetime import UTC

from fleet.fleet_totals import FleetTotals
from monitor_gui.fleet.fleet_words import subtitle
from tests.monitor_gui.fleet.made_looks import MOMENT, NOW_MS, failing, look

TOTALS = FleetTotals(hosts=128, groups=frozenset("abcdef"), newest_ts=NOW_MS - 3000)


def test_the_line_below_the_title_counts_and_tells_the_age() -> None:
    assert subtitle(look([]), TOTALS) == "128 hosts in 6 groups · updated 3 s ago"
    assert subtitle(look([]), replace(TOTALS, hosts=1, groups=frozenset())) == "1 host · updated 3 s ago"
    assert subtitle(look([]), replace(TOTALS, groups=frozenset("a"))).startswith("128 hosts in 1 group ·")


def test_where_nothing_newer_can_be_known_it_tells_from_when_this_is() -> None:
    for seen in (look([], failure=failing()), look([], moment=replace(MOMENT, is_polled=False))):
        assert subtitle(replace(seen, time_zone=UTC), TOTALS).endswith("· as of 14:13:17")


def test_what_is_not_there_yet_is_said() -> None:
    assert subtitle(look([], loaded=False), FleetTotals()) == "Reading the database…"
    assert subtitle(look([], loaded=False, failure=failing()), FleetTotals()) == "Nothing could be read yet."
    assert subtitle(look([]), FleetTotals()) == "No hosts yet"
    assert subtitle(look([]), replace(TOTALS, newest_ts=None)).endswith("· no reading yet")
