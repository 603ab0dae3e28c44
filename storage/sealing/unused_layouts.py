"""Collects layouts that nothing uses any more."""

from sqlalchemy import Connection, Select, delete, exists, func, select, union_all

from storage.layout_rows import RENEW_MS
from storage.schema import chunks, head, hosts, layouts
from storage.scrape import Cadence

UNUSED_MS = 86_400_000
"""How long a layout has to be seen unused: a writer may still know its id, and late readings use old ones."""
_LIMIT = 500


class UnusedLayouts:
    """Remembers since when layouts have been seen unused. For one thread."""

    def __init__(self) -> None:
        self._since: dict[int, int] = {}

    def collect(self, connection: Connection, now_ms: int) -> int:
        """Deletes those that have been unused for a day, a few at a time; returns how many."""
        unused = connection.scalars(_UNUSED).all()
        self._since = {layout_id: min(self._since.get(layout_id, now_ms), now_ms) for layout_id in unused}
        gone = [layout_id for layout_id, since in self._since.items() if now_ms - since >= UNUSED_MS][:_LIMIT]
        if gone:
            connection.execute(delete(layouts).where(layouts.c.id.in_(gone)))
        return len(gone)


# A row of head is never newer than its layout's `used_at` by more than `RENEW_MS`. So a layout that was not used since
# that long before the oldest row is used by none.
# Host by host and group by group: that is how `head` is indexed, and without it all of it would be read.
def _oldest(cadence: Cadence) -> Select[tuple[int]]:
    of_host = select(func.min(head.c.ts)).where(head.c.host_id == hosts.c.id, head.c.cadence == int(cadence))
    return select(of_host.correlate(hosts).scalar_subquery().label("ts"))


_OF_EACH = union_all(*(_oldest(cadence).select_from(hosts) for cadence in Cadence)).subquery()
_OLDEST = select(func.min(_OF_EACH.c.ts)).scalar_subquery()
# The latest one stays: SQLite would give its id to the next, and readers remember layouts by id.
_LATEST = select(func.max(layouts.c.id)).scalar_subquery()
_UNUSED = select(layouts.c.id).where(
    layouts.c.id < _LATEST,
    layouts.c.used_at < func.coalesce(_OLDEST, 2**62) - RENEW_MS,
    ~exists().where(chunks.c.layout_id == layouts.c.id),
)
