"""Where tiles lie."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor_gui.fleet.tile_grid import GAP, HEIGHT, LEAST_WIDTH, TileGrid


@pytest.mark.parametrize(("width", "columns"), [(1180, 5), (1020, 4), (208, 1), (100, 1), (2300, 10)])
def test_as_many_columns_as_there_is_room_for(width: int, columns: int) -> None:
    assert TileGrid(width, 100).columns == columns


@given(st.integers(LEAST_WIDTH, 4000), st.integers(1, 200))
def test_tiles_fill_the_width_to_the_last_pixel_and_never_touch(width: int, count: int) -> None:
    grid = TileGrid(width, count)
    frames = [grid.frame(place) for place in range(grid.columns)]
    assert frames[0].left() == 0
    assert frames[-1].left() + frames[-1].width() == width
    for left, right in pairwise(frames):
        assert right.left() - (left.left() + left.width()) == GAP
    assert max(frame.width() for frame in frames) - min(frame.width() for frame in frames) <= 1


@given(st.integers(LEAST_WIDTH, 3000), st.integers(1, 60), st.data())
def test_a_tile_is_found_under_each_of_its_points(width: int, count: int, data: st.DataObject) -> None:
    grid = TileGrid(width, count)
    place = data.draw(st.integers(0, count - 1))
    frame = grid.frame(place)
    x = data.draw(st.integers(frame.left(), frame.right()))
    y = data.draw(st.integers(frame.top(), frame.bottom()))
    assert grid.place_at(x, y) == place
    assert place in grid.between(y, y)


def test_there_is_nothing_between_tiles_nor_beyond_them() -> None:
    grid = TileGrid(1180, 7)
    first = grid.frame(0)
    assert grid.place_at(first.right() + GAP // 2, 5) is None
    assert grid.place_at(5, HEIGHT + GAP // 2) is None
    assert grid.place_at(5, 5 * HEIGHT) is None
    assert grid.place_at(-1, 5) is None
    assert grid.place_at(5, -1) is None
    assert grid.place_at(1180, 5) is None


def test_the_height_is_that_of_all_rows() -> None:
    assert TileGrid(1180, 0).height == 0
    assert TileGrid(1180, 5).height == HEIGHT
    assert TileGrid(1180, 6).height == 2 * HEIGHT + GAP


def test_only_rows_that_a_strip_touches_are_painted() -> None:
    assert TileGrid(1180, 1000).between(0, HEIGHT + GAP) == range(10)
    assert TileGrid(1180, 3).between(0, 5000) == range(3)
    assert len(TileGrid(1180, 3).between(5000, 6000)) == 0
