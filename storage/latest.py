"""The newest values of every host: stored gauges and what is derived; counters mean nothing by themselves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, select, union_all

from storage.alignment import aligned
from storage.catalogue import CATALOGUE, Kind
from storage.derive import deriver_for, elapsed
from storage.known_layouts import read_layouts
from storage.layout_cache import kept_by_layout
from storage.process_tables import ProcessSnapshot, read_newest_processes
from storage.reading.head_rows import unpack_rows
from storage.rhythm import Rhythm, read_rhythm
from storage.schema import head, hosts
from storage.scrape import Cadence, Process, Vector
from storage.series import Layout, SeriesKey


@dataclass(frozen=True, slots=True)
class Latest:
    """What is known of a host just now.

    Attributes:
        host_id: whose.
        ts: of the newest reading, UTC milliseconds.
        values: every stored gauge and derived metric that has a value.
        processes: the newest process table; empty when it was not asked for or there is none.
        processes_at: when that was read, UTC milliseconds; None where there is none.
    """

    host_id: int
    ts: int
    values: Mapping[SeriesKey, float]
    processes: tuple[Process, ...] = ()
    processes_at: int | None = None


def read_latest(
    connection: Connection, *, since: int, host_ids: Sequence[int] | None = None, with_processes: bool = False
) -> dict[int, Latest]:
    """The newest reading of each group of metrics, by host; rates come from the two newest.

    Args:
        connection: to read from.
        since: UTC milliseconds; a group that was read before it is left out, and so is a host without any other.
        host_ids: whose; None takes all hosts that are not removed.
        with_processes: whether to read process tables as well.

    Raises:
        DatabaseCorruptError: rows do not fit their layouts.
    """
    rhythm = read_rhythm(connection)
    newest: dict[int, int] = {}
    values: dict[int, dict[SeriesKey, float]] = {}
    for pair, computed in _computed(connection, _pairs(connection, since, host_ids), rhythm):
        host_id = pair.newest.host_id
        newest[host_id] = max(newest.get(host_id, 0), pair.newest.ts)
        values.setdefault(host_id, {}).update(computed)
    tables = read_newest_processes(connection, since, host_ids) if with_processes else {}
    return {host_id: _latest(host_id, ts, values[host_id], tables.get(host_id)) for host_id, ts in newest.items()}


def derived_values(vector: Vector, before: Vector | None, elapsed_s: float) -> dict[SeriesKey, float]:
    """The gauges of one vector and what is derived from it and the one before, absent values left out.

    Args:
        vector: the newer reading.
        before: the one before it, of the same session; None gives no rates.
        elapsed_s: seconds between them; NaN gives no rates.
    """
    values = vector.values[np.newaxis]
    older = values if before is None else aligned(before.values[np.newaxis], before.layout, vector.layout)
    seconds = np.array([np.nan if before is None else elapsed_s])
    return _named(vector.layout, seconds, older, values)[0]


def _latest(host_id: int, ts: int, values: Mapping[SeriesKey, float], table: ProcessSnapshot | None) -> Latest:
    return Latest(host_id, ts, values) if table is None else Latest(host_id, ts, values, table.processes, table.ts)


class _Pair(NamedTuple):
    """The newest row of a host's group and the one before it; the same row twice where there is no other."""

    newest: Any
    before: Any


@kept_by_layout
def _shown(layout: Layout) -> tuple[NDArray[np.intp], tuple[SeriesKey, ...]]:
    """Which columns of a layout are gauges, and the keys of these and of what is derived."""
    gauges = [index for index, key in enumerate(layout.series) if _is_gauge(key.name)]
    keys = (*(layout.series[index] for index in gauges), *deriver_for(layout).series)
    return np.array(gauges, dtype=np.intp), keys


def _is_gauge(name: str) -> bool:
    metric = CATALOGUE.get(name)
    return metric is not None and metric.kind is Kind.GAUGE


def _named(
    layout: Layout, elapsed_s: NDArray[np.float64], before: NDArray[np.float64], after: NDArray[np.float64]
) -> list[dict[SeriesKey, float]]:
    """For each of N pairs of readings what there is to show of the newer one."""
    gauges, keys = _shown(layout)
    derived = deriver_for(layout).between(elapsed_s, before, after)
    rows = np.concatenate((after[:, gauges], derived), axis=1).tolist()
    # NaN alone differs from itself.
    return [{key: value for key, value in zip(keys, row, strict=True) if value == value} for row in rows]  # noqa: PLR0124


def _newest(cadence: Cadence, how_many: int) -> Select[Any]:
    """The newest rows of every host in one group."""
    rows = head.alias()
    ids = (
        select(rows.c.id)
        .where(rows.c.host_id == hosts.c.id, rows.c.cadence == int(cadence))
        .order_by(rows.c.ts.desc())
        .limit(how_many)
        .correlate(hosts)
    )
    # The host's id from `hosts`: a condition on that of `head` would make SQLite walk all of a host's rows.
    return select(
        hosts.c.id.label("host_id"),
        head.c.cadence,
        head.c.ts,
        head.c.session_at,
        head.c.layout_id,
        head.c.vector,
        hosts.c.interval_s,
        hosts.c.removed_at,
    ).join_from(hosts, head, head.c.id.in_(ids))


_HAS_COUNTERS = frozenset({Cadence.FAST, Cadence.CHECKS})
_NEWEST = union_all(*(_newest(cadence, 2 if cadence in _HAS_COUNTERS else 1) for cadence in Cadence)).subquery()


def _pairs(connection: Connection, since: int, host_ids: Sequence[int] | None) -> list[_Pair]:
    chosen = _NEWEST.c.removed_at.is_(None) if host_ids is None else _NEWEST.c.host_id.in_(host_ids)
    groups: dict[tuple[int, int], list[Any]] = {}
    for row in connection.execute(select(_NEWEST).where(chosen).order_by(_NEWEST.c.ts)):
        groups.setdefault((row.host_id, row.cadence), []).append(row)
    pairs = (_Pair(rows[-1], rows[0]) for rows in groups.values())
    return [pair for pair in pairs if pair.newest.ts >= since]


def _computed(
    connection: Connection, pairs: Sequence[_Pair], rhythm: Rhythm
) -> Iterator[tuple[_Pair, dict[SeriesKey, float]]]:
    """The values of each pair; all pairs of one layout are computed at once."""
    layouts = read_layouts(connection, {row.layout_id for pair in pairs for row in pair})
    groups: dict[int, list[_Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.newest.layout_id, []).append(pair)
    for layout_id, group in groups.items():
        layout = layouts[layout_id]
        after = unpack_rows([pair.newest.vector for pair in group], layout)
        before = _before([pair.before for pair in group], layouts, layout)
        yield from zip(group, _named(layout, _elapsed(group, rhythm), before, after), strict=True)


def _before(rows: Sequence[Any], layouts: Mapping[int, Layout], wanted: Layout) -> NDArray[np.float64]:
    """The rows (N, S) in the order of the wanted layout, which most of them have anyway."""
    if all(layouts[row.layout_id] is wanted for row in rows):
        return unpack_rows([row.vector for row in rows], wanted)
    own = ((row.vector, layouts[row.layout_id]) for row in rows)
    return np.concatenate([aligned(unpack_rows([vector], layout), layout, wanted) for vector, layout in own])


def _elapsed(pairs: Sequence[_Pair], rhythm: Rhythm) -> NDArray[np.float64]:
    """Seconds within each pair, (N,)."""
    ts = np.array([(pair.before.ts, pair.newest.ts) for pair in pairs])
    sessions = np.array([(pair.before.session_at, pair.newest.session_at) for pair in pairs])
    gaps = np.array([[rhythm.gap_s(Cadence(pair.newest.cadence), pair.newest.interval_s)] for pair in pairs])
    return elapsed(ts, sessions, gaps)[:, 0]
