from typing import Any

from fleet.poller_work import work_of
from storage.poller_figures import PollerFigures, PollerHealth, PollerTrouble
from storage.pollers import Poller


def poller(**figures: Any) -> Poller:  # noqa: ANN401 - whatever a figure is
    """One that says that of its work; with nothing given, an older one that says nothing."""
    said = PollerFigures(**figures).as_json() if figures else None
    return Poller("x", "desk", 7, "1", 0, 0, None, 41, figures=said)


def test_pollers_that_say_nothing_are_not_counted() -> None:
    assert work_of([]) is None
    assert work_of([poller()]) is None
    work = work_of([poller(), poller(hosts=3)])
    assert work is not None
    assert work.pollers == 1


def test_several_are_added_up_and_the_latest_counts() -> None:
    work = work_of(
        [
            poller(hosts=10, up=9, scrapes_per_s=2.0, delay_p99_ms=40.0),
            poller(hosts=20, up=20, scrapes_per_s=4.0, delay_p99_ms=900.0),
            poller(hosts=5),
        ]
    )
    assert work is not None
    assert (work.hosts, work.up, work.scrapes_per_s, work.delay_p99_ms) == (35, 29, 6.0, 900.0)


def test_what_none_of_them_knows_is_not_known() -> None:
    work = work_of([poller(hosts=1)])
    assert work is not None
    assert work.scrapes_per_s is None
    assert work.delay_p99_ms is None


def test_the_worst_one_says_how_they_are_and_its_troubles_come_first() -> None:
    work = work_of(
        [
            poller(health=PollerHealth.READY),
            poller(health=PollerHealth.DEGRADED, troubles=(PollerTrouble.DELAY_HIGH, PollerTrouble.QUEUE_LONG)),
            poller(health=PollerHealth.FAILING, troubles=(PollerTrouble.DATABASE_AWAY, PollerTrouble.QUEUE_LONG)),
        ]
    )
    assert work is not None
    assert work.health is PollerHealth.FAILING
    assert work.troubles == (PollerTrouble.DATABASE_AWAY, PollerTrouble.QUEUE_LONG, PollerTrouble.DELAY_HIGH)
