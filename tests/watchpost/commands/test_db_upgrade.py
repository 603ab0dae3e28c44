from pathlib import Path

import pytest

from storage.database_url import database_place
from storage.engines.postgresql import migration_engine
from storage.engines.postgresql_url import PostgresqlUrl
from storage.migration import downgrade_schema
from storage.poller_lock import PollerLock
from storage.revisions import REVISIONS
from tests.command_line import ROOT, CommandLine
from tests.next_revision import REBUILDS_HOSTS, release_with


def test_a_current_database_is_left_as_it_is(cli: CommandLine, database_url: str) -> None:
    told = cli("db", "upgrade", "--db", database_url)
    assert (told.status, told.out) == (0, "The database is up to date.\n")
    done = cli("db", "upgrade", "--json", "--db", database_url).json
    assert done == {"upgraded_from": None, "created": False, "backup": None}


def test_while_a_poller_runs_it_is_refused(cli: CommandLine, database_url: str) -> None:
    with PollerLock(database_url):
        told = cli("db", "upgrade", "--json", "--db", database_url)
    assert (told.status, told.error["kind"]) == (1, "poller_running")


def test_there_has_to_be_a_database(cli: CommandLine) -> None:
    assert cli("db", "upgrade", "--json").error["kind"] == "database_unavailable"


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_older_database_is_upgraded_after_a_copy(
    cli: CommandLine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    cli("hosts", "add", "here", "--local", "--no-test", "--db", database_url)
    monkeypatch.chdir(ROOT)
    release_with(REBUILDS_HOSTS, tmp_path, monkeypatch)
    refused = cli("hosts", "list", "--db", database_url)
    assert refused.status == 1
    assert "watchpost db upgrade" in refused.err
    told = cli("db", "upgrade", *(["--json"] if form == "json" else []), "--db", database_url)
    assert told.status == 0
    (backup,) = tmp_path.glob("watchpost.db.backup-0006-*")
    assert str(backup) in told.out
    assert REVISIONS[-1] in told.out
    assert "here" in cli("hosts", "list", "--db", database_url).out


def test_a_database_on_a_server_is_upgraded_without_a_copy(cli: CommandLine, postgresql_url: str) -> None:
    place = database_place(postgresql_url)
    assert isinstance(place, PostgresqlUrl)
    engine = migration_engine(place)
    downgrade_schema(engine, "0003")
    refused = cli("hosts", "list", "--db", postgresql_url)
    assert refused.status == 1
    assert "pg_dump" in refused.err
    assert cli("db", "upgrade", "--db", postgresql_url).out == "Upgraded from 0003.\n"
    assert "CPU usage" in cli("alerts", "rules", "list", "--db", postgresql_url).out
    downgrade_schema(engine, "base")
    engine.dispose()
    told = cli("db", "upgrade", "--db", postgresql_url)
    assert told.out == "The database was empty and has its tables now.\n"
