"""What is wrong with readings that are not sealed yet."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from storage.care.fault import Fault
from storage.errors import DatabaseCorruptError
from storage.known_layouts import read_layouts
from storage.process_rows import unpack_processes
from storage.schema import head
from storage.series import Layout


def readable_layouts(connection: Connection, ids: Sequence[int]) -> dict[int, Layout]:
    """Those of the layouts that are there and can be read."""
    try:
        return read_layouts(connection, ids)
    except DatabaseCorruptError:
        if len(ids) == 1:
            return {}
    half = len(ids) // 2
    return readable_layouts(connection, ids[:half]) | readable_layouts(connection, ids[half:])


def head_faults(connection: Connection) -> Iterator[Fault]:
    """Readings whose layout is not there, or that are longer or shorter than it. Does not read the vectors."""
    length = func.length(head.c.vector)
    forms = select(
        head.c.layout_id, length.label("size"), func.count().label("rows"), func.min(head.c.id).label("first")
    )
    found = connection.execute(forms.group_by(head.c.layout_id, length)).fetchall()
    layouts = readable_layouts(connection, sorted({form.layout_id for form in found})) if found else {}
    for form in found:
        layout = layouts.get(form.layout_id)
        if layout is None:
            yield Fault("head", form.first, f"{form.rows} readings name layout {form.layout_id}, which is not there")
        elif form.size != 8 * len(layout.series):
            text = f"{form.rows} readings have {form.size / 8:g} values for a layout of {len(layout.series)}"
            yield Fault("head", form.first, text)


def snapshot_fault(row: Any) -> Fault | None:  # noqa: ANN401 - a row of `process_snapshots`
    """What is wrong with one process table."""
    try:
        unpack_processes(bytes(row.rows))
    except ValueError as error:
        return Fault("process_snapshots", row.id, str(error))
    return None
