"""Which of the rules that come with Watchpost a database has been given before, so that none comes twice."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, select

from storage.engines.statements import upsert
from storage.schema import settings

_NAME = "alert_rules_offered"


def read_offered(connection: Connection) -> dict[str, str]:
    """What was said of each rule then, by its name: the mark of its body."""
    try:
        return msgspec.convert(
            connection.scalar(select(settings.c.value).where(settings.c.name == _NAME)) or {}, dict[str, str]
        )
    except msgspec.ValidationError:
        return {}


def write_offered(connection: Connection, offered: Mapping[str, str]) -> None:
    """Keeps it in place of what was there."""
    connection.execute(upsert(connection, settings, keys=("name",)), {"name": _NAME, "value": dict(offered)})
