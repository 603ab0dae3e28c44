from pathlib import Path

import pytest

from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from tests.command_line import PROGRAM, CommandLine, program_environment
from tests.terminal import on_terminal


@pytest.fixture(autouse=True)
def web(database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="my web", address="db1"), 0)


def names(cli: CommandLine, database: Database) -> list[str]:
    return [host["name"] for host in cli("hosts", "list", "--json", "--db", database.url).json["hosts"]]


def test_a_removed_host_is_gone_and_told_how_to_bring_back(cli: CommandLine, database: Database) -> None:
    told = cli("hosts", "remove", "my web", "--yes", "--db", database.url)
    assert told.status == 0
    assert "watchpost hosts restore 'my web'" in told.out
    assert names(cli, database) == []


def test_where_nobody_can_be_asked_yes_is_needed(cli: CommandLine, database: Database) -> None:
    told = cli("hosts", "remove", "my web", "--db", database.url)
    assert told.status == 1
    assert "--yes" in told.err
    assert names(cli, database) == ["my web"]


@pytest.mark.parametrize(("answer", "left"), [("y\n", []), ("\n", ["my web"])])
def test_a_person_at_a_terminal_is_asked(
    cli: CommandLine, database: Database, home: Path, answer: str, left: list[str]
) -> None:
    command = [*PROGRAM, "hosts", "remove", "my web", "--db", database.url]
    with on_terminal(command, environment=program_environment({"HOME": str(home)}), folder=home) as terminal:
        terminal.read_until("Remove my web? [y/N]")
        terminal.type(answer)
        assert terminal.wait() == len(left)
    assert names(cli, database) == left
