"""Rules that look back over the last minutes."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from alerts.evaluation.windows import SPANS
from alerts.rules.rule import Comparison
from alerts.rules.signal import Function
from storage.scrape import Cadence, Scrape
from tests.alerts.evaluation.made import START, Watching, applied, key, scrape

LOAD = key("load1")
WINDOW_S = 300.0


def seen(function: Function, value_at: Callable[[float], float], seconds: float, step_s: float = 5.0) -> float | None:
    """What the window is after so many seconds of a value; None while nothing is said of it."""
    any_value = applied(function=function, window_s=WINDOW_S, comparison=Comparison.AT_LEAST, warning=-1e300)
    watching = Watching([any_value])
    for number in range(int(seconds / step_s) + 1):
        at = number * step_s
        watching.take(scrape(at, {LOAD: value_at(at)}), interval_s=step_s)
    entries = list(watching.book.entries(1).values())
    return entries[0].value if entries else None


def noisy(seconds: float) -> float:
    return 50 + 30 * math.sin(seconds / 37) + (seconds % 15)


@pytest.mark.parametrize(
    ("function", "of"), [(Function.AVERAGE, np.mean), (Function.LOWEST, np.min), (Function.HIGHEST, np.max)]
)
def test_a_window_is_what_its_values_are(function: Function, of: Callable[[list[float]], float]) -> None:
    for end in (300.0, 905.0, 1235.0):
        found = seen(function, noisy, end)
        # It begins where one of its spans does: between exactly there and one span earlier.
        allowed = [
            of([noisy(at) for at in np.arange(max(0.0, end - back), end + 1, 5.0)])
            for back in np.arange(WINDOW_S - WINDOW_S / SPANS - 5, WINDOW_S + 5, 5.0)
        ]
        assert found is not None
        assert min(allowed) - 1e-9 <= found <= max(allowed) + 1e-9


def test_a_rise_is_told_in_units_a_second_whatever_the_noise() -> None:
    assert seen(Function.CHANGE, lambda at: 7 + 0.25 * at, 700) == pytest.approx(0.25)
    assert seen(Function.CHANGE, lambda at: 1000 - 2 * at, 700) == pytest.approx(-2)
    noise = np.random.default_rng(7).normal(0, 5, 1000)
    assert seen(Function.CHANGE, lambda at: 0.5 * at + noise[int(at)], 900) == pytest.approx(0.5, abs=0.05)


def test_nothing_is_said_of_a_window_of_which_less_than_half_was_watched() -> None:
    assert seen(Function.AVERAGE, lambda _: 9.0, WINDOW_S / 2 - 5) is None
    assert seen(Function.AVERAGE, lambda _: 9.0, WINDOW_S / 2 + 5) == 9


def test_a_burst_is_forgotten_when_the_window_has_passed() -> None:
    assert seen(Function.HIGHEST, lambda at: 99.0 if at == 100 else 1.0, 380) == 99
    assert seen(Function.HIGHEST, lambda at: 99.0 if at == 100 else 1.0, 425) == 1


def test_after_a_gap_a_window_begins_anew() -> None:
    watching = Watching([applied(function=Function.AVERAGE, window_s=WINDOW_S, warning=5.0)])
    for seconds in range(0, 400, 5):
        watching.take(scrape(seconds, {LOAD: 1.0}))
    # The time before would have kept the average down.
    for seconds in range(500, 500 + 145, 5):
        watching.take(scrape(seconds, {LOAD: 9.0}))
    assert watching.told() == []
    watching.take(scrape(650, {LOAD: 9.0}))
    assert watching.told() == [("fired", "warning", 650)]


def test_values_that_are_missing_are_passed_over() -> None:
    values = [1.0, math.nan, 3.0]
    found = seen(Function.AVERAGE, lambda at: values[int(at / 5) % 3], 800)
    assert found == pytest.approx(2.0, abs=0.05)


def test_the_change_of_a_counter_is_its_rate_and_a_restart_is_no_fall() -> None:
    watching = Watching(
        [applied("context_switches_total", function=Function.CHANGE, window_s=60, comparison=Comparison.NOT_EQUAL)]
    )
    for number in range(40):
        # It begins at 0 again in the midst of it.
        count = 100.0 * (number if number < 20 else number - 20)
        watching.take(scrape(number * 5, {key("context_switches_total"): count}))
    (entry,) = watching.book.entries(1).values()
    assert entry.value == pytest.approx(20)


def test_hosts_do_not_mix_and_another_layout_begins_anew() -> None:
    rule = applied("filesystem_used_bytes", function=Function.AVERAGE, window_s=60, warning=50.0)
    watching = Watching([rule], hosts=range(1, 11))

    def disk(host_id: int, seconds: float, *mounts: str) -> Scrape:
        values = {}
        for mount in mounts:
            values[key("filesystem_size_bytes", mount=mount)] = 100.0
            values[key("filesystem_free_bytes", mount=mount)] = 100.0 - host_id * 10
        return scrape(seconds, values, host_id=host_id, cadence=Cadence.SLOW)

    for seconds in range(0, 120, 10):
        watching.take(*(disk(host_id, seconds, "a", "b") for host_id in range(1, 11)))
    assert {change.host_id for change in watching.changes} == {6, 7, 8, 9, 10}
    watching.changes.clear()
    for seconds in range(120, 240, 10):
        watching.take(disk(3, seconds, "c"), disk(9, seconds, "c"))
    assert [(change.host_id, change.series, change.ts - START) for change in watching.changes] == [
        (9, 'mount="c"', 150_000)
    ]


def test_hosts_that_leave_give_their_room_to_others() -> None:
    rule = applied(function=Function.AVERAGE, window_s=60, warning=5.0)
    watching = Watching([rule])
    for round_of_hosts in range(50):
        watching.follow({host_id: [rule] for host_id in range(round_of_hosts * 10, round_of_hosts * 10 + 10)})
        for host_id in range(round_of_hosts * 10, round_of_hosts * 10 + 10):
            watching.take(scrape(0, {LOAD: 1.0}, host_id=host_id))
    assert len(watching.live._windows) == 10
