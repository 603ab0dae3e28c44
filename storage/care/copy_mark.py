"""Marks a database that a copy has not filled completely yet, so that nobody takes it for a whole one."""

from sqlalchemy import Connection, column, select, table

from storage.care.copy_rows import count_rows
from storage.errors import AlreadyExistsError
from storage.revisions import COPYING, REVISIONS
from storage.schema import hosts, metadata, settings

MARK = "copy_source"
"""The row of `settings` that names the database that is being copied here."""

_VERSION = table("alembic_version", column("version_num"))


def fingerprint(connection: Connection) -> str:
    """What tells one fleet from another: who was registered first, and when."""
    first = connection.execute(
        select(hosts.c.id, hosts.c.created_at, hosts.c.name).order_by(hosts.c.id).limit(1)
    ).one_or_none()
    return "no hosts" if first is None else f"{first.id} {first.created_at} {first.name}"


def is_half_copied(connection: Connection) -> bool:
    """Whether a copy into this database was begun and did not come to its end."""
    return connection.execute(select(_VERSION)).scalar() == COPYING


def refuse_unless_empty(connection: Connection, where: str) -> None:
    """Raises AlreadyExistsError for a target in which there are rows."""
    for kept in metadata.sorted_tables:
        if rows := count_rows(connection, kept):
            raise AlreadyExistsError(
                f"{where} holds data already: {rows} rows of {kept.name}.",
                hint="A copy needs an empty database. Nothing was changed.",
            )


def refuse_unless_of(connection: Connection, source: str, where: str) -> None:
    """Raises AlreadyExistsError when the copy that was begun here was one of another fleet."""
    if connection.execute(select(settings.c.value).where(settings.c.name == MARK)).scalar() != source:
        raise AlreadyExistsError(
            f"{where} holds half of a copy of another database.",
            hint="Repeat that copy, or name an empty database. Nothing was changed.",
        )


def mark(connection: Connection, source: str) -> None:
    """Notes that a copy has begun; the settings have just been replaced by those of the source."""
    connection.execute(settings.insert().values(name=MARK, value=source))
    connection.execute(_VERSION.update().values(version_num=COPYING))


def unmark(connection: Connection) -> None:
    """Notes that the copy is whole."""
    connection.execute(settings.delete().where(settings.c.name == MARK))
    connection.execute(_VERSION.update().values(version_num=REVISIONS[-1]))
