from pathlib import Path

import pytest

from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from tests.command_line import CommandLine


@pytest.fixture(autouse=True)
def web(database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="web", address="db1", username="kim", port=22, identity_file="/k"), 0)


def edited(cli: CommandLine, database: Database, *options: str) -> dict[str, object]:
    told = cli("hosts", "edit", "web", *options, "--json", "--db", database.url)
    assert told.status == 0, told.err
    host: dict[str, object] = told.json["host"]
    return host


def test_every_field_can_be_changed_and_taken_away_again(cli: CommandLine, database: Database) -> None:
    host = edited(cli, database, "--address", "root@[::1]:2222", "--interval", "10", "--identity", "key", "--disable")
    assert (host["username"], host["address"], host["port"]) == ("root", "::1", 2222)
    assert (host["interval_s"], host["enabled"]) == (10.0, False)
    assert host["identity_file"] == str(Path.cwd() / "key")
    host = edited(
        cli, database, "--address", "db2", "--interval", "0", "--identity", "", "--credential", "", "--enable"
    )
    assert (host["username"], host["address"], host["port"]) == (None, "db2", None)
    assert (host["interval_s"], host["enabled"], host["identity_file"]) == (None, True, None)


def test_how_it_is_read_can_be_changed_and_taken_back(cli: CommandLine, database: Database) -> None:
    host = edited(
        cli, database, "--transport", "paramiko", "--reader", "shell", "--sudo", "--top", "50", "--all-mounts"
    )
    assert (host["transport"], host["reader"], host["sudo"]) == ("paramiko", "shell", True)
    assert (host["top_processes"], host["all_mounts"], host["all_interfaces"]) == (50, True, False)
    host = edited(cli, database, "--no-sudo", "--top", "0", "--real-mounts", "--all-interfaces", "--compression")
    assert (host["transport"], host["sudo"], host["top_processes"]) == ("paramiko", False, None)
    assert (host["all_mounts"], host["all_interfaces"], host["compression"]) == (False, True, True)


def test_a_new_name_is_told(cli: CommandLine, database: Database) -> None:
    told = cli("hosts", "edit", "web", "--name", "www", "--db", database.url)
    assert (told.status, told.out) == (0, "Changed www.\n")


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ([], "invalid_input"),
        (["--interval", "-1"], "invalid_input"),
        (["--top", "101"], "invalid_input"),
        (["--transport", "local"], "invalid_input"),
        (["--name", ""], "invalid_input"),
        (["--address", "db1:x"], "invalid_input"),
        (["--credential", "office"], "not_found"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    cli: CommandLine, database: Database, options: list[str], kind: str
) -> None:
    told = cli("hosts", "edit", "web", *options, "--json", "--db", database.url)
    assert (told.status, told.error["kind"]) == (1, kind)
