"""Layouts in the database: an id for each content, kept for as long as rows use it.

`layouts.used_at` is renewed when a scrape is more than an hour ahead of it. So a row that uses a layout is never newer
than `used_at` by more than that hour, and what is unused can be told without reading `head`.
"""

from sqlalchemy import Connection, case, func, select

from storage.schema import layouts
from storage.series import Layout
from storage.sqlite import upsert

RENEW_MS = 3_600_000
_KNOWN_LIMIT = 100_000

_RENEW = upsert(
    layouts, keys=("digest",), merge={"used_at": lambda new, old: case((new > old, new), else_=old)}
).returning(layouts.c.id, layouts.c.used_at)


class LayoutIds:
    """Remembers ids, so that a layout costs one statement an hour. For one thread."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[int, int]] = {}

    def id_of(self, connection: Connection, layout: Layout, ts: int) -> int:
        """The id of a layout that a scrape of `ts` uses; stores the layout where it is new or was collected."""
        known = self._known.get(layout.digest)
        if known is not None and ts <= known[1] + RENEW_MS:
            return known[0]
        values = {"digest": layout.digest, "content": layout.content.decode("utf-8"), "used_at": ts}
        layout_id, used_at = connection.execute(_RENEW, values).one()
        if len(self._known) >= _KNOWN_LIMIT:
            self._known.clear()
        self._known[layout.digest] = (layout_id, used_at)
        return int(layout_id)

    def forget(self) -> None:
        """To be called after a rollback: ids of this transaction do not exist."""
        self._known.clear()


def delete_unused_layouts(connection: Connection, before_ms: int, *, limit: int) -> int:
    """Deletes layouts that no row from `before_ms` on can use; the caller has deleted the rows before it.

    The latest layout stays: SQLite would give its id to the next one, and readers remember layouts by id.
    """
    old = select(layouts.c.id).where(
        layouts.c.used_at < before_ms - RENEW_MS, layouts.c.id < select(func.max(layouts.c.id)).scalar_subquery()
    )
    return connection.execute(layouts.delete().where(layouts.c.id.in_(old.limit(limit)))).rowcount
