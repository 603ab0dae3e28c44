"""Layouts in the database: an id for each content, kept for as long as rows use it.

`layouts.used_at` is renewed when a scrape is more than an hour ahead of it. So a row that uses a layout is never newer
than `used_at` by more than that hour, and what is unused can be told without reading `head`.
"""

from sqlalchemy import Connection, case
from sqlalchemy.sql.dml import ReturningInsert

from storage.engines.statements import upsert
from storage.schema import layouts
from storage.series import Layout

RENEW_MS = 3_600_000
_KNOWN_LIMIT = 100_000


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
        row = connection.execute(_renewal(connection), values).one()
        layout_id, used_at = int(row.id), int(row.used_at)
        if len(self._known) >= _KNOWN_LIMIT:
            self._known.clear()
        self._known[layout.digest] = (layout_id, used_at)
        return layout_id

    def forget(self) -> None:
        """To be called after a rollback: ids of this transaction do not exist."""
        self._known.clear()


def _renewal(connection: Connection) -> ReturningInsert[tuple[int, int]]:
    """An INSERT that makes `used_at` later where the layout is there already, and never earlier."""
    later = upsert(
        connection, layouts, keys=("digest",), merge={"used_at": lambda new, old: case((new > old, new), else_=old)}
    )
    return later.returning(layouts.c.id, layouts.c.used_at)
