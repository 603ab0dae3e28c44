"""What may be said of a difference."""

from collections.abc import Sequence

import numpy as np
import pytest

from fleet.before_after import Change, Verdict, change_of
from fleet.compared_metrics import Together
from fleet.compared_side import NOTHING, HostSide, host_side, quantities
from tests.fleet.compared import SPAN, points


def side(values: Sequence[float]) -> HostSide:
    (readings,) = quantities([points("x", values)], Together.APART).values()
    return host_side(readings, SPAN, 60_000)


def change(before: Sequence[float], after: Sequence[float], *, in_percent: bool = True) -> Change:
    return change_of([side(before)], [side(after)], in_percent=in_percent)


def noise(seed: int, *, mean: float = 50.0, remembered: float = 0.9) -> list[float]:
    """An hour of readings of which each depends on the one before, as load does: 5 points up and down."""
    random = np.random.default_rng(seed)
    steps = random.normal(scale=5.0 * np.sqrt(1 - remembered**2), size=720)
    values = np.empty(720)
    values[0] = random.normal(scale=5.0)
    for place in range(1, 720):
        values[place] = remembered * values[place - 1] + steps[place]
    return [float(value) for value in values + mean]


def test_a_clear_change_is_told_with_its_size() -> None:
    found = change([20.0, 22.0] * 360, [40.0, 44.0] * 360)
    assert found.verdict is Verdict.CHANGED
    assert (found.difference, found.percent) == (21.0, 100.0)
    assert (found.before.mean, found.after.mean) == (21.0, 42.0)


def test_of_two_readings_no_change_is_made() -> None:
    found = change([20.0], [40.0])
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert (found.difference, found.margin) == (20.0, None)


def test_without_readings_on_one_side_there_is_no_difference() -> None:
    found = change_of([side([1.0] * 720)], [host_side(NOTHING, SPAN, 60_000)], in_percent=True)
    assert (found.difference, found.percent, found.verdict) == (None, None, Verdict.NOT_ENOUGH_DATA)
    assert found.before.mean == 1.0


def test_a_mean_of_zero_before_has_no_percentage() -> None:
    found = change([0.0] * 720, [5.0] * 720)
    assert (found.difference, found.percent, found.verdict) == (5.0, None, Verdict.CHANGED)


@pytest.mark.parametrize(
    ("after", "in_percent", "verdict"),
    [
        (50.05, True, Verdict.WITHIN_NOISE),
        (50.2, True, Verdict.CHANGED),
        (50.2, False, Verdict.WITHIN_NOISE),
        (50.6, False, Verdict.CHANGED),
    ],
)
def test_what_is_too_small_to_matter_is_no_change_however_steady(
    after: float, in_percent: bool, verdict: Verdict
) -> None:
    assert change([50.0] * 720, [after] * 720, in_percent=in_percent).verdict is verdict


def test_chance_is_hardly_ever_called_a_change() -> None:
    found = [change(noise(seed), noise(seed + 1_000)).verdict for seed in range(200)]
    assert found.count(Verdict.CHANGED) <= 6


def test_a_change_of_the_size_of_the_noise_is_found() -> None:
    found = [change(noise(seed), noise(seed + 1_000, mean=55.0)).verdict for seed in range(50)]
    assert found.count(Verdict.CHANGED) >= 45


def test_hosts_are_taken_together() -> None:
    before, after = [side([10.0] * 720), side([30.0] * 720)], [side([20.0] * 720), side([30.0] * 720)]
    found = change_of(before, after, in_percent=True)
    assert (found.before.mean, found.after.mean, found.difference, found.percent) == (20.0, 25.0, 5.0, 25.0)
    assert found.verdict is Verdict.CHANGED
