import math

import numpy as np

from storage.alignment import aligned, union_of
from storage.series import Layout
from tests.recorded import key

SDA, SDB, LOAD = key("disk_reads_total", device="sda"), key("disk_reads_total", device="sdb"), key("load1")


def test_values_move_to_where_another_layout_has_them() -> None:
    moved = aligned(np.array([[1.0, 2.0]]), Layout((SDA, LOAD)), Layout((LOAD, SDB, SDA)))
    np.testing.assert_array_equal(moved, [[2.0, math.nan, 1.0]])


def test_layouts_with_nothing_in_common_share_no_values() -> None:
    assert np.isnan(aligned(np.array([[1.0]]), Layout((SDA,)), Layout((SDB,)))).all()


def test_a_union_has_each_series_once_in_the_order_they_are_met() -> None:
    assert union_of((Layout((SDA, LOAD)), Layout((SDB, LOAD)))) == Layout((SDA, LOAD, SDB))
    same = Layout((SDA,))
    assert union_of((same, Layout((SDA,)))) is same
