"""What there is to say about the PostgreSQL server of a database, whatever is in it: for `watchpost doctor`."""

from dataclasses import dataclass

from sqlalchemy import text

from storage.database import open_unchecked
from storage.revisions import SchemaState, read_schema

OLDEST_VERSION = 130_000
"""Of the server, as `server_version_num` has it."""

_FACTS = text(
    "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,"
    " current_setting('server_encoding') AS encoding, current_user AS role, pg_is_in_recovery() AS is_standby,"
    " coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create,"
    " coalesce(current_schema(), '') AS schema_name"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """One server, as seen by the role that we are there.

    Attributes:
        label: what messages call the database.
        version: of PostgreSQL, as `15.6`.
        is_supported: whether Watchpost works with that version.
        encoding: of the database.
        role: who we are there.
        is_standby: whether it can only be read.
        may_create: whether the role may make tables, as the first start and every upgrade need.
        schema_name: where they are looked for; empty where there is none.
        schema: what the tables are.
    """

    label: str
    version: str
    is_supported: bool
    encoding: str
    role: str
    is_standby: bool
    may_create: bool
    schema_name: str
    schema: SchemaState


def describe_server(url: str) -> ServerFacts:
    """Asks the server. Raises DatabaseUnavailableError when it cannot be reached or does not let us in."""
    database = open_unchecked(url)
    try:
        with database.reading() as connection:
            row = connection.execute(_FACTS).one()
            return ServerFacts(
                label=database.label,
                version=row.version,
                is_supported=row.number >= OLDEST_VERSION,
                encoding=row.encoding,
                role=row.role,
                is_standby=row.is_standby,
                may_create=row.may_create,
                schema_name=row.schema_name,
                schema=read_schema(connection)[0],
            )
    finally:
        database.close()
