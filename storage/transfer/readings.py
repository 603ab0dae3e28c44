"""Samples of one host and cadence put together as vectors, one a moment. Pure."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from storage.catalogue import CATALOGUE
from storage.scrape import Cadence
from storage.scrape_rows import PackedScrape
from storage.series import SeriesKey, shared_layout
from storage.transfer.staging import Records
from storage.vector import pack_vector

_SPARSE = 4
"""Where more than three of four places would be empty, each set of series has a layout of its own."""
_PLACES = {name: place for place, name in enumerate(CATALOGUE)}
_CELLS_AT_A_TIME = 1_048_576


def packed_readings(
    records: Records, keys: Sequence[SeriesKey], host_id: int, cadence: Cadence, session_at: int
) -> Iterator[PackedScrape]:
    """A scrape for each moment of the records, which are in order of time and series, none twice.

    Series stand in the order of the catalogue, those of one metric in the order of their numbers.
    """
    moments, starts = np.unique(records["ts"], return_index=True)
    series = _in_catalogue_order(np.unique(records["series"]), keys)
    if len(records) * _SPARSE >= len(moments) * len(series):
        parts = [(series, records)] if len(records) else []
    else:
        parts = _by_set_of_series(records, np.append(starts, len(records)), keys)
    for own_series, own_records in parts:
        layout = shared_layout(tuple(keys[number] for number in own_series))
        for ts, values in _vectors(own_records, own_series):
            yield PackedScrape(host_id, ts, session_at, ((int(cadence), layout, pack_vector(values)),), None)


def _in_catalogue_order(numbers: NDArray[np.int32], keys: Sequence[SeriesKey]) -> list[int]:
    return sorted(numbers.tolist(), key=lambda number: (_PLACES[keys[number].name], number))


def _by_set_of_series(
    records: Records, edges: NDArray[np.int64], keys: Sequence[SeriesKey]
) -> list[tuple[list[int], Records]]:
    """The records of the moments that have the same series, for each such set."""
    sets: dict[bytes, list[Records]] = {}
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = records[start:end]
        sets.setdefault(part["series"].tobytes(), []).append(part)
    return [(_in_catalogue_order(parts[0]["series"], keys), np.concatenate(parts)) for parts in sets.values()]


def _vectors(records: Records, series: Sequence[int]) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Moments and their values in the order of the series, NaN where one has none."""
    in_order = np.argsort(series)
    columns = in_order[np.searchsorted(np.array(series)[in_order], records["series"])]
    moments, starts, rows = np.unique(records["ts"], return_index=True, return_inverse=True)
    edges = np.append(starts, len(records))
    at_a_time = max(1, _CELLS_AT_A_TIME // len(series))
    for first in range(0, len(moments), at_a_time):
        part = moments[first : first + at_a_time]
        inside = slice(edges[first], edges[first + len(part)])
        values = np.full((len(part), len(series)), np.nan)
        values[rows[inside] - first, columns[inside]] = records["value"][inside]
        yield from zip(part.tolist(), values, strict=True)
