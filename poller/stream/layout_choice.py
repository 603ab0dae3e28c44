"""Which of the series a probe announces are kept: those of the catalogue; and what we know of a host besides."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from storage.catalogue import CATALOGUE, Kind
from storage.errors import WatchpostError
from storage.printable import printable
from storage.scrape import Cadence
from storage.series import Layout, SeriesKey, series_key, shared_layout

SERIES_LIMIT = 8192
LABEL_LIMIT = 255
SKEW = SeriesKey("clock_skew_seconds")


class BadLayoutError(WatchpostError):
    """A layout that no probe of ours would announce."""

    kind = "bad_layout"


@dataclass(frozen=True, slots=True, eq=False)
class WireLayout:
    """How values on the wire become a vector.

    Attributes:
        cadence: the group they belong to.
        layout: the series that are kept, and for the slow group `SKEW` after them, which the poller itself tells.
        sent: how many values there are on the wire.
        kept: indices into them and, for `SKEW`, the place after them, shape (S,); None when all are kept.
        counters: which of the layout's series are counters, shape (S,).
    """

    cadence: Cadence
    layout: Layout
    sent: int
    kept: NDArray[np.intp] | None
    counters: NDArray[np.bool_]


def choose_series(rows: list[list[str]], cadence: Cadence) -> WireLayout:
    """Keeps what the catalogue knows for this group, once each, labels made harmless.

    Unknown names are left out and not refused, so that a newer probe's lines still count.

    Args:
        rows: series as flat lists: name, then label and value by turns.
        cadence: the group they were announced for.

    Raises:
        BadLayoutError: too many series, or one that is not a name and pairs.
    """
    if len(rows) > SERIES_LIMIT:
        raise BadLayoutError(f"{len(rows)} series, more than {SERIES_LIMIT}.")
    chosen: dict[SeriesKey, int] = {}
    for index, row in enumerate(rows):
        key = _known_key(tuple(row), cadence)
        if key is not None:
            chosen.setdefault(key, index)
    are_all = len(chosen) == len(rows)
    if cadence is Cadence.SLOW:
        chosen[SKEW] = len(rows)
    counters = np.array([CATALOGUE[key.name].kind is Kind.COUNTER for key in chosen], dtype=np.bool_)
    kept = None if are_all else np.array(list(chosen.values()), dtype=np.intp)
    return WireLayout(cadence, shared_layout(tuple(chosen)), len(rows), kept, counters)


# Machines that differ have most of their series in common all the same: kept once, not 15 KB for each layout.
@lru_cache(maxsize=8192)
def _known_key(row: tuple[str, ...], cadence: Cadence) -> SeriesKey | None:
    try:
        key = series_key(row)
    except ValueError as error:
        raise BadLayoutError(f"A series cannot be read: {error}.") from None
    metric = CATALOGUE.get(key.name)
    if metric is None or metric.kind is Kind.DERIVED or metric.cadence is not cadence or key.name == SKEW.name:
        return None
    if tuple(name for name, _ in key.labels) != metric.labels:
        return None
    return SeriesKey(key.name, tuple((name, printable(value, LABEL_LIMIT)) for name, value in key.labels))
