"""What readings may look like: strategies for columns of float64, times and layouts."""

from typing import TypeVar

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from storage.chunks.raw_chunk import RawReadings
from storage.series import Layout, SeriesKey

Content = TypeVar("Content")
NAMES = (
    "cpu_seconds_total",
    "cpu_core_busy_seconds_total",
    "load1",
    "memory_free_bytes",
    "disk_reads_total",
    "network_receive_bytes_total",
)
INT64 = st.integers(-(2**63), 2**63 - 1)
ANY_BITS = st.integers(0, 2**64 - 1).map(lambda bits: float(np.uint64(bits).view(np.float64)))


def layout_of(count: int) -> Layout:
    """So many series, neighbours of several families."""
    names = [NAMES[place * len(NAMES) // max(1, count)] for place in range(count)]
    return Layout(tuple(SeriesKey(name, (("n", str(place)),)) for place, name in enumerate(names)))


@st.composite
def any_column(draw: st.DrawFn, length: int) -> NDArray[np.float64]:
    """One column of one of the kinds that hosts send, or of any bits at all."""
    kind = draw(st.sampled_from(("constant", "counter", "gauge", "pages", "decimal", "rate", "absent", "any bits")))
    if kind == "any bits":
        # As bits, since a NaN that goes through Python may lose its payload.
        return draw(arrays.arrays(np.uint64, length, elements=st.integers(0, 2**64 - 1))).view(np.float64)
    if kind == "absent":
        return np.full(length, np.nan)
    if kind == "constant":
        return np.full(length, draw(st.floats()))
    steps = draw(arrays.arrays(np.int64, length, elements=st.integers(-(2**20), 2**20)))
    numbers = np.cumsum(np.abs(steps)) if kind == "counter" else steps
    divisor = {"decimal": draw(st.sampled_from((10.0, 100.0, 1e3, 1e6))), "rate": 7.0}.get(kind, 1.0)
    column = numbers * (4096.0 if kind == "pages" else 1.0) / divisor
    if draw(st.booleans()):
        column[draw(arrays.arrays(np.bool_, length))] = np.nan
    if length and draw(st.booleans()):
        place = draw(st.integers(0, length - 1))
        column[place] = draw(st.sampled_from((-0.0, np.inf, -np.inf, 5e-324, 1.7e308, 2.0**53, 2.0**63, 1e300)))
    return column


@st.composite
def any_readings(draw: st.DrawFn, layout: Layout | None = None) -> RawReadings:
    """Readings of any values, gaps and sessions; times step as they like but are in order."""
    length = draw(st.integers(0, 12))
    chosen = layout_of(draw(st.integers(0, 9))) if layout is None else layout
    columns = [draw(any_column(length)) for _ in chosen.series]
    ts = sorted(draw(st.sets(INT64, min_size=length, max_size=length)))
    return RawReadings(
        np.array(ts, dtype=np.int64),
        draw(arrays.arrays(np.int64, length, elements=INT64)),
        chosen,
        np.array(columns).reshape(len(columns), length).T,
    )


@st.composite
def groups_of(draw: st.DrawFn, frames: st.SearchStrategy[Content], count: int) -> list[tuple[Content, list[int]]]:
    """Some frames' contents, each with as many places of the `count` series that it has."""
    wanted = draw(st.integers(0, 4))
    places = st.lists(st.integers(0, count - 1), min_size=wanted, max_size=wanted)
    return draw(st.lists(st.tuples(frames, places), max_size=3))


def same_bits(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether both are of one shape and of the same bits, NaN and -0.0 too."""
    return one.shape == other.shape and np.ascontiguousarray(one).tobytes() == np.ascontiguousarray(other).tobytes()
