import pytest

from poller.health.rate import Rate


def test_the_first_look_tells_nothing() -> None:
    assert Rate().at(5.0, 100) is None


def test_it_is_that_of_the_last_seconds() -> None:
    rate = Rate()
    for look in range(20):
        told = rate.at(2.5 * look, 500 * look)
    assert told == pytest.approx(200.0)
    for look in range(20, 27):
        told = rate.at(2.5 * look, 500 * 19)
    assert told == 0.0


def test_a_number_that_starts_anew_is_no_negative_growth() -> None:
    rate = Rate()
    rate.at(0.0, 100)
    assert rate.at(1.0, 5) == 0.0
