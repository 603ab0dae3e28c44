from collections.abc import Callable
from pathlib import Path

import pytest

from storage.database import has_database, open_database, prepare_database, upgrade_database
from storage.engines.preparation import Preparation
from storage.engines.server_facts import describe_server
from storage.errors import (
    DatabaseDeniedError,
    DatabaseNewerError,
    DatabaseOutdatedError,
    DatabaseUnavailableError,
    PollerRunningError,
)
from storage.host import NewHost
from storage.hosts import add_host, list_hosts
from storage.poller_lock import PollerLock
from storage.revisions import REVISIONS, SchemaState
from tests.next_revision import ADDS_A_COLUMN, FAILS_HALFWAY, release_with
from tests.real_postgresql import RealPostgresql, name_of

CREATED, UNCHANGED = Preparation(created=True), Preparation(created=False)
Use = Callable[[str], object]


@pytest.fixture(params=["open", "prepare", "upgrade"])
def use(request: pytest.FixtureRequest) -> Use:
    """What anybody may do with a database."""
    uses: dict[str, Use] = {
        "open": open_database,
        "prepare": lambda url: prepare_database(url, now_ms=0),
        "upgrade": lambda url: upgrade_database(url, now_ms=0),
    }
    return uses[request.param]


def fill(url: str) -> None:
    database = open_database(url)
    with database.writing() as connection:
        add_host(connection, NewHost(name="db1", address="db1"), 1_000)
    database.close()


def hosts_in(url: str) -> list[str]:
    database = open_database(url)
    with database.reading() as connection:
        names = [host.name for host in list_hosts(connection)]
    database.close()
    return names


def mark(server: RealPostgresql, url: str, revision: str) -> None:
    statement = f"UPDATE alembic_version SET version_num = '{revision}'"  # noqa: S608 - of our own
    server.execute(statement, database=name_of(url))


def test_an_empty_database_gets_its_tables_from_the_first_poller(empty_url: str) -> None:
    assert not has_database(empty_url)
    with pytest.raises(DatabaseUnavailableError, match="no tables yet"):
        open_database(empty_url)
    assert prepare_database(empty_url, now_ms=0) == CREATED
    assert has_database(empty_url)
    fill(empty_url)
    assert prepare_database(empty_url, now_ms=0) == UNCHANGED
    assert hosts_in(empty_url) == ["db1"]


def test_an_outdated_one_is_upgraded_by_hand_alone(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(postgresql_url)
    release_with(ADDS_A_COLUMN, tmp_path, monkeypatch)
    with pytest.raises(DatabaseOutdatedError) as caught:
        prepare_database(postgresql_url, now_ms=0)
    assert "pg_dump" in caught.value.hint
    assert "watchpost db upgrade" in caught.value.hint
    assert upgrade_database(postgresql_url, now_ms=0) == Preparation(created=False, upgraded_from=REVISIONS[-1])
    assert hosts_in(postgresql_url) == ["db1"]
    assert upgrade_database(postgresql_url, now_ms=0) == UNCHANGED


def test_an_upgrade_that_fails_halfway_changes_nothing(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(postgresql_url)
    with monkeypatch.context() as later:
        release_with(FAILS_HALFWAY, tmp_path, later)
        with pytest.raises(Exception, match="nowhere"):
            upgrade_database(postgresql_url, now_ms=0)
    assert hosts_in(postgresql_url) == ["db1"]


def test_an_upgrade_waits_for_no_poller(postgresql_url: str) -> None:
    with PollerLock(postgresql_url), pytest.raises(PollerRunningError):
        upgrade_database(postgresql_url, now_ms=0)


def test_a_newer_one_is_refused(postgresql_server: RealPostgresql, postgresql_url: str, use: Use) -> None:
    mark(postgresql_server, postgresql_url, "9999")
    with pytest.raises(DatabaseNewerError, match=r"9999.*0006"):
        use(postgresql_url)


def test_half_of_a_copy_is_refused(postgresql_server: RealPostgresql, postgresql_url: str, use: Use) -> None:
    mark(postgresql_server, postgresql_url, "copying")
    with pytest.raises(DatabaseUnavailableError, match="only in part"):
        use(postgresql_url)


def test_another_programs_is_refused_and_left_as_it_is(
    postgresql_server: RealPostgresql, empty_url: str, use: Use
) -> None:
    name = name_of(empty_url)
    postgresql_server.execute("CREATE TABLE orders (id int)", database=name)
    with pytest.raises(DatabaseUnavailableError, match="another program") as caught:
        use(empty_url)
    assert "createdb" in caught.value.hint
    count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert postgresql_server.execute(count, database=name) == [(1,)]


def test_a_role_that_may_make_no_tables_is_told(empty_url: str, role: str) -> None:
    url = empty_url.replace("//watchpost@", f"//{role}@")
    with pytest.raises(DatabaseDeniedError) as caught:
        prepare_database(url, now_ms=0)
    assert "OWNER TO" in caught.value.hint
    facts = describe_server(url)
    assert (facts.role, facts.may_create, facts.schema) == (role, False, SchemaState.EMPTY)


def test_a_database_that_may_only_be_read_is_no_place_for_a_poller(
    postgresql_server: RealPostgresql, postgresql_url: str, role: str
) -> None:
    grant = f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
    postgresql_server.execute(grant, database=name_of(postgresql_url))
    url = postgresql_url.replace("//watchpost@", f"//{role}@")
    assert hosts_in(url) == []
    with pytest.raises(DatabaseDeniedError):
        prepare_database(url, now_ms=0)


def test_a_database_that_cannot_hold_every_text_is_refused(postgresql_server: RealPostgresql) -> None:
    latin = "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
    postgresql_server.execute(latin)
    try:
        with pytest.raises(DatabaseUnavailableError, match="LATIN1") as caught:
            prepare_database(postgresql_server.url("latin"), now_ms=0)
    finally:
        postgresql_server.execute("DROP DATABASE latin")
    assert "--encoding=UTF8" in caught.value.hint


def test_a_server_that_is_too_old_is_refused(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.engines.postgresql_preparation.OLDEST_VERSION", 990_000)
    with pytest.raises(DatabaseUnavailableError, match="is PostgreSQL") as caught:
        prepare_database(postgresql_url, now_ms=0)
    assert "PostgreSQL 99 or later" in caught.value.hint


def test_what_a_server_says_about_itself(postgresql_url: str) -> None:
    facts = describe_server(postgresql_url)
    assert facts.is_supported
    assert facts.may_create
    assert not facts.is_standby
    assert (facts.encoding, facts.role, facts.schema_name) == ("UTF8", "watchpost", "public")
    assert facts.schema is SchemaState.CURRENT
