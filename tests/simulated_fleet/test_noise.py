import numpy as np

from simulated_fleet.noise import bursts_s, pulses_s, wander

KEY = np.array([12_345])


def test_noise_stays_about_zero_for_ever() -> None:
    integral = wander(np.linspace(0, 1e6, 200_001), KEY)

    assert np.abs(integral).max() <= 0.5


def test_noise_stays_within_its_bounds_and_moves() -> None:
    rate = np.diff(wander(np.arange(0, 2000, 0.01), KEY)) / 0.01

    assert np.abs(rate).max() <= 1.0001
    assert rate.std() > 0.2


def test_noise_does_not_leap() -> None:
    rate = np.diff(wander(np.arange(0, 500, 0.01), KEY)) / 0.01

    assert np.abs(np.diff(rate)).max() < 0.05


def test_neighbours_have_other_noise() -> None:
    places = np.arange(0, 3000, 0.5)
    one, other = (np.diff(wander(places, np.array([key]))) for key in (12_345, 12_346))

    assert abs(np.corrcoef(one, other)[0, 1]) < 0.1


def test_the_past_far_away_is_the_same_each_time() -> None:
    assert wander(np.array([1.6e8 + 0.25]), KEY) == wander(np.array([1.6e8 + 0.25]), KEY)


def test_pulses_run_for_their_length_in_each_period() -> None:
    ran = pulses_s(np.array([0.0, 5.0, 9.0, 12.0, 3600.0, 3612.0, 36_000.0]), 3600.0, 5.0, 4.0)

    assert ran.tolist() == [0, 0, 4, 4, 4, 8, 40]


def test_bursts_come_once_in_each_period_and_are_of_all_lengths() -> None:
    moments = np.arange(0, 200 * 9000.0, 10)
    steps = np.diff(bursts_s(moments, KEY, 9000.0)) / 10

    assert steps.min() >= 0
    assert np.allclose(np.add.reduceat(steps, np.arange(0, len(steps), 900)) * 10, 1, atol=0.02)
    heights = np.maximum.reduceat(steps, np.arange(0, len(steps), 900))
    assert heights.max() > 3 * heights.min()
