"""Readings that are not sealed yet."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Integer, bindparam, case, func, select

from storage.errors import DatabaseCorruptError
from storage.reading.asked import Asked
from storage.reading.choice import Choice, Chooser
from storage.reading.plain_query import PlainQuery
from storage.reading.readings import Readings
from storage.schema import head
from storage.series import Layout

_ROWS_AT_A_TIME = 4096
"""Bounds the packed rows in memory to some 4 MB, however long the range."""
_KNOWN_PARTS = 4
"""Layouts of which only the wanted part of a vector is fetched: those that most rows have."""


class _Part(NamedTuple):
    """A part of a vector: from which column on, and how many."""

    first: int
    width: int


def _wanted_part() -> ColumnElement[bytes]:
    """The whole vector; of a known layout the wanted part, and nothing where the vector does not fit the layout."""
    parts = []
    for place in range(_KNOWN_PARTS):
        layout_id, length, first, width = (bindparam(f"{name}_{place}", type_=Integer) for name in _PARAMETERS)
        fitting = case((func.length(head.c.vector) == length, width), else_=0)
        parts.append((head.c.layout_id == layout_id, func.substr(head.c.vector, first, fitting)))
    return case(*parts, else_=head.c.vector)


_PARAMETERS = ("layout", "length", "first", "width")
_QUERY = PlainQuery(
    select(head.c.layout_id, head.c.host_id, head.c.session_at, head.c.ts, _wanted_part())
    .where(
        head.c.host_id.in_(bindparam("host_ids", expanding=True)),
        head.c.cadence == bindparam("cadence"),
        head.c.ts >= bindparam("since"),
        head.c.ts < bindparam("until"),
    )
    .order_by(head.c.host_id, head.c.ts)
)
_NEWEST = PlainQuery(
    select(head.c.layout_id)
    .where(
        head.c.host_id.in_(bindparam("host_ids", expanding=True)),
        head.c.cadence == bindparam("cadence"),
        head.c.ts < bindparam("until"),
    )
    .order_by(head.c.ts.desc())
    .limit(1)
)


def read_head(connection: Connection, chooser: Chooser, asked: Asked) -> list[Readings]:
    """What lies in `head`; those of one layout by host and time.

    Raises:
        DatabaseCorruptError: a row does not fit its layout.
    """
    cadence = int(asked.cadence)
    if not chooser.known:
        # One host's newest layout: those of a fleet are mostly alike, and of one host nearly always.
        newest = _NEWEST.run(connection, asked.host_ids[:1], {"cadence": cadence, "until": asked.until})
        chooser.choices(row[0] for row in newest.fetchall())
    parts = _parts(chooser.known)
    bounds = {"cadence": cadence, "since": asked.since, "until": asked.until}
    cursor = _QUERY.run(connection, asked.host_ids, bounds | _parameters(parts, chooser.known))
    found: list[Readings] = []
    while rows := cursor.fetchmany(_ROWS_AT_A_TIME):
        found += _unpacked(rows, chooser, parts)
    return found


def unpack_rows(packed: Sequence[bytes], layout: Layout) -> NDArray[np.float64]:
    """Vectors of one layout as an array of shape (T, S).

    Raises:
        DatabaseCorruptError: one has another length.
    """
    return _unpack(packed, len(layout.series))


def _unpack(packed: Sequence[bytes], width: int) -> NDArray[np.float64]:
    if set(map(len, packed)) - {8 * width}:
        raise DatabaseCorruptError(
            "The database has a reading that does not fit its layout.",
            hint="Back the file up, then restart the poller on a new one.",
        )
    return np.frombuffer(b"".join(packed), dtype="<f8").reshape(len(packed), width)


def _parts(known: Mapping[int, Choice]) -> dict[int, _Part]:
    """By layout the part to fetch, for some layouts where it is far less than the whole."""
    parts = {}
    for layout_id, choice in known.items():
        if choice.columns:
            part = _Part(choice.columns[0], choice.columns[-1] - choice.columns[0] + 1)
            if 2 * part.width <= len(choice.whole.series):
                parts[layout_id] = part
    # Those that were met last are the newest.
    return dict(list(parts.items())[-_KNOWN_PARTS:])


def _parameters(parts: Mapping[int, _Part], known: Mapping[int, Choice]) -> dict[str, int]:
    rows = [
        (layout_id, 8 * len(known[layout_id].whole.series), 8 * part.first + 1, 8 * part.width)
        for layout_id, part in parts.items()
    ]
    rows += [(-1, 0, 1, 0)] * (_KNOWN_PARTS - len(rows))
    return {
        f"{name}_{place}": value for place, row in enumerate(rows) for name, value in zip(_PARAMETERS, row, strict=True)
    }


def _unpacked(rows: Sequence[tuple[Any, ...]], chooser: Chooser, parts: Mapping[int, _Part]) -> list[Readings]:
    """One for each layout, in the order in which these are met."""
    by_layout: dict[int, Sequence[tuple[Any, ...]]] = {}
    if rows[0][0] == rows[-1][0] and len({row[0] for row in rows}) == 1:
        by_layout[rows[0][0]] = rows
    else:
        groups: dict[int, list[tuple[Any, ...]]] = {}
        for row in rows:
            groups.setdefault(row[0], []).append(row)
        by_layout.update(groups)
    choices = chooser.choices(by_layout)
    return [_readings(group, choices[layout_id], parts.get(layout_id)) for layout_id, group in by_layout.items()]


def _readings(rows: Sequence[tuple[Any, ...]], choice: Choice, part: _Part | None) -> Readings:
    _, host_id, session_at, ts, packed = zip(*rows, strict=True)
    host_ids, sessions, moments = (np.array(column, dtype=np.int64) for column in (host_id, session_at, ts))
    if part is None:
        values = unpack_rows(packed, choice.whole)[:, choice.columns]
    else:
        values = _unpack(packed, part.width)
        if len(choice.columns) < part.width:
            values = values[:, [column - part.first for column in choice.columns]]
    return Readings(choice.chosen, host_ids, sessions, moments, values)
