from monitor_gui.poller.restart_plan import WINDOW_MS, recent, restart_at


def after(*deaths_s: float) -> float | None:
    """Seconds from the last of these deaths to the next start."""
    deaths = [round(death * 1000) for death in deaths_s]
    again = restart_at(deaths, deaths[-1])
    return None if again is None else (again - deaths[-1]) / 1000


def test_each_pause_is_longer_than_the_one_before() -> None:
    assert [after(*range(count)) for count in range(1, 6)] == [1, 2, 5, 10, 30]


def test_after_five_restarts_within_five_minutes_it_is_given_up() -> None:
    assert after(0, 10, 20, 30, 40, 80) is None


def test_deaths_of_long_ago_are_forgiven() -> None:
    assert after(0, 10, 20, 30, 40, WINDOW_MS / 1000 + 41) == 1


def test_deaths_in_the_future_of_a_clock_that_was_set_back_do_not_count() -> None:
    assert recent([5000, 1000], 2000) == (1000,)
