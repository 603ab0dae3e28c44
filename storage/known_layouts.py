"""Layouts by the ids that rows of `head` name, each parsed once in a process."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from storage.errors import DatabaseCorruptError
from storage.reading.plain_query import PlainQuery
from storage.schema import layouts
from storage.series import Layout, live_layout, shared_layout

# By digest, as an id means another layout once another file has taken the database's place. An entry is about 20 KB.
_KNOWN_LIMIT = 8192
_known: dict[bytes, Layout] = {}

_DIGESTS = PlainQuery(
    select(layouts.c.id, layouts.c.digest).where(layouts.c.id.in_(bindparam("ids", expanding=True))), several="ids"
)


def read_layouts(connection: Connection, ids: Iterable[int]) -> dict[int, Layout]:
    """The layouts of these ids.

    Raises:
        DatabaseCorruptError: one is not there, or is no layout.
    """
    wanted = sorted(set(ids))
    found = {layout_id: bytes(digest) for layout_id, digest in _DIGESTS.run(connection, wanted, {}).fetchall()}
    if missing := set(wanted) - found.keys():
        raise DatabaseCorruptError(f"The database has readings whose layout {min(missing)} it does not have.")
    parsed = {layout_id: _known[digest] for layout_id, digest in found.items() if digest in _known}
    fresh = [layout_id for layout_id in wanted if layout_id not in parsed]
    if fresh:
        contents = select(layouts.c.id, layouts.c.content).where(layouts.c.id.in_(fresh))
        parsed |= {row.id: _remember(found[row.id], row.content) for row in connection.execute(contents)}
    return parsed


def _remember(digest: bytes, content: str) -> Layout:
    try:
        # Sessions of this process mostly have it, by the 10 KB and more.
        layout = live_layout(digest) or shared_layout(Layout.parse(content).series)
    except ValueError as error:
        raise DatabaseCorruptError("The database has a layout that cannot be read.") from error
    if len(_known) >= _KNOWN_LIMIT:
        _known.clear()
    return _known.setdefault(digest, layout)
