import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from storage.chunks.frame_columns import Together
from storage.chunks.rollup_chunk import RolledUp, decode_rolled, decode_rolled_many, encode_rolled
from storage.chunks.significant import round_significant
from storage.series import Layout
from tests.storage.chunks.columns_of_all_kinds import INT64, any_column, groups_of, layout_of, same_bits

bounded = settings(max_examples=40, deadline=None, derandomize=True, database=None)


@st.composite
def any_buckets(draw: st.DrawFn, layout: Layout | None = None) -> RolledUp:
    """Buckets of any values, as if totals, extremes and counts had nothing to do with each other."""
    length = draw(st.integers(0, 10))
    chosen = layout_of(draw(st.integers(0, 6))) if layout is None else layout
    shape = (length, len(chosen.series))
    ts = sorted(draw(st.sets(INT64, min_size=length, max_size=length)))
    count = draw(arrays.arrays(np.int64, shape, elements=st.sampled_from((0, 1, 12, 60, 2**62))))
    total, minimum, maximum = (draw(any_statistic(count)) for _ in range(3))
    return RolledUp(np.array(ts, dtype=np.int64), chosen, total, minimum, maximum, count)


@st.composite
def any_statistic(draw: st.DrawFn, count: NDArray[np.int64]) -> NDArray[np.float64]:
    """As many values as there are counts, NaN where these are 0."""
    length, series = count.shape
    columns = np.array([draw(any_column(length)) for _ in range(series)]).reshape(series, length).T.copy()
    columns[count == 0] = np.nan
    return columns


def minutes(values: NDArray[np.float64], layout: Layout) -> RolledUp:
    """Buckets of 12 readings each, of shape (B, 12, S)."""
    ts = np.arange(len(values), dtype=np.int64) * 60_000
    count = np.full((values.shape[0], values.shape[2]), values.shape[1])
    return RolledUp(ts, layout, values.sum(axis=1), values.min(axis=1), values.max(axis=1), count)


def assert_same(one: RolledUp, other: RolledUp) -> None:
    assert one.layout == other.layout
    assert one.ts.tolist() == other.ts.tolist()
    assert one.count.tolist() == other.count.tolist()
    assert same_bits(one.total, other.total)
    assert same_bits(one.minimum, other.minimum)
    assert same_bits(one.maximum, other.maximum)


@given(any_buckets())
@bounded
def test_buckets_come_back_bit_for_bit(buckets: RolledUp) -> None:
    assert_same(decode_rolled(encode_rolled(buckets), buckets.layout), buckets)


@given(any_buckets(layout_of(6)), st.lists(st.integers(0, 5), max_size=8))
@bounded
def test_chosen_columns_come_in_the_order_asked_for(buckets: RolledUp, columns: list[int]) -> None:
    found = decode_rolled(encode_rolled(buckets), buckets.layout, columns)
    layout = Layout(tuple(buckets.layout.series[column] for column in columns))
    total, minimum, maximum = (array[:, columns] for array in (buckets.total, buckets.minimum, buckets.maximum))
    assert_same(found, RolledUp(buckets.ts, layout, total, minimum, maximum, buckets.count[:, columns]))


@given(st.lists(groups_of(any_buckets(layout_of(4)), 4), max_size=3))
@bounded
def test_many_frames_at_once_give_what_each_gives_alone(asked: list[list[tuple[RolledUp, list[int]]]]) -> None:
    wanted = [
        Together([encode_rolled(each) for each, _ in group], [columns for _, columns in group]) for group in asked
    ]
    for group, got in zip(asked, decode_rolled_many(wanted), strict=True):
        assert got.lengths.tolist() == [len(each.ts) for each, _ in group]
        assert got.ts.tolist() == [ts for each, _ in group for ts in each.ts.tolist()]
        for name in ("total", "minimum", "maximum", "count"):
            values = [getattr(each, name)[:, columns] for each, columns in group]
            assert same_bits(getattr(got, name), np.concatenate(values) if values else np.empty((0, 0)))


def test_what_stands_where_nothing_was_counted_is_not_kept() -> None:
    one = np.ones((1, 1))
    buckets = RolledUp(np.zeros(1, dtype=np.int64), layout_of(1), one, one, one, np.zeros((1, 1), dtype=np.int64))
    found = decode_rolled(encode_rolled(buckets), layout_of(1))
    assert np.isnan([found.total, found.minimum, found.maximum]).all()


def test_rounded_rates_take_a_third_of_what_exact_ones_take() -> None:
    rng = np.random.default_rng(3)
    values = rng.gamma(2.0, 50_000.0, (360, 12, 4))
    exact = minutes(values, layout_of(4))
    total, minimum, maximum = map(round_significant, (exact.total, exact.minimum, exact.maximum))
    rounded = RolledUp(exact.ts, exact.layout, total, minimum, maximum, exact.count)
    assert len(encode_rolled(rounded)) < len(encode_rolled(exact)) / 2.5


def test_series_that_rest_cost_next_to_nothing() -> None:
    values = np.repeat(np.arange(40.0) / 7, 360 * 12).reshape(40, 360, 12).transpose(1, 2, 0)
    assert len(encode_rolled(minutes(values, layout_of(40)))) < 2_500


def test_buckets_that_do_not_fit_their_layout_are_refused() -> None:
    buckets = minutes(np.zeros((3, 12, 2)), layout_of(2))
    with pytest.raises(ValueError, match="do not fit"):
        encode_rolled(
            RolledUp(buckets.ts, layout_of(3), buckets.total, buckets.minimum, buckets.maximum, buckets.count)
        )


def test_a_frame_with_a_byte_changed_is_refused() -> None:
    buckets = minutes(np.random.default_rng(1).random((4, 12, 3)), layout_of(3))
    frame = encode_rolled(buckets)
    for place in range(len(frame)):
        for change in (0x01, 0x80, 0xFF):
            changed = bytearray(frame)
            changed[place] ^= change
            with pytest.raises(ValueError, match=r".+"):
                decode_rolled(bytes(changed), buckets.layout)
