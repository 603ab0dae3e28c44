"""What waits to be sealed and rolled up, and when each of it is due."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, ScalarSelect, bindparam, func, select

from storage.reading.plain_query import PlainQuery
from storage.schema import chunks, head, hosts, process_snapshots
from storage.scrape import Cadence
from storage.sealing.fresh import Fresh, ready_at
from storage.sealing.process_seal import HOUR_MS, due_hour
from storage.sealing.situation import Situation
from storage.tier import BLOCK_MS, SEAL_MS, Tier, window_start

_BLOCKS_LIMIT = 50_000
_HOSTS_AT_ONCE = 500


class Due(NamedTuple):
    """A window, block or hour; the smallest is the one to begin with.

    Attributes:
        ready_at: since when it has been due, or when it will be, UTC milliseconds.
        start: where it starts, UTC milliseconds.
        host_id: whose.
        cadence: of which group; None for process tables.
    """

    ready_at: int
    start: int
    host_id: int
    cadence: Cadence | None


class Waiting(NamedTuple):
    """What lies of a host in the tables of what is not sealed yet.

    Attributes:
        host_id: whose.
        fresh: its readings, by group.
        tables: the moments of its oldest and its newest process table; None where there is none.
    """

    host_id: int
    fresh: Sequence[Fresh]
    tables: tuple[int, int] | None

    def due(self, situation: Situation) -> Iterator[Due]:
        """Windows, one a cadence, and an hour of process tables, that are to be sealed by now."""
        for part in self.fresh:
            start = part.due_window(situation.silent_before(self.host_id), situation.now_ms)
            if start is not None:
                yield _due(start, self.host_id, part.cadence)
        oldest, newest = self.tables or (None, None)
        silent_before = situation.tables_silent_before(self.host_id)
        start = due_hour(self.host_id, oldest, newest, silent_before=silent_before, now_ms=situation.now_ms)
        if start is not None:
            yield _due(start, self.host_id, None)

    def next_ready_at(self, now_ms: int) -> int:
        """When the next of it becomes due, after now, UTC milliseconds; before then nothing does but what comes late.

        What is ready and yet not due, the newest readings of a silent host, has no such moment.
        """
        oldest = dict.fromkeys(Cadence, now_ms) | {part.cadence: part.oldest for part in self.fresh}
        hour = (self.tables[0] if self.tables else now_ms) // HOUR_MS * HOUR_MS
        ready = [
            ready_at(window_start(ts, Tier.RAW, cadence), SEAL_MS[cadence], self.host_id)
            for cadence, ts in oldest.items()
        ]
        return min((at for at in (*ready, ready_at(hour, HOUR_MS, self.host_id)) if at > now_ms), default=2**62)


def read_waiting(connection: Connection, host_ids: Sequence[int]) -> list[Waiting]:
    """Of these hosts; takes some index look-ups for each."""
    found = []
    for first in range(0, len(host_ids), _HOSTS_AT_ONCE):
        rows = _WAITING.run(connection, host_ids[first : first + _HOSTS_AT_ONCE], {}).fetchall()
        found += [_waiting(row) for row in rows]
    return found


def unrolled_blocks(connection: Connection, now_ms: int) -> list[Due]:
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
    return [
        Due(ready_at(row.block, BLOCK_MS, row.host_id), row.block, row.host_id, cadences[row.cadence])
        for row in connection.execute(query)
        if row.cadence in cadences
    ]


def _due(start: int, host_id: int, cadence: Cadence | None) -> Due:
    return Due(ready_at(start, HOUR_MS if cadence is None else SEAL_MS[cadence], host_id), start, host_id, cadence)


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


_WAITING = PlainQuery(
    select(
        hosts.c.id,
        _of_tables(func.min(process_snapshots.c.ts)),
        _of_tables(func.max(process_snapshots.c.ts)),
        *(_moment(cadence, place) for cadence in Cadence for place in (None, 0, 1)),
    ).where(hosts.c.id.in_(bindparam("host_ids", expanding=True)))
)


def _waiting(row: Sequence[Any]) -> Waiting:
    host_id, first, last, *found = row
    fresh = []
    for place, cadence in enumerate(Cadence):
        oldest, newest, second = found[3 * place : 3 * place + 3]
        if oldest is not None:
            fresh.append(Fresh(host_id, cadence, oldest, newest if second is None else second, newest))
    return Waiting(host_id, fresh, None if first is None else (first, last))
