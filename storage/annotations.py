"""Annotations in the database: add, list for a span, change, remove."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from storage.annotation import LAST_TS, Annotation, NewAnnotation, checked_annotation, checked_text, checked_times
from storage.check_rules import checked_label
from storage.errors import NotFoundError
from storage.host import Host
from storage.hosts import find_host
from storage.schema import annotations, hosts
from storage.similar_names import did_you_mean

_LARGEST_ID = 2**63 - 1


def add_annotation(connection: Connection, new: NewAnnotation, now_ms: int) -> Annotation:
    """Keeps an annotation.

    Raises:
        InvalidInputError: something in it cannot be used.
        NotFoundError: there is no such host, or no host in such a group; similar names are in the hint.
    """
    checked = checked_annotation(new)
    host_ids = list(dict.fromkeys(find_host(connection, name).id for name in checked.hosts))
    groups = list(dict.fromkeys(find_group(connection, name) for name in checked.groups))
    values = {
        "text": checked.text,
        "start_ts": checked.start_ts,
        "end_ts": checked.end_ts,
        "host_ids": host_ids,
        "groups": groups,
        "author": checked.author,
        "created_at": now_ms,
    }
    added = connection.execute(annotations.insert().values(values).returning(annotations.c.id)).scalar_one()
    return find_annotation(connection, added)


def find_annotation(connection: Connection, annotation_id: int) -> Annotation:
    """The annotation of that id. Raises NotFoundError."""
    if not 0 < annotation_id <= _LARGEST_ID:
        raise _unknown(annotation_id)
    row = connection.execute(select(annotations).where(annotations.c.id == annotation_id)).one_or_none()
    if row is None:
        raise _unknown(annotation_id)
    return _annotation(row)


def list_annotations(connection: Connection, *, start: int = 0, end: int = LAST_TS + 1) -> list[Annotation]:
    """All annotations that touch a span, in order of their start.

    Args:
        connection: to read from.
        start: UTC milliseconds; what ended before is left out.
        end: UTC milliseconds; what starts then or later is left out.
    """
    return [_annotation(row) for row in connection.execute(_touching(start, end))]


def annotations_of_host(
    connection: Connection, host: Host, *, start: int = 0, end: int = LAST_TS + 1
) -> list[Annotation]:
    """What was noted about a host, its group as it is now, or everything; otherwise as `list_annotations`."""
    return [each for each in list_annotations(connection, start=start, end=end) if each.is_about(host.id, host.group)]


def edit_annotation(
    connection: Connection,
    annotation_id: int,
    *,
    text: str | None = None,
    start_ts: int | None = None,
    end_ts: int | None = None,
) -> Annotation:
    """Changes what is given of an annotation. A new start alone moves the end of a moment along.

    Raises:
        NotFoundError: there is none of that id.
        InvalidInputError: the text cannot be used, or it would end before it starts.
    """
    was = find_annotation(connection, annotation_id)
    start = was.start_ts if start_ts is None else start_ts
    unchanged_end = start if was.is_moment and start_ts is not None else was.end_ts
    start, end = checked_times(start, unchanged_end if end_ts is None else end_ts)
    values = {"text": was.text if text is None else checked_text(text), "start_ts": start, "end_ts": end}
    connection.execute(update(annotations).where(annotations.c.id == annotation_id).values(values))
    return find_annotation(connection, annotation_id)


def remove_annotation(connection: Connection, annotation_id: int) -> Annotation:
    """Forgets an annotation and returns what it was. Raises NotFoundError."""
    was = find_annotation(connection, annotation_id)
    connection.execute(annotations.delete().where(annotations.c.id == annotation_id))
    return was


def find_group(connection: Connection, name: str) -> str:
    """The group in the form in which hosts have it.

    Raises:
        InvalidInputError: it cannot be the name of a group.
        NotFoundError: no host is in it; similar ones are in the hint.
    """
    composed = checked_label("The group", name)
    present = select(hosts.c.group_name).where(hosts.c.removed_at.is_(None), hosts.c.group_name.is_not(None)).distinct()
    known = sorted(connection.scalars(present))
    if composed in known:
        return composed
    hint = did_you_mean(composed, known, "“watchpost hosts edit NAME --group GROUP” puts a host into a group.")
    raise NotFoundError(f"No host is in a group “{composed}”.", hint=hint)


def host_names(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Names of hosts by id, also of removed ones while they are known."""
    wanted = set(ids)
    if not wanted:
        return {}
    # All of them rather than those wanted: an IN takes a bounded number of values, and hosts are few.
    named = connection.execute(select(hosts.c.id, hosts.c.name))
    return {row.id: row.name for row in named if row.id in wanted}


def _touching(start: int, end: int) -> Select[Any]:
    return (
        select(annotations)
        .where(annotations.c.start_ts < end, annotations.c.end_ts >= start)
        .order_by(annotations.c.start_ts, annotations.c.id)
    )


def _annotation(row: Row[Any]) -> Annotation:
    return Annotation(
        id=row.id,
        text=row.text,
        start_ts=row.start_ts,
        end_ts=row.end_ts,
        host_ids=tuple(row.host_ids),
        groups=tuple(row.groups),
        author=row.author,
        created_at=row.created_at,
    )


def _unknown(annotation_id: int) -> NotFoundError:
    return NotFoundError(
        f"There is no annotation {annotation_id}.",
        hint="“watchpost annotations list --from -4w” tells which there are.",
    )
