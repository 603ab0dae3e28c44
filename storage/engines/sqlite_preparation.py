"""Makes a SQLite file fit for use: created, upgraded after a backup, or moved aside when damaged."""

from pathlib import Path

from sqlalchemy import false

from storage.engines.preparation import Preparation
from storage.engines.sqlite_backend import file_identity
from storage.revisions import SchemaState, read_schema, refusal
from storage.schema import settings
from storage.sqlite import corrupt_error, migration_engine, reader_engine, writer_engine
from storage.sqlite_file import back_up, create_file, damage, move_aside


def prepare_file(path: Path, now_ms: int) -> Preparation:
    """Creates, upgrades, or moves aside and begins anew. Errors are the driver's."""
    create_file(path)
    moved_aside = None
    if damage(path):
        moved_aside = move_aside(path, now_ms)
        create_file(path)
    state, revision = _state_of(path)
    backup = _bring_up_to_date(path, state, revision, now_ms)
    _prove_writable(path)
    outdated = state is SchemaState.OUTDATED
    return Preparation(state is SchemaState.EMPTY, revision if outdated else None, backup, moved_aside)


def upgrade_file(path: Path, now_ms: int) -> Preparation:
    """Upgrades one that is there and sound. Errors are the driver's."""
    file_identity(path)
    if detail := damage(path):
        raise corrupt_error(path, detail)
    state, revision = _state_of(path)
    backup = _bring_up_to_date(path, state, revision, now_ms)
    outdated = state is SchemaState.OUTDATED
    return Preparation(state is SchemaState.EMPTY, revision if outdated else None, backup)


def _state_of(path: Path) -> tuple[SchemaState, str | None]:
    engine = reader_engine(path)
    try:
        with engine.begin() as connection:
            return read_schema(connection)
    finally:
        engine.dispose()


def _bring_up_to_date(path: Path, state: SchemaState, revision: str | None, now_ms: int) -> Path | None:
    """Upgrades an empty or outdated database; returns the backup made of an outdated one."""
    if state is SchemaState.CURRENT:
        return None
    if state not in {SchemaState.EMPTY, SchemaState.OUTDATED}:
        raise refusal(state, revision, str(path)) or AssertionError(state)
    # Alembic takes 100 ms and more to import, and readers have no use for it.
    from storage.migration import upgrade_schema  # noqa: PLC0415

    backup = back_up(path, revision, now_ms) if revision else None
    engine = migration_engine(path)
    try:
        upgrade_schema(engine)
    finally:
        engine.dispose()
    return backup


def _prove_writable(path: Path) -> None:
    engine = writer_engine(path)
    try:
        with engine.begin() as connection:
            # Of a read-only file even BEGIN IMMEDIATE is content to read; a statement that would write is not.
            connection.execute(settings.delete().where(false()))
    finally:
        engine.dispose()
