import pytest

from storage.database import Database
from storage.database_url import database_path
from storage.host import NewHost
from storage.hosts import add_host
from storage.revisions import REVISIONS
from storage.settings import write_setting
from tests.command_line import CommandLine
from tests.recorded import cpu, record, visit

NOW_MS = 1_700_000_000_000


@pytest.fixture
def filled(database: Database) -> Database:
    with database.writing() as connection:
        hosts = [add_host(connection, NewHost(name=f"web{place:02}", address="db1"), 0) for place in range(12)]
    for host in hosts:
        record(database, *(visit(host.id, NOW_MS + 5000 * at, cpu(user=1.0)) for at in range(2)))
    return database


def test_what_the_database_holds_is_told_as_json(cli: CommandLine, filled: Database) -> None:
    facts = cli("db", "info", "--json", "--db", filled.url).json
    assert facts["url"] == filled.url
    assert (facts["dialect"], facts["revision"]) == ("sqlite", REVISIONS[-1])
    assert (facts["hosts"], facts["readings"]) == (12, 24)
    assert facts["oldest"] == "2023-11-14T22:13:20.000Z"
    assert facts["newest"] == "2023-11-14T22:13:25.000Z"
    assert facts["size_bytes"] > 0
    assert facts["data"]["head"]["rows"] == 24
    assert len(facts["largest_hosts"]) == 10
    assert facts["forecast"]["full_bytes"] >= facts["forecast"]["in_30_days_bytes"]
    assert len(cli("db", "info", "--json", "--hosts", "--db", filled.url).json["largest_hosts"]) == 12


def test_it_is_told_to_people(cli: CommandLine, filled: Database) -> None:
    told = cli("db", "info", "--db", filled.url).out
    assert filled.url in told
    assert "when every tier is full" in told
    assert "size cap none" in told
    assert "web00" in told
    assert "web11" not in told
    assert "and 2 more: --hosts lists all of them" in told
    assert "web11" in cli("db", "info", "--hosts", "--db", filled.url).out


def test_a_size_cap_that_will_be_reached_is_told(cli: CommandLine, filled: Database) -> None:
    with filled.writing() as connection:
        write_setting(connection, "size_cap_bytes", 16 * 2**20)
        write_setting(connection, "retention_raw_s", 86_400.0 * 300)
        write_setting(connection, "retention_1m_s", 86_400.0 * 300)
        write_setting(connection, "retention_1h_s", 86_400.0 * 300)
    told = cli("db", "info", "--db", filled.url).out
    assert "size cap 16.0 MiB" in told


def test_a_new_database_has_nothing_to_forecast(cli: CommandLine, database: Database) -> None:
    told = cli("db", "info", "--db", database.url)
    assert (told.status, told.err) == (0, "")
    assert "nothing has been recorded yet" in told.out


def test_a_file_that_is_no_database_is_told(cli: CommandLine, database_url: str) -> None:
    with database_path(database_url).open("r+b") as file:
        file.write(b"no database at all" * 1000)
    told = cli("db", "info", "--json", "--db", database_url)
    assert (told.status, told.error["kind"]) == (1, "database_corrupt")


def test_a_database_on_a_server_is_told_the_same(cli: CommandLine, postgresql_database: Database) -> None:
    with postgresql_database.writing() as connection:
        host = add_host(connection, NewHost(name="web", address="db1"), 0)
    record(postgresql_database, visit(host.id, NOW_MS, cpu(user=1.0)))
    facts = cli("db", "info", "--json", "--db", postgresql_database.url).json
    assert (facts["dialect"], facts["readings"]) == ("postgresql", 1)
    assert "PostgreSQL" in cli("db", "info", "--db", postgresql_database.url).out
