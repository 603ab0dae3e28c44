"""A search over addresses of this machine, through the command line."""

from pathlib import Path

import pytest

from tests.command_line import PROGRAM, CommandLine, program_environment
from tests.real_sshd import RealSshd, free_port
from tests.terminal import on_terminal

RANGE = "127.0.0.0/29"


def test_a_server_is_found_and_nothing_is_registered(cli: CommandLine, sshd: RealSshd, home: Path) -> None:
    told = cli("hosts", "discover", RANGE, "--port", str(sshd.port), "--keys")
    assert told.status == 0, told.err
    assert "1 SSH server at 6 addresses." in told.out
    assert "OpenSSH_" in told.out
    assert sshd.host_key().fingerprint in told.out
    assert "With --add" in told.out
    assert not list(home.rglob("*.db"))


def test_with_add_it_is_registered_and_the_next_time_it_is_known(cli: CommandLine, sshd: RealSshd) -> None:
    options = ("--port", str(sshd.port), "--user", "root", "--group", "Found", "--tag", "new", "--no-names")
    told = cli("hosts", "discover", RANGE, *options, "--add", "--yes")
    assert told.status == 0, told.err
    assert f"watchpost hosts trust {sshd.address}" in told.out
    shown = cli("hosts", "show", sshd.address, "--json").json
    assert (shown["port"], shown["username"], shown["group"], shown["tags"]) == (sshd.port, "root", "Found", ["new"])
    assert shown["host_keys"] == []
    again = cli("hosts", "discover", RANGE, *options, "--add", "--yes", "--json")
    assert (again.status, again.json["added"], again.json["found"][0]["is_new"]) == (0, [], False)


def test_a_server_whose_key_is_trusted_is_known_under_any_address(cli: CommandLine, sshd: RealSshd) -> None:
    place = f"localhost:{sshd.port}"
    cli("hosts", "add", "web", place, "--no-test")
    cli("hosts", "trust", "web", "--yes")
    search = ("hosts", "discover", RANGE, "--port", str(sshd.port), "--no-names", "--json")
    assert cli(*search).json["found"][0]["is_new"] is True
    (found,) = cli(*search, "--keys").json["found"]
    assert (found["is_new"], found["why"]) == (False, "same_key")
    assert "“web”" in found["reason"]


def test_where_nothing_listens_nothing_is_found(cli: CommandLine) -> None:
    told = cli("hosts", "discover", "127.0.0.1", "--port", str(free_port()), "--json")
    assert (told.status, told.json) == (0, {"looked_at": 1, "other_ports": 0, "found": []})


@pytest.mark.parametrize(
    "arguments",
    [
        ["0.0.0.0/0"],
        ["10.0.0.0/8"],
        ["2001:db8::/64"],
        ["not a range"],
        ["127.0.0.1", "--port", "0"],
        ["127.0.0.1", "--rate", "0"],
        ["127.0.0.1", "--timeout", "1000"],
        ["10.0.0.0/16"],
    ],
)
def test_what_is_too_much_is_refused_before_anything_is_sent(cli: CommandLine, arguments: list[str]) -> None:
    told = cli("hosts", "discover", *arguments, "--json")
    assert (told.status, told.out, told.error["kind"]) == (1, "", "invalid_input")


def test_a_range_has_to_be_given(cli: CommandLine) -> None:
    assert cli("hosts", "discover").status == 2


def test_a_person_at_a_terminal_is_asked_before_a_large_search_and_may_stop_it(home: Path, tmp_path: Path) -> None:
    environment = program_environment({"HOME": str(home)})
    command = [*PROGRAM, "hosts", "discover", "127.7.0.0/20", "--port", str(free_port()), "--rate", "20"]
    with on_terminal(command, environment=environment, folder=tmp_path) as terminal:
        terminal.read_until("Look at 4094 addresses, for 3 minutes or more? [y/N]")
        terminal.type("y\n")
        terminal.read_until("/4094, 0 found")
        terminal.type("\x03")
        assert terminal.wait() == 130
    assert "Traceback" not in terminal.text
