from storage.database import Database
from storage.database_url import database_path
from storage.host import NewHost
from storage.hosts import add_host
from tests.command_line import CommandLine
from tests.recorded import cpu, record, visit


def test_what_the_database_holds_is_told(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        host = add_host(connection, NewHost(name="web", address="db1"), 0)
    record(database, visit(host.id, 1_700_000_000_000, cpu(user=1.0)))
    facts = cli("db", "info", "--json", "--db", database.url).json
    assert facts["url"] == database.url
    assert (facts["hosts"], facts["readings"]) == (1, 1)
    assert facts["oldest"] == facts["newest"] == "2023-11-14T22:13:20.000Z"
    assert facts["size_bytes"] > 0
    told = cli("db", "info", "--db", database.url)
    assert database.url in told.out


def test_a_file_that_is_no_database_is_told(cli: CommandLine, database_url: str) -> None:
    with database_path(database_url).open("r+b") as file:
        file.write(b"no database at all" * 1000)
    told = cli("db", "info", "--json", "--db", database_url)
    assert (told.status, told.error["kind"]) == (1, "database_corrupt")
