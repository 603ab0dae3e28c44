"""What is to be sealed and rolled up by now, read from one snapshot."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, func, select

from storage.retentions import read_retentions
from storage.rhythm import read_rhythm
from storage.schema import chunks, head, hosts, process_snapshots
from storage.scrape import Cadence
from storage.sealing.fresh import Fresh, ready_at
from storage.sealing.process_seal import HOUR_MS, due_hour
from storage.sealing.situation import Keeper, Situation
from storage.tier import BLOCK_MS, SEAL_MS

_BLOCKS_LIMIT = 50_000


# Of so many columns that naming them all would say nothing.
_HostRow: TypeAlias = Row[*tuple[Any, ...]]


class Due(NamedTuple):
    """A window, block or hour; the smallest is the one to begin with.

    Attributes:
        start: where it starts, UTC milliseconds.
        host_id: whose.
        cadence: of which group; None for process tables.
        ready_at: since when it has been due, UTC milliseconds.
    """

    start: int
    host_id: int
    cadence: Cadence | None
    ready_at: int


class Survey(NamedTuple):
    """What there is to do.

    Attributes:
        situation: what decides about it.
        seals: windows that are to be sealed, one a host and cadence, oldest first.
        rolls: blocks that are to be rolled up, oldest first.
        processes: hours of process tables that are to be sealed, one a host, oldest first.
    """

    situation: Situation
    seals: Sequence[Due]
    rolls: Sequence[Due]
    processes: Sequence[Due]

    @property
    def busy_hosts(self) -> frozenset[int]:
        """Those that have something to be sealed or rolled up."""
        return frozenset(due.host_id for due in (*self.seals, *self.rolls, *self.processes))


def survey(connection: Connection, now_ms: int) -> Survey:
    """Looks at every host; takes some index look-ups for each."""
    rows = connection.execute(_HOSTS).all()
    hosts_by_id = {row.id: Keeper(row.id, row.group_name, row.interval_s, row.removed_at) for row in rows}
    situation = Situation(now_ms, read_retentions(connection), read_rhythm(connection), hosts_by_id)
    fresh = [part for row in rows for part in _fresh(row)]
    seals = sorted(due for part in fresh if (due := _seal(part, situation)))
    waiting = {(due.host_id, due.cadence): due.start for due in seals}
    rolls = sorted(_rolls(_unrolled(connection, now_ms), situation, waiting))
    processes = sorted(due for row in rows if (due := _hour(row, situation)))
    return Survey(situation, seals, rolls, processes)


def _seal(part: Fresh, situation: Situation) -> Due | None:
    start = part.due_window(situation.silent_before(part.host_id), situation.now_ms)
    if start is None:
        return None
    return Due(start, part.host_id, part.cadence, ready_at(start, SEAL_MS[part.cadence], part.host_id))


def _rolls(
    unrolled: Iterable[Due], situation: Situation, waiting: Mapping[tuple[int, Cadence | None], int]
) -> Iterable[Due]:
    """Blocks that are over and of which nothing waits to be sealed."""
    for block in unrolled:
        is_over = block.ready_at <= situation.now_ms
        first = waiting.get((block.host_id, block.cadence))
        if is_over and block.host_id in situation.hosts and (first is None or first >= block.start + BLOCK_MS):
            yield block


def _hour(row: _HostRow, situation: Situation) -> Due | None:
    silent_before, now_ms = situation.tables_silent_before(row.id), situation.now_ms
    start = due_hour(row.id, row.first_table, row.last_table, silent_before=silent_before, now_ms=now_ms)
    return None if start is None else Due(start, row.id, None, ready_at(start, HOUR_MS, row.id))


def _moment(cadence: Cadence, place: int | None) -> ScalarSelect[Any]:
    """A moment in `head` of each host: the oldest, or by its place from the newest."""
    order = head.c.ts if place is None else head.c.ts.desc()
    return (
        select(head.c.ts)
        .where(head.c.host_id == hosts.c.id, head.c.cadence == int(cadence))
        .order_by(order)
        .limit(1)
        .offset(place or 0)
        .correlate(hosts)
        .scalar_subquery()
    )


def _of_tables(moment: ColumnElement[int]) -> ScalarSelect[Any]:
    return select(moment).where(process_snapshots.c.host_id == hosts.c.id).correlate(hosts).scalar_subquery()


_HOSTS = select(
    hosts.c.id,
    hosts.c.group_name,
    hosts.c.interval_s,
    hosts.c.removed_at,
    *(
        _moment(cadence, place).label(f"{name}_{int(cadence)}")
        for cadence in Cadence
        for name, place in (("oldest", None), ("newest", 0), ("second", 1))
    ),
    _of_tables(func.min(process_snapshots.c.ts)).label("first_table"),
    _of_tables(func.max(process_snapshots.c.ts)).label("last_table"),
)


def _fresh(row: _HostRow) -> Iterable[Fresh]:
    for cadence in Cadence:
        oldest, newest, second = (getattr(row, f"{name}_{int(cadence)}") for name in ("oldest", "newest", "second"))
        if oldest is not None:
            yield Fresh(row.id, cadence, oldest, newest if second is None else second, newest)


def _unrolled(connection: Connection, now_ms: int) -> set[Due]:
    """Blocks that are over, with something sealed that is not rolled up; the oldest, where they are very many."""
    block = (chunks.c.start_ts - chunks.c.start_ts % BLOCK_MS).label("block")
    query = (
        select(chunks.c.host_id, chunks.c.cadence, block)
        .distinct()
        # What is sealed of the blocks that go on would be most of it, and nothing to do.
        .where(~chunks.c.rolled, chunks.c.start_ts < now_ms // BLOCK_MS * BLOCK_MS)
        .order_by(block)
        .limit(_BLOCKS_LIMIT)
    )
    cadences = {int(cadence): cadence for cadence in Cadence}
    return {
        Due(row.block, row.host_id, cadences[row.cadence], ready_at(row.block, BLOCK_MS, row.host_id))
        for row in connection.execute(query)
        if row.cadence in cadences
    }
