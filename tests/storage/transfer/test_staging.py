"""Samples put in order."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.transfer import staging
from storage.transfer.samples import Samples
from storage.transfer.staging import Staging

GROUPS = np.array([0, 0, 1, 1, 2], dtype=np.int32)
DAY_MS = 86_400_000
SAMPLES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3 * DAY_MS) | st.integers(0, 9), st.floats(0, 9)))


@pytest.fixture(scope="module", autouse=True)
def small_parts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "_RUN_RECORDS", 8)
        patch.setattr(staging, "_BATCH_RECORDS", 8)
        patch.setattr(staging, "GROUP_LIMIT", 2)
        yield


def columns(samples: list[tuple[int, int, float]]) -> Samples:
    series, ts, value = zip(*samples, strict=True) if samples else ((), (), ())
    return Samples(np.array(series, dtype=np.int32), np.array(ts, dtype=np.int64), np.array(value, dtype=np.float64))


@given(st.lists(SAMPLES, max_size=8))
def test_whatever_comes_goes_out_in_order_and_once(parts: list[list[tuple[int, int, float]]]) -> None:
    expected: dict[tuple[int, int, int], float] = {}
    for series, ts, value in (sample for part in parts for sample in part):
        expected.setdefault((int(GROUPS[series]), ts, series), value)
    found: list[tuple[tuple[int, int, int], float]] = []
    moments: list[set[tuple[int, int]]] = []
    with Staging() as staged:
        for part in parts:
            staged.add(columns(part), GROUPS)
        for group, records in staged.batches():
            assert set(records["group"].tolist()) == {group}
            assert len({ts // DAY_MS for ts in records["ts"].tolist()}) == 1
            moments.append({(group, ts) for ts in records["ts"].tolist()})
            found += [((group, ts, series), value) for _group, series, ts, value in records.tolist()]
        assert staged.samples - staged.repeated == len(expected)
        assert staged.first_ts == min((ts for _group, ts, _series in expected), default=None)
    assert found == sorted(expected.items())
    assert len(set().union(*moments)) == sum(map(len, moments))


def test_a_batch_has_no_more_than_may_be_taken_at_a_time() -> None:
    with Staging() as staged:
        staged.add(columns([(0, ts, 0.0) for ts in range(100)]), GROUPS)
        sizes = [len(records) for _group, records in staged.batches()]
    assert sum(sizes) == 100
    assert max(sizes) <= 8
