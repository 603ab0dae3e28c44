"""Silences as rows. What their conditions mean is said in `alerts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage.errors import InvalidInputError, NotFoundError
from storage.printable import printable
from storage.schema import silences

AUTHOR_LIMIT = 255
COMMENT_LIMIT = 2_000
LONGEST_MS = 366 * 86_400_000
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRow:
    """A row of `silences`. Times are UTC milliseconds.

    Attributes:
        id: never used twice.
        matchers: conditions as JSON; all of them must agree.
        starts_at: from when on it holds.
        ends_at: until when, that moment not included.
        author: who said so.
        comment: why.
        created_at: when.
    """

    id: int
    matchers: object
    starts_at: int
    ends_at: int
    author: str
    comment: str
    created_at: int


def add_silence(  # noqa: PLR0913 - one for each column
    connection: Connection,
    *,
    matchers: Sequence[object],
    starts_at: int,
    ends_at: int,
    author: str = "",
    comment: str = "",
    now_ms: int,
) -> SilenceRow:
    """Keeps a silence; whether its conditions make sense is for the caller to know.

    Raises:
        InvalidInputError: it has no length, or more than a year of it, or has ended already.
    """
    if not starts_at < ends_at or ends_at <= now_ms:
        raise InvalidInputError("The silence would be over before it begins.", hint="Give a time to come.")
    if ends_at - starts_at > LONGEST_MS:
        raise InvalidInputError(
            "A silence lasts a year at the most.", hint="A rule that nobody wants to hear of is better switched off."
        )
    values = {
        "matchers": list(matchers),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "author": printable(author, AUTHOR_LIMIT).strip(),
        "comment": printable(comment, COMMENT_LIMIT).strip(),
        "created_at": now_ms,
    }
    added = connection.execute(silences.insert().values(values).returning(silences.c.id)).scalar_one()
    return find_silence(connection, added)


def find_silence(connection: Connection, silence_id: int) -> SilenceRow:
    """The silence of that id. Raises NotFoundError."""
    row = None
    if 0 < silence_id <= _LARGEST_ID:
        row = connection.execute(select(silences).where(silences.c.id == silence_id)).one_or_none()
    if row is None:
        raise NotFoundError(
            f"There is no silence {silence_id}.", hint="“watchpost alerts silence list” tells which there are."
        )
    return _silence(row)


def list_silences(connection: Connection, *, ended_after: int = 0) -> list[SilenceRow]:
    """Those that end later than a moment, in order of their beginning."""
    found = select(silences).where(silences.c.ends_at > ended_after)
    return [_silence(row) for row in connection.execute(found.order_by(silences.c.starts_at, silences.c.id))]


def end_silence(connection: Connection, silence_id: int, now_ms: int) -> SilenceRow:
    """Ends a silence now; one that has not begun is forgotten. Returns what it was.

    Raises:
        NotFoundError: there is none of that id.
        InvalidInputError: it is over already.
    """
    was = find_silence(connection, silence_id)
    if was.ends_at <= now_ms:
        raise InvalidInputError(f"Silence {silence_id} is over already.")
    mine = silences.c.id == silence_id
    if was.starts_at >= now_ms:
        connection.execute(silences.delete().where(mine))
    else:
        connection.execute(update(silences).where(mine).values(ends_at=now_ms))
    return was


def _silence(row: Row[Any]) -> SilenceRow:
    return SilenceRow(**row._asdict())
