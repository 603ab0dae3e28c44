"""Layouts of what is to be sealed or rolled up, as far as they can be read."""

from collections.abc import Iterable

from sqlalchemy import Connection

from storage.errors import DatabaseCorruptError
from storage.known_layouts import read_layouts
from storage.series import Layout


def readable_layouts(connection: Connection, ids: Iterable[int]) -> dict[int, Layout]:
    """Those of these ids that are there and are layouts: one that is damaged must not stop the others."""
    wanted = set(ids)
    if not wanted:
        return {}
    try:
        return read_layouts(connection, wanted)
    except DatabaseCorruptError:
        if len(wanted) == 1:
            return {}
    return {number: layout for one in wanted for number, layout in readable_layouts(connection, (one,)).items()}
