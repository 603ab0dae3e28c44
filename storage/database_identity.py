"""Which database this is: told by a mark of its own, as another one may take its place under the same URL."""

from uuid import uuid4

from sqlalchemy import Connection, select

from storage.engines.statements import insert_new
from storage.schema import settings

_NAME = "database_id"
_READ = select(settings.c.value).where(settings.c.name == _NAME)


def database_identity(connection: Connection) -> str:
    """The mark, made at the first look; `connection` can write. A copy or a restored backup has the same."""
    found = connection.scalar(_READ)
    if found is None:
        connection.execute(insert_new(connection, settings), {"name": _NAME, "value": str(uuid4())})
        found = connection.scalar(_READ)
    return str(found)
