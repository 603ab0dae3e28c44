"""Layouts of chunks: stored like those of readings, looked up by content."""

from sqlalchemy import Connection, select

from storage.layout_rows import LayoutIds
from storage.schema import layouts
from storage.series import Layout


def layout_id_of(connection: Connection, layout: Layout, ts: int) -> int:
    """The id of a layout that a chunk up to `ts` uses; stores it where it is new.

    Nothing is remembered: what a chunk used may have been collected since.
    """
    known = select(layouts.c.id).where(layouts.c.digest == layout.digest)
    found = connection.execute(known).scalar_one_or_none()
    return LayoutIds().id_of(connection, layout, ts) if found is None else int(found)
