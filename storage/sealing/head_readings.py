"""Rows of `head` as readings. Rows that cannot be read are left out and counted: they must not stop the others."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storage.alignment import aligned
from storage.chunks.raw_chunk import RawReadings
from storage.sealing.readable_layouts import readable_layouts
from storage.sealing.series_limit import union_layout
from storage.series import Layout

Row = tuple[int, int, int, bytes]
"""Of `head`: ts, session_at, layout_id, vector."""


class HeadReadings(NamedTuple):
    """What rows of `head` say.

    Attributes:
        readings: None where none can be read.
        layout_id: that of all of them, where they have the same.
        damaged: how many rows could not be read.
    """

    readings: RawReadings | None
    layout_id: int | None
    damaged: int


def head_readings(connection: Connection, rows: Sequence[Row]) -> HeadReadings:
    """Rows of one host and cadence, in any order, each time once."""
    layouts = readable_layouts(connection, {row[2] for row in rows})
    groups: dict[int, list[Row]] = {}
    for layout_id, run in groupby(rows, itemgetter(2)):
        groups.setdefault(layout_id, []).extend(run)
    parts = []
    for layout_id, group in groups.items():
        if layout := layouts.get(layout_id):
            width = 8 * len(layout.series)
            parts.append((layout_id, layout, [row for row in group if len(row[3]) == width]))
    parts = [part for part in parts if part[2]]
    kept = sum(len(part[2]) for part in parts)
    if not kept:
        return HeadReadings(None, None, len(rows))
    union = union_layout(((layout, len(group)) for _, layout, group in parts), kept)
    readings = _joined([(layout, group) for _, layout, group in parts], union)
    only = parts[0][0] if len(parts) == 1 and union is parts[0][1] else None
    return HeadReadings(readings, only, len(rows) - kept)


def _joined(parts: Sequence[tuple[Layout, Sequence[Row]]], union: Layout) -> RawReadings:
    ts, session_at, _, _ = zip(*(row for _, group in parts for row in group), strict=True)
    moments, sessions = np.array(ts, dtype=np.int64), np.array(session_at, dtype=np.int64)
    values = np.concatenate([aligned(_values(group, layout), layout, union) for layout, group in parts])
    if (np.diff(moments) > 0).all():
        return RawReadings(moments, sessions, union, values)
    order = np.argsort(moments)
    return RawReadings(moments[order], sessions[order], union, values[order])


def _values(rows: Sequence[Row], layout: Layout) -> NDArray[np.float64]:
    return np.frombuffer(b"".join([row[3] for row in rows]), dtype="<f8").reshape(len(rows), len(layout.series))
