"""How readings of several places are put together."""

import math
from collections.abc import Sequence

import numpy as np

from storage.reading.readings import Readings, put_together
from storage.series import Layout
from tests.recorded import key

SDA, SDB, LOAD = key("disk_reads_total", device="sda"), key("disk_reads_total", device="sdb"), key("load1")


def readings(layout: Layout, *rows: tuple[int, int, int, Sequence[float]]) -> Readings:
    """Rows of host, session, time and values."""
    host_id, session_at, ts, values = zip(*rows, strict=True)
    return Readings(layout, np.array(host_id), np.array(session_at), np.array(ts), np.array(values, dtype=float))


def rows(found: Readings) -> list[tuple[int, int, int, list[float]]]:
    columns = (found.host_id, found.session_at, found.ts, found.values)
    return list(zip(*(column.tolist() for column in columns), strict=True))


ONE = Layout((SDA,))
TWO = Layout((SDB, SDA))


def test_all_are_in_order_of_host_session_and_time() -> None:
    (found,) = put_together(
        [readings(ONE, (2, 1, 30, [3])), readings(ONE, (1, 5, 20, [2]), (1, 1, 25, [9]))],
        [readings(ONE, (1, 5, 10, [1]))],
    )
    assert rows(found) == [(1, 1, 25, [9]), (1, 5, 10, [1]), (1, 5, 20, [2]), (2, 1, 30, [3])]
    assert [found.host_id[run].tolist() for run in found.hosts()] == [[1, 1, 1], [2]]
    assert [found.ts[run].tolist() for run in found.sessions()] == [[25], [10, 20], [30]]


def test_what_is_sealed_wins_over_its_copy_and_other_hosts_have_times_of_their_own() -> None:
    (found,) = put_together(
        [readings(ONE, (1, 1, 10, [1]))], [readings(ONE, (1, 2, 10, [7]), (1, 1, 20, [2]), (2, 1, 10, [3]))]
    )
    assert rows(found) == [(1, 1, 10, [1]), (1, 1, 20, [2]), (2, 1, 10, [3])]


def test_a_session_with_several_layouts_has_their_union() -> None:
    (found,) = put_together(
        [readings(ONE, (1, 1, 10, [1]))], [readings(TWO, (1, 1, 20, [20, 2])), readings(ONE, (1, 1, 30, [3]))]
    )
    assert found.layout.series == (SDA, SDB)
    np.testing.assert_array_equal(found.values, [[1, math.nan], [2, 20], [3, math.nan]])


def test_sessions_with_other_layouts_stay_apart() -> None:
    first, second = put_together([readings(ONE, (1, 1, 10, [1]))], [readings(TWO, (1, 2, 20, [20, 2]))])
    assert (first.layout, rows(first)) == (ONE, [(1, 1, 10, [1])])
    assert (second.layout, rows(second)) == (TWO, [(1, 2, 20, [20, 2])])


def test_a_series_that_a_session_never_had_is_not_in_its_layout() -> None:
    sealed = readings(TWO, (1, 1, 10, [math.nan, 1]), (1, 1, 20, [math.nan, math.nan]), (1, 2, 30, [5, 3]))
    by_layout = {each.layout: each.ts.tolist() for each in put_together([sealed], [])}
    assert by_layout == {ONE: [10, 20], TWO: [30]}


def test_nothing_gives_nothing() -> None:
    assert put_together([], []) == []
    assert put_together([Readings(ONE, *(np.empty(0, np.int64),) * 3, np.empty((0, 1)))], []) == []
