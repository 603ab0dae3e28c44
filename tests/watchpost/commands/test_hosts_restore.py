from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host, remove_host
from tests.command_line import CommandLine


def test_a_removed_host_comes_back_as_it_was(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="web", address="db1", interval_s=10), 0)
        remove_host(connection, "web", 1)
    told = cli("hosts", "restore", "web", "--db", database.url)
    assert (told.status, told.out) == (0, "web is back.\n")
    assert cli("hosts", "show", "web", "--json", "--db", database.url).json["interval_s"] == 10


def test_what_was_never_removed_cannot_come_back(cli: CommandLine, database: Database) -> None:
    told = cli("hosts", "restore", "web", "--db", database.url)
    assert told.status == 1
    assert "no removed host" in told.err
