"""Hosts that other programs know, taken over through the command line."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import PROGRAM, CommandLine, program_environment
from tests.real_sshd import RealSshd, current_user
from tests.terminal import on_terminal

CONFIG = "Host web db\n User kim\nHost github.com\n User git\n"
INVENTORY = """
[web]
web[1:2] ansible_host=10.0.0.1 ansible_port=2201
web2 ansible_port=2202
bad ansible_connection=docker
[all:vars]
ansible_password=hunter2
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    path = tmp_path / "hosts.ini"
    path.write_text(INVENTORY)
    return path


def registered(cli: CommandLine) -> dict[str, Any]:
    return {host["name"]: host for host in cli("hosts", "list", "--json").json["hosts"]}


def test_without_a_file_the_ssh_configuration_is_taken_over(cli: CommandLine, home: Path) -> None:
    (home / ".ssh" / "config").write_text(CONFIG)
    told = cli("hosts", "import", "--yes")
    assert told.status == 0, told.err
    assert "2 added, 0 skipped, 0 refused." in told.out
    assert "1 entry that logs in as git is left out" in told.out
    assert "watchpost hosts test web" in told.out
    assert "watchpost hosts trust web" in told.out
    assert {name: host["address"] for name, host in registered(cli).items()} == {"web": "web", "db": "db"}


def test_done_twice_it_adds_nothing_the_second_time(cli: CommandLine, home: Path) -> None:
    (home / ".ssh" / "config").write_text(CONFIG)
    cli("hosts", "import", "--yes")
    told = cli("hosts", "import")
    assert (told.status, "0 added, 2 skipped, 0 refused." in told.out) == (0, True)
    assert told.out.count("It is registered already.") == 2


def test_a_dry_run_says_all_and_writes_nothing(cli: CommandLine, inventory: Path, home: Path) -> None:
    told = cli("hosts", "import", str(inventory), "--dry-run")
    assert told.status == 3
    assert "2 to be added, 0 skipped, 1 refused." in told.out
    assert "10.0.0.1:2202" in told.out
    assert "line 5" in told.out
    assert not list(home.rglob("*.db"))


def test_passwords_of_an_inventory_are_told_of_and_shown_nowhere(cli: CommandLine, inventory: Path, home: Path) -> None:
    told = cli("hosts", "import", str(inventory), "--yes")
    assert "password in the inventory" in told.out
    assert "hunter2" not in told.out + told.err
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"hunter2" not in stored


def test_entries_that_were_refused_make_the_exit_code_3_and_keep_no_other_out(
    cli: CommandLine, inventory: Path
) -> None:
    told = cli("hosts", "import", str(inventory), "--yes", "--json")
    assert (told.status, told.err) == (3, "")
    assert [row["name"] for row in told.json["added"]] == ["web1", "web2"]
    (refused,) = told.json["refused"]
    assert (refused["where"], refused["why"]) == ("line 5", "unusable")
    assert sorted(registered(cli)) == ["web1", "web2"]


def test_what_the_file_leaves_open_is_said_on_the_command_line(
    cli: CommandLine, tmp_path: Path, encrypted_file: Path
) -> None:
    cli("credentials", "add", "office", stdin="secret\n")
    (tmp_path / "hosts.csv").write_text("name,group,tags\nweb,Shop,a\ndb,,\nother,,\n")
    cli(
        *("hosts", "import", str(tmp_path / "hosts.csv"), "--yes", "--only", "WEB", "--only", "d*", "--group", "New"),
        *("--tag", "b", "--tag", "c", "--user", "kim", "--identity", "~/k", "--credential", "office"),
    )
    hosts = registered(cli)
    assert sorted(hosts) == ["db", "web"]
    assert (hosts["web"]["group"], hosts["web"]["tags"]) == ("Shop", ["a", "b", "c"])
    common = {"group": "New", "tags": ["b", "c"], "username": "kim", "identity_file": "~/k", "credential": "office"}
    assert {field: hosts["db"][field] for field in common} == common


def test_an_unknown_credential_is_told_before_anything_else(cli: CommandLine, home: Path) -> None:
    (home / ".ssh" / "config").write_text(CONFIG)
    for _again in range(2):
        told = cli("hosts", "import", "--yes", "--credential", "office", "--json")
        assert told.status == 1
        assert "office" in told.error["message"]
        cli("hosts", "add", "here", "--local", "--no-test")
    assert sorted(registered(cli)) == ["here"]


def test_where_nobody_can_be_asked_yes_is_needed(cli: CommandLine, home: Path) -> None:
    (home / ".ssh" / "config").write_text(CONFIG)
    told = cli("hosts", "import", "--json")
    assert (told.status, told.out, told.error["kind"]) == (1, "", "invalid_input")
    assert "--yes" in told.error["hint"]


def test_an_inventory_from_a_pipe_is_read(cli: CommandLine) -> None:
    told = cli("hosts", "import", "-", "--yes", "--json", stdin='{"shop": {"hosts": ["web"]}}')
    assert told.status == 0, told.err
    assert told.json["added"][0]["host"]["group"] == "shop"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("hosts.csv", b"name,password\nweb,hunter2\n", "Passwords are not read"),
        ("hosts.csv", b"PK\x03\x04", "spreadsheet"),
        ("hosts.yml", b"a: b: c", "Line 1 is no YAML"),
        ("hosts", b"\x00\x01\x02", "zero bytes"),
        ("hosts", b"nothing of that kind", "--format"),
        ("inventory", b"#!/usr/bin/env python3\n", "ansible-inventory"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_the_way_out(
    cli: CommandLine, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    told = cli("hosts", "import", str(tmp_path / name), "--yes")
    assert (told.status, told.out) == (1, "")
    assert words in told.err
    assert "hunter2" not in told.err


def test_which_file_is_asked_for_where_there_is_no_usual_one(cli: CommandLine) -> None:
    assert cli("hosts", "import", "--format", "csv").status == 2


def test_hostile_words_reach_no_terminal(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("[\x1b]0;x\x07]\nw\x1b[2Jeb ansible_host=\u202eevil\nx ansible_port=\x1b[31m\n")
    told = cli("hosts", "import", str(tmp_path / "hosts"), "--format", "ansible", "--dry-run")
    assert told.status == 3
    assert not set("\x1b\x07\u202e") & set(told.out + told.err)


@pytest.mark.parametrize(("answer", "added"), [("n\n", []), ("y\n", ["db", "web"])])
def test_a_person_at_a_terminal_sees_the_plan_and_is_asked(
    cli: CommandLine, home: Path, tmp_path: Path, answer: str, added: list[str]
) -> None:
    (home / ".ssh" / "config").write_text(CONFIG)
    cli("hosts", "add", "here", "--local", "--no-test")
    environment = program_environment({"HOME": str(home)})
    with on_terminal([*PROGRAM, "hosts", "import"], environment=environment, folder=tmp_path) as terminal:
        assert "ADDRESS" in terminal.read_until("Add 2 hosts? [y/N]")
        terminal.type(answer)
        assert terminal.wait() == (0 if added else 1)
    assert sorted(registered(cli)) == sorted([*added, "here"])


def test_a_server_of_known_hosts_is_imported_and_tested_without_a_question(
    cli: CommandLine, sshd: RealSshd, home: Path
) -> None:
    known_hosts = home / ".ssh" / "known_hosts"
    scanned = subprocess.run(
        ("ssh-keyscan", "-p", str(sshd.port), sshd.address), check=True, capture_output=True, text=True
    )
    known_hosts.write_text(scanned.stdout)
    options = ("--user", current_user(), "--identity", str(sshd.identity), "--yes")
    told = cli("hosts", "import", str(known_hosts), *options)
    assert told.status == 0, told.err
    assert "Trusted from known_hosts: the keys of 1 host." in told.out
    assert registered(cli)[sshd.address]["port"] == sshd.port
    tested = cli("hosts", "test", sshd.address)
    assert tested.status == 0, tested.err
