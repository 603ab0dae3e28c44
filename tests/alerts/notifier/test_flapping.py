"""Alerts that come and go."""

from alerts.notifier.flapping import CALM_S, Flapping, at_rest, changed

MINUTE = 60_000


def after(*moments: int) -> Flapping:
    flapping = Flapping()
    for moment in moments:
        flapping = changed(flapping, moment)
    return flapping


def test_two_times_is_no_flapping_yet() -> None:
    assert after(0, MINUTE, 2 * MINUTE).since_at is None


def test_the_fourth_change_within_an_hour_makes_it_flapping() -> None:
    assert after(0, MINUTE, 2 * MINUTE, 3 * MINUTE).since_at == 3 * MINUTE
    assert after(0, 20 * MINUTE, 40 * MINUTE, 60 * MINUTE).since_at is None


def test_it_stays_so_as_long_as_it_goes_on_and_ends_when_it_is_calm() -> None:
    flapping = after(*(at * MINUTE for at in range(0, 200, 10)))
    assert flapping.since_at == 30 * MINUTE
    last = flapping.changes[-1]
    assert at_rest(flapping, last + round(CALM_S * 1000) - 1) == flapping
    assert at_rest(flapping, last + round(CALM_S * 1000)) == Flapping()


def test_what_is_remembered_has_an_end() -> None:
    assert len(after(*range(10_000)).changes) < 20
