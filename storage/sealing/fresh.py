"""What lies in `head` and what of it may be sealed. Hosts take their turns: the work is spread evenly over time."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, ScalarSelect, bindparam, select

from storage.reading.plain_query import PlainQuery
from storage.schema import head
from storage.scrape import Cadence
from storage.tier import SEAL_MS, Tier, window_start

GRACE_MS = 60_000
"""After the end of a window, for readings that come late."""
SPREAD_SHARE = 3
"""The hosts are spread over one in so many parts of the time that is sealed or rolled up at once, """
SPREAD_LIMIT_MS = 3_600_000
"""but not over more than this."""
SPREAD_MS = SEAL_MS[Cadence.FAST] // SPREAD_SHARE
_GOLDEN = 0.6180339887498949


def _moment(place: int | None) -> ScalarSelect[Any]:
    """The oldest moment, or one by its place from the newest."""
    mine = (head.c.host_id == bindparam("host_id"), head.c.cadence == bindparam("cadence"))
    order = head.c.ts if place is None else head.c.ts.desc()
    return select(head.c.ts).where(*mine).order_by(order).limit(1).offset(place or 0).scalar_subquery()


_MOMENTS = PlainQuery(select(_moment(None), _moment(1), _moment(0)))


class Fresh(NamedTuple):
    """What is not sealed of a host and cadence: the oldest and the two newest moments, UTC milliseconds."""

    host_id: int
    cadence: Cadence
    oldest: int
    second: int
    newest: int

    def bound(self, silent_before: int) -> int:
        """Readings before it may be sealed.

        The two newest stay, for those who ask how a host was when it was last heard of, unless both are older than
        `silent_before`.
        """
        return self.newest + 1 if self.newest < silent_before else self.second

    def due_window(self, silent_before: int, now_ms: int) -> int | None:
        """The start of the oldest window that is to be sealed by now; None where there is none."""
        if self.oldest >= self.bound(silent_before):
            return None
        start = window_start(self.oldest, Tier.RAW, self.cadence)
        return start if ready_at(start, SEAL_MS[self.cadence], self.host_id) <= now_ms else None


def read_fresh(connection: Connection, host_id: int, cadence: Cadence) -> Fresh | None:
    """None where nothing is there."""
    asked = {"host_id": host_id, "cadence": int(cadence)}
    oldest, second, newest = _MOMENTS.run(connection, (), asked).fetchone()
    if newest is None:
        return None
    return Fresh(host_id, cadence, oldest, newest if second is None else second, newest)


def ready_at(start: int, length_ms: int, host_id: int) -> int:
    """When a window of a host is sealed: after its end, some grace, and the delay that the host has."""
    return start + length_ms + GRACE_MS + delay_ms(host_id, min(length_ms // SPREAD_SHARE, SPREAD_LIMIT_MS))


def delay_ms(host_id: int, spread_ms: int = SPREAD_MS) -> int:
    """How long after the others a host does what all do; always the same, and all of them evenly spread."""
    return int(host_id * _GOLDEN % 1 * spread_ms)
