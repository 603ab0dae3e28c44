"""Readings of any number of hosts as arrays, and how they are put together. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from storage.alignment import aligned, union_of
from storage.series import Layout, shared_layout

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """N readings of one cadence that share a layout.

    Attributes:
        layout: the S series.
        host_id: (N,), whose.
        session_at: (N,), when the probe session of each started, UTC milliseconds.
        ts: (N,), UTC milliseconds.
        values: (N, S), NaN where a series is absent.
    """

    layout: Layout
    host_id: Integers
    session_at: Integers
    ts: Integers
    values: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Readings":
        """Some of them."""
        return Readings(
            self.layout, self.host_id[chosen], self.session_at[chosen], self.ts[chosen], self.values.T[:, chosen].T
        )

    def sessions(self) -> Iterator[slice]:
        """The run of each session of each host."""
        changes = (self.host_id[1:] != self.host_id[:-1]) | (self.session_at[1:] != self.session_at[:-1])
        return _runs(changes, len(self.ts))

    def hosts(self) -> Iterator[slice]:
        """The run of each host."""
        return _runs(self.host_id[1:] != self.host_id[:-1], len(self.ts))


def put_together(sealed: Sequence[Readings], fresh: Sequence[Readings]) -> list[Readings]:
    """All readings, each once; those of one session share a layout, the union of what the session had.

    Args:
        sealed: in any order; no two of one host have the same time.
        fresh: as well; one with a time that is sealed already is a copy, and left out.

    Returns:
        One for each layout, by host, session and time. A series that has no value in a session is not in its layout:
        sealing has put the series of several sessions together, and formulas ask which ones there are.
    """
    return [each for whole in _joined(sealed, fresh) for each in _of_present(whole)]


def _joined(sealed: Sequence[Readings], fresh: Sequence[Readings]) -> list[Readings]:
    parts = [part for part in (*sealed, *fresh) if len(part.ts)]
    if not parts:
        return []
    host_id, session_at, ts = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("host_id", "session_at", "ts")
    )
    order = _order(host_id, session_at, ts, once=not (sealed and fresh))
    if order is not None:
        host_id, session_at, ts = host_id[order], session_at[order], ts[order]
    if all(part.layout == parts[0].layout for part in parts):
        # Series by series, as they are decoded and computed with.
        columns = np.concatenate([part.values.T for part in parts], axis=1) if len(parts) > 1 else parts[0].values.T
        values = columns.T if order is None else columns.take(order, axis=1).T
        return [Readings(parts[0].layout, host_id, session_at, ts, values)]
    rows = np.arange(len(ts)) if order is None else order
    return list(_by_layout(parts, rows, Readings(parts[0].layout, host_id, session_at, ts, np.empty((len(ts), 0)))))


def _of_present(readings: Readings) -> Iterator[Readings]:
    """The sessions with the same present series together."""
    there = ~np.isnan(readings.values)
    if there.all():
        yield readings
        return
    runs = list(readings.sessions())
    present = np.logical_or.reduceat(there, [run.start for run in runs], axis=0)
    if present.all():
        yield readings
        return
    forms, form_of = np.unique(present, axis=0, return_inverse=True)
    lengths = [run.stop - run.start for run in runs]
    for number, form in enumerate(forms):
        rows = np.repeat(form_of.ravel() == number, lengths)
        columns = np.flatnonzero(form)
        layout = shared_layout(tuple(readings.layout.series[column] for column in columns.tolist()))
        some = readings.where(rows)
        yield Readings(layout, some.host_id, some.session_at, some.ts, some.values[:, columns])


def _order(host_id: Integers, session_at: Integers, ts: Integers, *, once: bool) -> Integers | None:
    """Places of the readings by host, session and time, the first one of each host and time; None: they are so.

    Args:
        host_id: of each.
        session_at: of each.
        ts: of each.
        once: whether there is one of each host and time.
    """
    if _is_in_order(host_id, session_at, ts):
        return None
    # Parts that are in order themselves, as they mostly are, take one merge.
    order = np.argsort(host_id, kind="stable")
    if _is_in_order(host_id[order], session_at[order], ts[order]):
        return order
    kept = None if once else _each_once(host_id, ts)
    chosen = np.arange(len(ts)) if kept is None else kept
    return chosen[np.lexsort((ts[chosen], session_at[chosen], host_id[chosen]))]


def _each_once(host_id: Integers, ts: Integers) -> Integers | None:
    """Places of the first reading of each host and time, ascending; None where that is all of them."""
    order = np.lexsort((ts, host_id))
    again = (np.diff(ts[order]) == 0) & (np.diff(host_id[order]) == 0)
    if not again.any():
        return None
    # The sort is stable: what was given first comes first.
    return np.sort(np.delete(order, np.flatnonzero(again) + 1))


def _is_in_order(host_id: Integers, session_at: Integers, ts: Integers) -> bool:
    """Whether they are by host, session and time, and time ascends over all sessions of a host."""
    hosts_step, times_step = (array[1:] > array[:-1] for array in (host_id, ts))
    if not (times_step | hosts_step).all():
        return False
    if host_id[0] == host_id[-1] and session_at[0] == session_at[-1]:
        return bool((host_id == host_id[0]).all() and (session_at == session_at[0]).all())
    return bool((hosts_step | ((host_id[1:] == host_id[:-1]) & (session_at[1:] >= session_at[:-1]))).all())


def _by_layout(parts: Sequence[Readings], rows: Integers, ordered: Readings) -> Iterator[Readings]:
    """Readings of several layouts; `rows` are the places of the ordered ones in all parts one after the other."""
    first_of = np.cumsum([0, *(len(part.ts) for part in parts)])
    part_of = np.searchsorted(first_of, rows, side="right") - 1
    runs: dict[Layout, list[slice]] = {}
    for run in ordered.sessions():
        had = dict.fromkeys(parts[place].layout for place in dict.fromkeys(part_of[run].tolist()))
        runs.setdefault(union_of(tuple(had)), []).append(run)
    for layout, slices in runs.items():
        picked = np.concatenate([np.arange(run.start, run.stop) for run in slices])
        values = np.empty((len(picked), len(layout.series)))
        for place, part in enumerate(parts):
            mine = np.flatnonzero(part_of[picked] == place)
            if len(mine):
                values[mine] = aligned(part.values[rows[picked[mine]] - first_of[place]], part.layout, layout)
        yield Readings(layout, ordered.host_id[picked], ordered.session_at[picked], ordered.ts[picked], values)


def _runs(changes: NDArray[np.bool_], length: int) -> Iterator[slice]:
    """Slices between changes."""
    if not length:
        return iter(())
    edges = [0, *(np.flatnonzero(changes) + 1).tolist(), length]
    return (slice(first, last) for first, last in pairwise(edges))
