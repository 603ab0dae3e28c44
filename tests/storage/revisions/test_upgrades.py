"""Databases of every released revision come to the present with all that is in them, and can go back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.annotations import list_annotations
from storage.care.check import check_database
from storage.care.progress import in_silence
from storage.checks import list_checks
from storage.credentials import list_credentials
from storage.database import Database, open_database, upgrade_database
from storage.database_url import database_place
from storage.engines import postgresql
from storage.engines.postgresql_url import PostgresqlUrl
from storage.errors import DatabaseOutdatedError
from storage.host_keys import trusted_keys
from storage.host_states import read_host_states
from storage.hosts import list_hosts
from storage.latest import read_latest
from storage.migration import downgrade_schema, upgrade_schema
from storage.pollers import live_pollers
from storage.queries import read_series
from storage.requests import read_request
from storage.retentions import read_retentions
from storage.revisions import REVISIONS as KNOWN
from storage.rollup import Interval
from storage.schema import metadata
from storage.settings import read_setting
from storage.sqlite import migration_engine
from tests.storage.revisions.kept import REVISIONS, Rows, lost, read_rows, restore, tables_of, write_rows
from tests.storage.revisions.make import NIGHT_MS, NOON_MS, SPAN_MS

each_revision = pytest.mark.parametrize("revision", REVISIONS)


def rows_of(revision: str, folder: Path) -> Rows:
    restore(revision, folder / "kept.db")
    engine = migration_engine(folder / "kept.db")
    try:
        return read_rows(engine)
    finally:
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Connections for migrations, to a database without a table."""
    if request.param == "sqlite":
        (tmp_path / "migrated.db").touch()
        opened = migration_engine(tmp_path / "migrated.db")
    else:
        place = database_place(request.getfixturevalue("postgresql_url"))
        assert isinstance(place, PostgresqlUrl)
        opened = postgresql.migration_engine(place)
        downgrade_schema(opened, "base")
    yield opened
    opened.dispose()


@pytest.fixture
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The database of a revision, upgraded as `watchpost db upgrade` does; that of the newest as it is."""
    restore(request.param, tmp_path / "old.db")
    if request.param != KNOWN[-1]:
        with pytest.raises(DatabaseOutdatedError):
            open_database(str(tmp_path / "old.db"))
        done = upgrade_database(str(tmp_path / "old.db"), now_ms=NOON_MS)
        assert done.upgraded_from == request.param
        assert done.backup is not None
    database = open_database(str(tmp_path / "old.db"))
    yield database
    database.close()


def test_every_revision_before_this_one_has_been_kept() -> None:
    assert set(KNOWN[:-1]) <= set(REVISIONS)


@each_revision
def test_what_was_kept_has_a_row_in_every_table(revision: str, tmp_path: Path) -> None:
    rows = rows_of(revision, tmp_path)
    assert all(rows.values()), [table for table, found in rows.items() if not found]
    assert len(rows["head"]) > 80


@each_revision
def test_no_value_is_lost_on_the_way_up_nor_down_again(revision: str, tmp_path: Path, engine: Engine) -> None:
    rows = rows_of(revision, tmp_path)
    upgrade_schema(engine, revision)
    write_rows(engine, rows)
    upgrade_schema(engine)
    assert metadata.tables.keys() <= tables_of(engine)
    assert lost(rows, read_rows(engine)) == []
    downgrade_schema(engine, revision)
    back = read_rows(engine)
    assert back.keys() == rows.keys()
    assert lost(rows, back) == []
    downgrade_schema(engine, "base")
    assert tables_of(engine) == {"alembic_version"}


@each_revision
def test_one_step_at_a_time_leads_to_the_same(revision: str, tmp_path: Path, engine: Engine) -> None:
    rows = rows_of(revision, tmp_path)
    upgrade_schema(engine, revision)
    write_rows(engine, rows)
    later = [known for known in KNOWN if known > revision]
    assert later or revision == KNOWN[-1]
    for step in later:
        upgrade_schema(engine, step)
    for step in [*reversed(later[:-1]), revision] if later else ():
        downgrade_schema(engine, step)
    assert lost(rows, read_rows(engine)) == []


@pytest.mark.parametrize("upgraded", REVISIONS, indirect=True)
def test_what_people_said_is_read_by_this_program(upgraded: Database) -> None:
    with upgraded.reading() as connection:
        hosts = {host.name: host for host in list_hosts(connection)}
        assert set(hosts) == {"web-1", "db-1", "요원-3"}
        assert hosts["db-1"].interval_s == 10.0
        assert hosts["db-1"].port == 2222
        assert not hosts["요원-3"].enabled
        assert [credential.name for credential in list_credentials(connection)] == ["db", "fleet key"]
        assert read_setting(connection, "time_zone") == "Asia/Seoul"
        assert len(trusted_keys(connection, "10.0.0.11", 22)) == 1
        assert read_host_states(connection)[2].detail == "no answer in 10 s"
        assert read_request(connection, 7).result == {"ok": False, "reason": "timeout"}
        assert [poller.pid for poller in live_pollers(connection, NOON_MS)] == [4711]


@pytest.mark.parametrize("upgraded", REVISIONS, indirect=True)
def test_readings_are_read_by_this_program(upgraded: Database) -> None:
    with upgraded.reading() as connection:
        latest = read_latest(connection, since=NOON_MS - 60_000, with_processes=True)
        series = read_series(
            connection,
            host_ids=[1, 2],
            metric="cpu_usage_percent",
            start=NOON_MS - SPAN_MS,
            end=NOON_MS + 1,
            interval=Interval.RAW,
        )
    assert latest.keys() == {1, 2}
    assert [process.name for process in latest[1].processes] == ["postgres"]
    assert {points.host_id: len(points.ts) for points in series} == {1: 96, 2: 96}
    assert 55 < series[1].value.mean() < 70


@pytest.mark.parametrize("upgraded", [known for known in REVISIONS if known >= "0003"], indirect=True)
def test_groups_and_checks_are_read_by_this_program(upgraded: Database) -> None:
    with upgraded.reading() as connection:
        hosts = {host.name: host for host in list_hosts(connection)}
        assert (hosts["web-1"].group, hosts["web-1"].tags) == ("web", ("eu", "prod"))
        assert {placed.check.name for placed in list_checks(connection)} == {"nginx", "home"}


@pytest.mark.parametrize("upgraded", [known for known in REVISIONS if known >= "0004"], indirect=True)
def test_what_was_sealed_is_sound_and_read_by_this_program(upgraded: Database) -> None:
    report = check_database(upgraded, thorough=True, on_step=in_silence)
    assert report.faults == ()
    assert report.blocks >= 3
    assert report.rows["process_chunks"] >= 6
    with upgraded.reading() as connection:
        assert [note.text for note in list_annotations(connection)] == ["deploy 1.2"]
        assert read_retentions(connection).of("db").raw_s == 172_800.0
        (minutes,) = read_series(
            connection,
            host_ids=[2],
            metric="cpu_usage_percent",
            start=NIGHT_MS,
            end=NIGHT_MS + 7 * 3_600_000,
            interval=Interval.M1,
        )
    assert len(minutes.ts) == 7 * 60 - 1
    assert 55 < minutes.value.mean() < 70
