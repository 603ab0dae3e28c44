from dataclasses import replace

import pytest

from storage.poller_figures import PollerFigures, PollerHealth, PollerTrouble
from storage.pollers import Poller
from watchpost.terminal.poller_panel import poller_panel

POLLER = Poller("p", "ops-01", 7, "1", 0, 0, None, 41)
FIGURES = PollerFigures(
    health=PollerHealth.DEGRADED,
    troubles=(PollerTrouble.QUEUE_LONG,),
    hosts=24,
    up=23,
    queue=9000,
    failures_total={"timeout": 31, "refused": 30, "lost": 4, "auth": 3},
)
TELLING = replace(POLLER, figures=FIGURES.as_json())


def lines(*pollers: Poller, width: int = 64) -> list[str]:
    return [line.plain.rstrip() for line in poller_panel(pollers, width)]


def test_it_says_how_the_poller_is_and_every_figure() -> None:
    shown = lines(TELLING)
    assert shown[:3] == ["▲ ops-01, process 7", "  readings pile up", "Hosts               23 of 24 up"]
    assert "Waiting in memory   9\N{NARROW NO-BREAK SPACE}000 ▲" in shown


def test_a_long_value_goes_on_below_its_column() -> None:
    at = next(place for place, line in enumerate(lines(TELLING)) if line.startswith("Failures so far"))
    assert lines(TELLING)[at:] == [
        "Failures so far     no answer in time 31 · connection refused 30",
        "                    connection lost 4 · login refused 3",
    ]


def test_several_stand_below_each_other_and_an_older_one_says_what_it_is() -> None:
    shown = lines(TELLING, POLLER)
    assert shown[-3:] == ["", "ops-01, process 7", "It is an older one, which says nothing of its work."]


def test_without_any_it_says_so() -> None:
    assert lines() == ["No poller is running."]


@pytest.mark.parametrize("width", [24, 40, 66, 120])
def test_it_stays_in_its_width(width: int) -> None:
    assert all(line.cell_len <= width for line in poller_panel([TELLING], width))
