from pathlib import Path

import pytest

from storage.checks import EVERY_HOST, Scope
from storage.database import Database
from tests.command_line import PROGRAM, CommandLine, program_environment
from tests.terminal import on_terminal
from tests.watchpost.made_checks import WEB, check, hosts


@pytest.fixture(autouse=True)
def checks(database: Database) -> None:
    hosts(database, "db1", group="Postgres")
    for scope in (EVERY_HOST, Scope(host="db1"), Scope(group="Postgres")):
        check(database, WEB, scope)


def left(cli: CommandLine, database: Database) -> list[tuple[str | None, str | None]]:
    found = cli("checks", "list", "--json", "--db", database.url).json["checks"]
    return [(each["host"], each["group"]) for each in found]


def test_a_check_is_removed_where_it_was_said_and_nowhere_else(cli: CommandLine, database: Database) -> None:
    told = cli("checks", "remove", "web", "--host", "db1", "--yes", "--db", database.url)
    assert "“web” is no longer asked of the host “db1”." in told.out
    assert left(cli, database) == [(None, None), (None, "Postgres")]
    assert cli("checks", "remove", "web", "--group", "Postgres", "--yes", "--db", database.url).status == 0
    assert cli("checks", "remove", "web", "--yes", "--db", database.url).status == 0
    assert left(cli, database) == []
    again = cli("checks", "remove", "web", "--yes", "--db", database.url)
    assert (again.status, "There is no check “web” for every host" in again.err) == (1, True)


def test_where_nobody_can_be_asked_yes_is_needed(cli: CommandLine, database: Database) -> None:
    told = cli("checks", "remove", "web", "--db", database.url)
    assert (told.status, "--yes" in told.err) == (1, True)
    assert len(left(cli, database)) == 3


def test_a_person_at_a_terminal_is_asked(cli: CommandLine, database: Database, home: Path) -> None:
    command = [*PROGRAM, "checks", "remove", "web", "--db", database.url]
    with on_terminal(command, environment=program_environment({"HOME": str(home)}), folder=home) as terminal:
        terminal.read_until("Remove “web” for every host? [y/N]")
        terminal.type("y\n")
        assert terminal.wait() == 0
    assert len(left(cli, database)) == 2
