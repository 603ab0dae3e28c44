"""Values of one layout in the order of another, and the layout that has the series of several."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from storage.series import Layout, shared_layout


def aligned(values: NDArray[np.float64], layout: Layout, wanted: Layout) -> NDArray[np.float64]:
    """Readings (T, S) of one layout in the order of another, NaN where that has a series which this one lacks."""
    if layout == wanted:
        return values
    place = {key: index for index, key in enumerate(layout.series)}
    found = np.full((len(values), len(wanted.series)), np.nan)
    shared = [(index, place[key]) for index, key in enumerate(wanted.series) if key in place]
    if shared:
        to, of = zip(*shared, strict=True)
        found[:, to] = values[:, of]
    return found


def union_of(layouts: Sequence[Layout]) -> Layout:
    """The series of all of them, in the order in which they are met."""
    if all(layout == layouts[0] for layout in layouts):
        return layouts[0]
    return shared_layout(tuple(dict.fromkeys(key for layout in layouts for key in layout.series)))
