"""How the cells of many cores are laid out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor_gui.host.core_cells import MOST, cell_places, core_at, grid_shape


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (16, 1), (64, 1), (128, 2), (256, 4), (1000, 8)])
def test_as_few_rows_as_the_width_allows(count: int, rows: int) -> None:
    assert grid_shape(count, 1100).rows == rows


def test_no_cores_and_no_room_are_no_cells() -> None:
    assert cell_places(0, 1100, 30) == []
    assert cell_places(4, 0, 30) == []
    assert core_at(0, 100, 30, 5, 5) is None


@given(st.integers(1, 2000), st.floats(1, 3000), st.floats(1, 300))
def test_every_core_has_a_cell_of_its_own_within_the_field(count: int, width: float, height: float) -> None:
    places = cell_places(count, width, height)
    assert len(places) == min(count, MOST)
    assert len({(place.x, place.y) for place in places}) == len(places)
    if width / grid_shape(count, width).columns > 4 and height / grid_shape(count, width).rows > 4:
        assert all(
            place.x + place.width <= width + 1e-6 and place.y + place.height <= height + 1e-6 for place in places
        )


def test_the_core_at_a_place() -> None:
    assert core_at(4, 400, 32, 10, 10) == 0
    assert core_at(4, 400, 32, 399, 31) == 3
    assert core_at(4, 400, 32, 98.5, 10) is None
    assert core_at(4, 400, 32, 500, 10) is None
