from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.chunks.frame import DamagedChunkError
from storage.chunks.frame_columns import Together
from storage.chunks.raw_chunk import RawReadings, decode_raw, decode_raw_many, encode_raw, merge_raw
from storage.series import Layout, SeriesKey
from tests.storage.chunks.columns_of_all_kinds import any_readings, groups_of, layout_of, same_bits

bounded = settings(max_examples=50, deadline=None, derandomize=True, database=None)


def readings(ts: list[int], columns: dict[str, list[float]], session_at: int = 7) -> RawReadings:
    layout = Layout(tuple(SeriesKey(name) for name in columns))
    values = np.array(list(columns.values()), dtype=np.float64).reshape(len(columns), len(ts)).T
    return RawReadings(np.array(ts, dtype=np.int64), np.full(len(ts), session_at, dtype=np.int64), layout, values)


def assert_same(one: RawReadings, other: RawReadings) -> None:
    assert one.layout == other.layout
    assert one.ts.tolist() == other.ts.tolist()
    assert one.session_at.tolist() == other.session_at.tolist()
    assert same_bits(one.values, other.values)


@given(any_readings())
@bounded
def test_readings_come_back_bit_for_bit(given_readings: RawReadings) -> None:
    frame = encode_raw(given_readings)
    assert_same(decode_raw(frame, given_readings.layout), given_readings)


@given(any_readings(layout_of(9)), st.lists(st.integers(0, 8), max_size=12))
@bounded
def test_chosen_columns_come_in_the_order_asked_for(given_readings: RawReadings, columns: list[int]) -> None:
    found = decode_raw(encode_raw(given_readings), given_readings.layout, columns)
    assert found.layout.series == tuple(given_readings.layout.series[column] for column in columns)
    assert same_bits(found.values, given_readings.values[:, columns])
    assert found.ts.tolist() == given_readings.ts.tolist()


@given(st.lists(groups_of(any_readings(layout_of(5)), 5), max_size=3))
@bounded
def test_many_frames_at_once_give_what_each_gives_alone(asked: list[list[tuple[RawReadings, list[int]]]]) -> None:
    wanted = [Together([encode_raw(each) for each, _ in group], [columns for _, columns in group]) for group in asked]
    for group, got in zip(asked, decode_raw_many(wanted), strict=True):
        assert got.lengths.tolist() == [len(each.ts) for each, _ in group]
        values = [each.values[:, columns] for each, columns in group]
        assert same_bits(got.values, np.concatenate(values) if values else np.empty((0, 0)))
        assert got.ts.tolist() == [ts for each, _ in group for ts in each.ts.tolist()]
        assert got.session_at.tolist() == [at for each, _ in group for at in each.session_at.tolist()]


def test_a_long_stretch_of_regular_readings_comes_back() -> None:
    rng = np.random.default_rng(5)
    ts = 1_795_275_887_111 + np.arange(720) * 5_000 + rng.integers(-5, 6, 720)
    grown = np.cumsum(rng.integers(0, 70_000, (720, 20)), axis=0)
    scales = np.resize([1.0, 1 / 100, 512.0, 1 / 3], 20)
    given_readings = RawReadings(ts, np.full(720, ts[0]), layout_of(20), grown * scales)
    assert_same(decode_raw(encode_raw(given_readings), layout_of(20)), given_readings)


def test_a_series_that_rests_costs_next_to_nothing() -> None:
    ts = list(range(0, 1_800_000, 5_000))
    busy = {"load1": [float(place * place % 97) / 100 for place in range(360)]}
    resting = {f"swap_{place}": [float(place)] * 360 for place in range(50)}
    alone, together = encode_raw(readings(ts, busy)), encode_raw(readings(ts, busy | resting))
    assert len(together) - len(alone) < 200


def test_what_was_decoded_may_be_written_to() -> None:
    given_readings = readings([1, 2], {"a": [1.0, 2.0], "b": [3.0, 3.0]})
    found = decode_raw(encode_raw(given_readings), given_readings.layout)
    found.values[:] = 0
    found.ts[:] = 0
    found.session_at[:] = 0


def test_merging_keeps_the_sealed_reading_where_both_have_one() -> None:
    merged = merge_raw(readings([1, 3], {"a": [1, 3]}, 7), readings([2, 3, 4], {"a": [20, 30, 40]}, 8))
    assert merged.ts.tolist() == [1, 2, 3, 4]
    assert merged.values[:, 0].tolist() == [1, 20, 3, 40]
    assert merged.session_at.tolist() == [7, 8, 7, 8]


def test_merging_takes_the_series_of_both() -> None:
    merged = merge_raw(readings([1], {"a": [1], "b": [2]}), readings([0], {"c": [3], "a": [4]}))
    assert [key.name for key in merged.layout.series] == ["a", "b", "c"]
    assert same_bits(merged.values, np.array([[4, np.nan, 3], [1, 2, np.nan]]))


@given(any_readings(layout_of(4)), any_readings(layout_of(6)))
@bounded
def test_merging_again_changes_nothing(older: RawReadings, newer: RawReadings) -> None:
    once = merge_raw(older, newer)
    assert_same(merge_raw(once, newer), once)
    assert once.ts.tolist() == sorted({*older.ts.tolist(), *newer.ts.tolist()})


def test_readings_that_do_not_fit_their_layout_are_refused() -> None:
    good = readings([1], {"a": [1]})
    with pytest.raises(ValueError, match="do not fit"):
        encode_raw(RawReadings(good.ts, good.session_at, layout_of(2), good.values))


def test_another_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="another number of series"):
        decode_raw(encode_raw(readings([1], {"a": [1]})), layout_of(2))


def test_a_place_beyond_the_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer series"):
        decode_raw_many([Together([encode_raw(readings([1], {"a": [1]}))], [[1]])])


def test_the_error_says_which_frame_is_damaged() -> None:
    sound = encode_raw(readings([1], {"a": [1]}))
    with pytest.raises(DamagedChunkError) as caught:
        decode_raw_many([Together([sound], [[0]]), Together([sound, sound[:-1]], [[0]] * 2)])
    assert caught.value.place == 2


@dataclass
class Sample:
    about: str
    readings: RawReadings


SAMPLES = [
    Sample("one reading", readings([1], {"a": [1.5], "b": [np.nan]})),
    Sample("several forms", readings([1, 9, 11], {"a": [1, 2, 4], "b": [0.1, 0.2, np.inf], "c": [np.nan, 3, 3]})),
    Sample("several families", RawReadings(np.arange(5), np.arange(5), layout_of(9), np.arange(45.0).reshape(5, 9))),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.about)
def test_a_frame_with_a_byte_changed_is_refused(sample: Sample) -> None:
    frame = encode_raw(sample.readings)
    for place in range(len(frame)):
        for change in (0x01, 0x80, 0xFF):
            changed = bytearray(frame)
            changed[place] ^= change
            with pytest.raises(ValueError, match=r".+"):
                decode_raw(bytes(changed), sample.readings.layout)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.about)
def test_a_frame_that_is_cut_or_longer_is_refused(sample: Sample) -> None:
    frame = encode_raw(sample.readings)
    for end in range(len(frame)):
        with pytest.raises(ValueError, match=r".+"):
            decode_raw(frame[:end], sample.readings.layout)
    with pytest.raises(ValueError, match="too long"):
        decode_raw(frame + b"\0", sample.readings.layout)


def test_a_frame_that_was_made_fast_holds_the_same() -> None:
    given_readings = readings(
        list(range(0, 500_000, 500)), {"a": [place**2 for place in range(1000)], "b": [0.5] * 1000}
    )
    small, fast = encode_raw(given_readings), encode_raw(given_readings, brief=True)
    assert len(small) < len(fast)
    assert_same(decode_raw(fast, given_readings.layout), given_readings)
