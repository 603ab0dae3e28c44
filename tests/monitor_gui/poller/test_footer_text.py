from typing import Any

from monitor_gui.poller.database_trouble import DatabaseTrouble
from monitor_gui.poller.footer_text import FooterText, footer_text
from monitor_gui.poller.poller_state import PollerKind, PollerState
from monitor_gui.theme.tokens import health_icon
from storage.poller_figures import PollerFigures, PollerHealth, PollerTrouble
from storage.pollers import Poller


def footer(state_kind: PollerKind, **more: object) -> tuple[str, str]:
    text = footer_text(PollerState(kind=state_kind, **more))  # type: ignore[arg-type]
    return text.title, text.detail


def test_the_footer_says_how_often_and_how_late() -> None:
    assert footer(PollerKind.RUNNING, interval_s=5.0, delay_ms=41) == ("Collector running", "every 5 s · lag 41 ms")
    assert footer(PollerKind.RUNNING, interval_s=60.0)[1] == "every 1 min"
    assert footer(PollerKind.RUNNING, interval_s=5.0, delay_ms=12_300)[1].endswith("lag 12.3 s")
    assert footer(PollerKind.DIED, restarts_in_s=10) == ("Collector ended", "starts again in 10 s")


def test_of_another_ones_poller_the_footer_names_the_process_and_the_tip_the_machine() -> None:
    state = PollerState(kind=PollerKind.RUNNING_ELSEWHERE, interval_s=5, delay_ms=33, machine="m\u202e\n" * 99, pid=7)
    text = footer_text(state)
    assert text.detail == "pid 7 · lag 33 ms"
    assert "process 7 on m\ufffd " in text.tip
    assert len(text.tip) < 200
    assert "\u202e" not in text.tip


def test_every_state_has_a_title_a_shape_and_a_tip() -> None:
    for each in PollerKind:
        text = footer_text(PollerState(kind=each, trouble=DatabaseTrouble.FULL, restarts_in_s=1, interval_s=5.0))
        assert text.title
        assert text.tip.startswith(text.title)
        assert health_icon(text.health)
    busy = footer_text(PollerState(kind=PollerKind.DATABASE_TROUBLE, trouble=DatabaseTrouble.LOCKED))
    assert busy.health == "warning"


def test_the_tip_has_the_last_words_of_one_that_died() -> None:
    state = PollerState(kind=PollerKind.GAVE_UP, last_words="disk \x1b[31mfull")
    assert footer_text(state).tip.endswith("disk \ufffd[31mfull")


def telling(name: str = "desk", **figures: Any) -> Poller:  # noqa: ANN401 - whatever a figure is
    """A poller that says how its work goes."""
    said = PollerFigures(**{"health": PollerHealth.READY, **figures}).as_json()
    return Poller("x", "desk", 7, "1", 0, 0, None, 41, name=name, figures=said)


def running(*pollers: Poller) -> FooterText:
    return footer_text(PollerState(kind=PollerKind.RUNNING, interval_s=5.0, delay_ms=41, pollers=pollers))


def test_a_third_line_has_the_hosts_and_the_rate() -> None:
    text = running(telling(hosts=24, up=23, scrapes_per_s=4.8))
    assert (text.title, text.detail, text.work) == ("Collector running", "every 5 s · lag 41 ms", "23 of 24 up · 4.8/s")
    assert text.health == "ok"
    assert running(telling(hosts=3000, up=2986, scrapes_per_s=597.2)).work == "2\u202f986 of 3\u202f000 up · 597/s"
    assert running(telling(hosts=1)).work == "0 of 1 up"


def test_an_older_poller_that_says_nothing_looks_as_before() -> None:
    text = footer_text(PollerState(kind=PollerKind.RUNNING, interval_s=5.0, delay_ms=41))
    assert text.work == ""
    assert text.tip == "Collector running\nevery 5 s · lag 41 ms"


def test_what_is_wrong_stands_in_the_place_of_what_it_does() -> None:
    troubles = (PollerTrouble.QUEUE_LONG, PollerTrouble.DELAY_HIGH)
    text = running(telling(health=PollerHealth.DEGRADED, troubles=troubles))
    assert (text.detail, text.health) == ("readings pile up", "warning")
    assert running(telling(health=PollerHealth.FAILING, troubles=troubles)).health == "critical"


def test_several_are_counted_and_added_up_and_each_is_named_in_the_tip() -> None:
    text = running(
        telling("east", hosts=10, up=10, scrapes_per_s=2.0),
        telling("west", hosts=20, up=19, scrapes_per_s=4.0, health=PollerHealth.DEGRADED,
                troubles=(PollerTrouble.SPOOL_IN_USE,)),
    )  # fmt: skip
    assert text.title == "2 collectors running"
    assert text.detail == "readings wait on the disk"
    assert text.work == "29 of 30 up · 6.0/s"
    assert "\n\neast on desk, process 7\nHosts: 10 of 10 up\n" in text.tip
    assert "\n\nwest on desk, process 7\nHosts: 19 of 20 up\n" in text.tip


def test_the_process_of_another_ones_poller_gives_way_to_its_work() -> None:
    state = PollerState(
        kind=PollerKind.RUNNING_ELSEWHERE, interval_s=5.0, delay_ms=33, pid=7, machine="m", pollers=(telling(hosts=1),)
    )
    text = footer_text(state)
    assert text.detail == "every 5 s · lag 33 ms"
    assert "process 7 on m" in text.tip
