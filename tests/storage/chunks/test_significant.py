import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.chunks.significant import round_significant

bounded = settings(max_examples=150, deadline=None, derandomize=True, database=None)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(NUMBERS)
@bounded
def test_what_is_left_has_16_significant_bits(value: float) -> None:
    rounded = round_significant(np.array([value]))
    assert rounded.view(np.uint64)[0] & np.uint64((1 << 37) - 1) == 0
    assert round_significant(rounded)[0] == rounded[0]


@given(st.floats(1e-300, 1e300) | st.floats(-1e300, -1e-300))
@bounded
def test_the_error_is_at_most_half_of_the_last_bit(value: float) -> None:
    assert abs(round_significant(np.array([value]))[0] - value) <= abs(value) * 2.0**-16


@given(st.lists(NUMBERS, min_size=2, max_size=2))
@bounded
def test_it_keeps_the_order(pair: list[float]) -> None:
    smaller, larger = round_significant(np.array(sorted(pair)))
    assert smaller <= larger


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.0, 0.0, 65_535.0, 12.5], ids=str)
def test_some_values_stay_as_they_are(value: float) -> None:
    given_value = np.array([value])
    assert round_significant(given_value).tobytes() == given_value.tobytes()


def test_the_largest_number_does_not_become_infinite() -> None:
    largest = np.finfo(np.float64).max
    assert round_significant(np.array([largest, -largest])).tolist() == pytest.approx([largest, -largest], rel=1e-4)


def test_any_shape_will_do() -> None:
    values = np.linspace(1, 2, 12).reshape(3, 4)
    turned = round_significant(values.T)
    assert turned.T.tolist() == round_significant(values).tolist()
