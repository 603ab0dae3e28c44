"""Scales of values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor_gui.charts.value_ticks import PERCENT, ValueScale, bytes_scale, rate_scale

GIB = 2.0**30


def texts(scale: ValueScale) -> list[str]:
    return [text for _, text in scale.ticks]


def test_percent_is_always_the_whole() -> None:
    assert texts(PERCENT) == ["0%", "25%", "50%", "75%", "100%"]
    assert (PERCENT.bottom, PERCENT.top) == (0, 100)


@pytest.mark.parametrize(
    ("size", "labels", "top"),
    [
        (64 * GIB, ["0", "16G", "32G", "48G", "64G"], 64 * GIB),
        (62.7 * GIB, ["0", "16G", "32G", "48G", "64G"], 64 * GIB),
        (50 * GIB, ["0", "16G", "32G", "48G"], 50 * GIB),
        (3.8 * GIB, ["0", "1G", "2G", "3G"], 3.8 * GIB),
        (500e6, ["0", "128M", "256M", "384M"], 500e6),
        (0, ["0", "256", "512", "768", "1K"], 1024),
        (float("inf"), ["0", "256", "512", "768", "1K"], 1024),
    ],
)
def test_memory_goes_up_to_its_size(size: float, labels: list[str], top: float) -> None:
    scale = bytes_scale(size)
    assert texts(scale) == labels
    assert scale.top == pytest.approx(top)


def test_both_ways_of_a_network_share_one_step() -> None:
    assert texts(rate_scale(360e6, 760e6)) == ["400M", "0", "400M", "800M"]
    assert [value for value, _ in rate_scale(360e6, 760e6).ticks] == [-400e6, 0, 400e6, 800e6]


def test_a_quiet_network_has_a_scale_too() -> None:
    assert texts(rate_scale(0, 0)) == ["0", "250", "500", "750", "1k"]
    assert rate_scale(float("nan"), float("inf")).top == 1000


@given(st.floats(0, 1e30), st.floats(0, 1e30))
def test_every_rate_fits_with_few_marks(below: float, above: float) -> None:
    scale = rate_scale(below, above)
    hardly = 1e-6 * (scale.top - scale.bottom)
    assert scale.bottom <= -min(below, 1e18) + hardly
    assert scale.top >= min(above, 1e18) - hardly
    assert 2 <= len(scale.ticks) <= 5
    assert all(len(text) <= 6 for text in texts(scale))


@given(st.floats(0, 1e30))
def test_every_amount_fits_with_few_marks(most: float) -> None:
    scale = bytes_scale(most)
    assert scale.top >= min(most, 1e18)
    assert 3 <= len(scale.ticks) <= 5
    assert all(len(text) <= 6 for text in texts(scale))
    assert scale.ticks[-1][0] <= scale.top
