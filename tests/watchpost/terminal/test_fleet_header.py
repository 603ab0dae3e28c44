"""The lines above the table."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from fleet.order import SortKey
from fleet.reading import Health
from storage.pollers import Poller
from tests.fleet.made_up import MOMENT, NOW_MS, reading, stale
from watchpost.terminal.fleet_header import Choice, fleet_header
from watchpost.terminal.look import Look

POLLER = Poller("p", "here", 1, "0.1.0", 0, NOW_MS, None, 41)
LOOK = Look(
    moment=MOMENT,
    loaded=True,
    readings=[reading("a"), reading("b", Health.CRITICAL), stale("c")],
    poller=POLLER,
    time_zone=ZoneInfo("Asia/Seoul"),
)
ALL = Choice(SortKey.SEVERITY, "", 3)


def shown(look: Look = LOOK, choice: Choice = ALL, width: int = 140) -> list[str]:
    return [line.plain for line in fleet_header(look, choice, width)]


def test_it_has_the_count_the_time_and_the_poller() -> None:
    first, second, third = shown()
    assert "Watchpost   3 hosts" in first
    assert first.endswith("23:13:20 ")
    assert "✔ 1 ok   ▲ 0 warning   ✖ 1 critical   ◌ 1 unreachable" in second
    assert second.endswith("● poller running · every 5 s · lag 41 ms ")
    assert third == "━" * 140


def test_words_give_way_to_shapes_where_there_is_no_room() -> None:
    assert shown(width=90)[1].endswith("● poller · lag 41 ms ")
    assert "✔ 1   ▲ 0   ✖ 1" in shown(width=60)[1]


def test_without_a_poller_it_says_so() -> None:
    assert shown(replace(LOOK, poller=None))[1].endswith("○ no poller is running ")


def test_a_poller_that_has_stored_nothing_yet_has_no_lag() -> None:
    assert "lag" not in shown(replace(LOOK, poller=replace(POLLER, delay_ms=None)))[1]


def test_the_rate_of_a_poller_that_tells_it_is_there_where_it_fits() -> None:
    telling = replace(POLLER, figures={"health": "ready", "hosts": 3, "scrapes_per_s": 0.6})
    look = replace(LOOK, poller=telling, pollers=[telling])
    assert shown(look)[1].endswith("● poller running · every 5 s · 0.6/s · lag 41 ms ")
    assert shown(look, width=100)[1].endswith("● poller running · every 5 s · lag 41 ms ")
    assert shown(look, width=90)[1].endswith("● poller · lag 41 ms ")


def test_a_filter_is_named_with_how_many_pass_it() -> None:
    assert "1 of 3 hosts · filter “web”" in shown(choice=Choice(SortKey.CPU, "web", 1))[0]


def test_one_host_is_not_called_hosts() -> None:
    assert "1 host " in shown(replace(LOOK, readings=[reading("a")]))[0]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_it_stays_in_its_width(width: int) -> None:
    assert all(line.cell_len <= width for line in fleet_header(LOOK, ALL, width))
