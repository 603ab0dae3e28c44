"""Intervals of time."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from storage.reading.extents import Extent, Extents, common, inside, united, widened, without

SOME = st.lists(st.builds(lambda since, length: Extent(since, since + length), st.integers(0, 30), st.integers(1, 9)))


def moments(extents: Extents | list[Extent]) -> set[int]:
    return {moment for each in extents for moment in range(*each)}


@given(SOME)
def test_united_ones_are_apart_and_hold_the_same(some: list[Extent]) -> None:
    joined = united(some)
    assert moments(joined) == moments(some)
    assert all(first.until < second.since for first, second in pairwise(joined))


@given(SOME, SOME)
def test_what_is_left_and_what_is_common_make_the_whole(first: list[Extent], second: list[Extent]) -> None:
    whole, taken = united(first), united(second)
    assert moments(without(whole, taken)) == moments(whole) - moments(taken)
    assert moments(common(whole, taken)) == moments(whole) & moments(taken)


@given(SOME)
def test_moments_are_inside_from_the_start_on_and_before_the_end(some: list[Extent]) -> None:
    ts = np.arange(50)
    assert set(ts[inside(ts, united(some))].tolist()) == moments(some)


def test_widened_ones_begin_and_end_at_multiples() -> None:
    assert widened(Extent(61, 119), 60) == (60, 120)
    assert widened(Extent(60, 120), 60) == (60, 120)
    assert widened(Extent(-1, 1), 60) == (-60, 60)
