"""A host's clock on ours."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from poller.stream.host_clock import HostClock

START = 1_790_000_000.0


def ms_of(clock: HostClock, m: float, arrived_at: float) -> int:
    clock.observe(m, arrived_at)
    return clock.to_utc_ms(m)


def test_a_reading_has_the_time_at_which_it_came_when_the_way_is_short() -> None:
    assert ms_of(HostClock(), 100.0, START) == START * 1000


def test_the_quickest_arrival_says_how_late_the_others_were() -> None:
    clock = HostClock()
    ms_of(clock, 100.0, START + 0.2)
    ms_of(clock, 105.0, START + 5.01)
    assert ms_of(clock, 110.0, START + 10.3) == (START + 10.01) * 1000


def test_lines_that_a_stalled_link_held_up_get_the_times_at_which_they_were_read() -> None:
    clock = HostClock()
    ms_of(clock, 100.0, START)
    late = [ms_of(clock, m, START + 60) for m in (105.0, 110.0, 115.0)]
    assert late == [(START + 5) * 1000, (START + 10) * 1000, (START + 15) * 1000]


def test_a_quick_arrival_counts_for_five_minutes_only() -> None:
    clock = HostClock()
    ms_of(clock, 100.0, START)
    slow = [ms_of(clock, 100.0 + s, START + s + 0.5) for s in range(5, 310, 5)]
    assert slow[0] == (START + 5) * 1000
    assert slow[-1] == (START + 305.5) * 1000


def test_a_machine_that_was_paused_for_an_hour_is_right_again_with_its_first_line() -> None:
    clock = HostClock()
    ms_of(clock, 100.0, START)
    assert ms_of(clock, 105.0, START + 3605) == (START + 3605) * 1000


def test_the_poller_stepping_its_own_clock_back_gives_no_time_twice() -> None:
    clock = HostClock()
    before = ms_of(clock, 100.0, START)
    after = [ms_of(clock, 100.0 + s, START - 3600 + s) for s in (5, 10)]
    assert before < after[0] < after[1]


@given(st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 4e9)), min_size=2, max_size=40))
def test_times_always_grow(arrivals: list[tuple[float, float]]) -> None:
    clock = HostClock()
    times = [ms_of(clock, m, arrived_at) for m, arrived_at in arrivals]
    assert all(one < other for one, other in pairwise(times))
