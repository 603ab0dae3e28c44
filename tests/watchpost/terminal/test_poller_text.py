from dataclasses import replace
from typing import Any

import pytest

from storage.poller_figures import PollerFigures, PollerHealth, PollerTrouble
from storage.pollers import Poller
from watchpost import palette
from watchpost.terminal.poller_text import Detail, poller_text

OLDER = Poller("p", "here", 1, "0.1.0", 0, 0, None, 41)


def telling(**figures: Any) -> Poller:  # noqa: ANN401 - whatever a figure is
    """A poller that says that of its work."""
    return replace(OLDER, figures=PollerFigures(**{"health": PollerHealth.READY, **figures}).as_json())


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (Detail.ALL, "● poller running · every 5 s · 4.8/s · lag 41 ms "),
        (Detail.RHYTHM, "● poller running · every 5 s · lag 41 ms "),
        (Detail.LAG, "● poller · lag 41 ms "),
    ],
    ids=str,
)
def test_there_is_as_much_as_there_is_room_for(detail: Detail, said: str) -> None:
    poller = telling(scrapes_per_s=4.8)
    assert poller_text(poller, [poller], 5.0, detail).plain == said


def test_an_older_poller_tells_no_rate() -> None:
    assert poller_text(OLDER, [OLDER], 5.0, Detail.ALL).plain == "● poller running · every 5 s · lag 41 ms "


def test_what_is_wrong_is_told_with_its_shape_and_colour() -> None:
    poller = telling(health=PollerHealth.DEGRADED, troubles=(PollerTrouble.QUEUE_LONG,), scrapes_per_s=4.8)
    text = poller_text(poller, [poller], 5.0, Detail.ALL)
    assert text.plain == "▲ poller running · readings pile up · 4.8/s · lag 41 ms "
    assert text.spans[0].style == palette.WARNING
    assert poller_text(poller, [poller], 5.0, Detail.LAG).plain == "▲ poller · readings pile up · lag 41 ms "


def test_several_are_counted_and_their_rates_added_up() -> None:
    pollers = [telling(scrapes_per_s=200.0), telling(scrapes_per_s=100.0)]
    assert poller_text(pollers[0], pollers, 5.0, Detail.ALL).plain.startswith("● 2 pollers running · every 5 s · 300/s")


def test_none_is_a_warning() -> None:
    assert poller_text(None, [], 5.0, Detail.ALL).plain == "○ no poller is running "
