"""Bounds what one chunk can grow to: a host may invent new series with every reading."""

from collections import Counter
from collections.abc import Iterable

from storage.series import Layout, SeriesKey, shared_layout

SERIES_LIMIT = 16_384
"""Twice what a probe may announce at once."""
CELLS_LIMIT = 1 << 25
"""Values in one chunk: a quarter of a gigabyte."""


def series_limit(rows: int) -> int:
    """How many series a chunk of so many readings or buckets may have."""
    return min(SERIES_LIMIT, CELLS_LIMIT // max(1, rows))


def union_layout(layouts: Iterable[tuple[Layout, int]], rows: int) -> Layout:
    """The series of all of them, in the order in which they are met; beyond the limit those with most readings.

    Args:
        layouts: each with how many readings it has.
        rows: of the chunk that they are for.
    """
    weighed = list(layouts)
    limit = series_limit(rows)
    distinct = list(dict.fromkeys(layout for layout, _ in weighed))
    if len(distinct) == 1 and len(distinct[0].series) <= limit:
        return distinct[0]
    weights: Counter[SeriesKey] = Counter()
    for layout, readings in weighed:
        for key in layout.series:
            weights[key] += readings
    if len(weights) <= limit:
        return shared_layout(tuple(weights))
    kept = {key for key, _ in weights.most_common(limit)}
    return shared_layout(tuple(key for key in weights if key in kept))
