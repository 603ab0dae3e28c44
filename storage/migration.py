"""Brings a database to another schema with Alembic; the steps are in `migrations/versions`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from storage.errors import DatabaseUnavailableError

_SCRIPTS = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Alembic's settings; they need no file, so an installed package can upgrade as well."""
    config = Config()
    # Alembic reads `%` as the start of a placeholder.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


def upgrade_schema(engine: Engine, revision: str = "head") -> None:
    """Runs the steps up to `revision` in one transaction.

    Raises:
        DatabaseUnavailableError: a row would point to one that is not there; nothing has been changed.
    """
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        _check_foreign_keys(connection)


def downgrade_schema(engine: Engine, revision: str) -> None:
    """Takes the steps back to `revision`, or to an empty database with `base`, in one transaction."""
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        _check_foreign_keys(connection)


def _check_foreign_keys(connection: Connection) -> None:
    """SQLite does not watch foreign keys while tables change, so the whole is looked at before the commit."""
    if connection.dialect.name != "sqlite":
        return
    if astray := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
        tables = ", ".join(sorted({row[0] for row in astray}))
        raise DatabaseUnavailableError(
            f"The database was not upgraded: {len(astray)} rows of {tables} point to rows that are gone.",
            hint="The file is as it was. Put back a backup, or report this with the message.",
        )
