"""A machine that slept."""

from poller.sleep_watch import SleepWatch, steady_with_sleep_s


class Clock:
    now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def test_a_gap_in_which_nobody_could_look_is_a_sleep_and_is_told_once() -> None:
    clock = Clock()
    watch = SleepWatch(clock)
    clock.now_s += 3_600
    assert watch.slept_s() == 3_600
    assert watch.slept_s() == 0


def test_a_busy_second_is_none() -> None:
    clock = Clock()
    watch = SleepWatch(clock)
    for passed_s in (1, 5, 29):
        clock.now_s += passed_s
        assert watch.slept_s() == 0


def test_the_clock_goes_on() -> None:
    assert steady_with_sleep_s() <= steady_with_sleep_s()
