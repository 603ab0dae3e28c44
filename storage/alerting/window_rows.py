"""Maintenance windows as rows. What their conditions and recurrences mean is said in `alerts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.check_rules import checked_label
from storage.errors import AlreadyExistsError, NotFoundError
from storage.printable import printable
from storage.schema import maintenance_windows
from storage.similar_names import did_you_mean

AUTHOR_LIMIT = 255
COMMENT_LIMIT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow:
    """A row of `maintenance_windows`.

    Attributes:
        id: never used twice.
        name: no two windows have the same.
        matchers: conditions as JSON; all of them must agree.
        recurrence: RFC 5545, DTSTART in local time and an RRULE.
        time_zone: whose local time.
        duration_s: for how long it lasts each time.
        enabled: whether it holds.
        author: who made it.
        comment: why.
        created_at: when, UTC milliseconds.
    """

    id: int
    name: str
    matchers: object
    recurrence: str
    time_zone: str
    duration_s: float
    enabled: bool
    author: str
    comment: str
    created_at: int


def add_window(  # noqa: PLR0913 - one for each column
    connection: Connection,
    *,
    name: str,
    matchers: Sequence[object],
    recurrence: str,
    time_zone: str,
    duration_s: float,
    author: str = "",
    comment: str = "",
    now_ms: int,
) -> WindowRow:
    """Keeps a window; whether its conditions and its recurrence make sense is for the caller to know.

    Raises:
        InvalidInputError: it cannot be called that.
        AlreadyExistsError: there is one of that name.
    """
    called = checked_label("The name of a maintenance window", name)
    known = maintenance_windows.c.name == called
    if connection.execute(select(maintenance_windows.c.id).where(known)).first():
        raise AlreadyExistsError(f"There is a maintenance window “{called}” already.", hint="Remove that one first.")
    values = {
        "name": called,
        "matchers": list(matchers),
        "recurrence": recurrence,
        "time_zone": time_zone,
        "duration_s": duration_s,
        "author": printable(author, AUTHOR_LIMIT).strip(),
        "comment": printable(comment, COMMENT_LIMIT).strip(),
        "created_at": now_ms,
    }
    connection.execute(maintenance_windows.insert().values(values))
    return find_window(connection, called)


def find_window(connection: Connection, name: str) -> WindowRow:
    """The window of that name. Raises NotFoundError, with similar names in the hint."""
    row = connection.execute(select(maintenance_windows).where(maintenance_windows.c.name == name)).one_or_none()
    if row is not None:
        return _window(row)
    names = [each.name for each in list_windows(connection)]
    raise NotFoundError(
        f"There is no maintenance window “{printable(name)}”.",
        hint=did_you_mean(name, names, "“watchpost alerts windows list” tells which there are."),
    )


def list_windows(connection: Connection) -> list[WindowRow]:
    """All of them, by name."""
    found = select(maintenance_windows).order_by(maintenance_windows.c.name)
    return [_window(row) for row in connection.execute(found)]


def remove_window(connection: Connection, name: str) -> WindowRow:
    """Forgets a window and returns what it was. Raises NotFoundError."""
    was = find_window(connection, name)
    connection.execute(maintenance_windows.delete().where(maintenance_windows.c.id == was.id))
    return was


def _window(row: Row[Any]) -> WindowRow:
    return WindowRow(**row._asdict())
