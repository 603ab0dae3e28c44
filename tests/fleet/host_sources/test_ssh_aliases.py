"""The names that OpenSSH's client configuration has for hosts; OpenSSH itself is the measure."""

import getpass
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.host_sources.ssh_aliases import matches, matches_any, read_aliases
from fleet.host_sources.ssh_config import split_line
from fleet.ssh_alias import SshAlias
from storage.errors import InvalidInputError

Write = Callable[..., Path]


@pytest.fixture
def write(home: Path) -> Write:
    def write_config(text: str, name: str = "config") -> Path:
        path = home / ".ssh" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write_config


def names(aliases: list[SshAlias]) -> list[str]:
    return [alias.alias for alias in aliases]


def test_without_a_configuration_there_is_nothing_to_offer(home: Path) -> None:
    assert read_aliases() == []


def test_each_name_comes_with_what_stands_behind_it(write: Write) -> None:
    write(
        """
        # my servers
        Host web-1 web-2
            HostName %h.example.org
            User deploy
        Host db
            HostName=10.0.0.7
            Port 2222
            ProxyJump gate
        Host *
            User kim
        """
    )
    assert read_aliases() == [
        SshAlias("web-1", "web-1.example.org", "deploy"),
        SshAlias("web-2", "web-2.example.org", "deploy"),
        SshAlias("db", "10.0.0.7", "kim", 2222, "gate"),
    ]


def test_wildcards_and_negations_are_no_names(write: Write) -> None:
    write("Host *.example.org !bad web? db\nHost !other\n")
    assert names(read_aliases()) == ["db"]


def test_a_name_that_its_own_line_excludes_is_not_offered(write: Write) -> None:
    write("Host db1 !db*\n")
    assert read_aliases() == []


def test_a_name_is_offered_once_however_often_it_stands_there(write: Write) -> None:
    write("Host db db\nUser a\nHost db\nUser b\nPort 23\n")
    assert read_aliases() == [SshAlias("db", "db", "a", 23)]


def test_entries_that_log_in_as_git_are_left_out(write: Write) -> None:
    write("Host github.com\n User git\nHost web\n")
    assert names(read_aliases()) == ["web"]


def test_included_files_are_read_relative_to_the_folder_and_by_pattern(write: Write, home: Path) -> None:
    (home / ".ssh" / "conf.d").mkdir()
    write("Include conf.d/*.conf ~/.ssh/more \nHost last\n")
    write("Host b\n", "conf.d/b.conf")
    write("Host a\n", "conf.d/a.conf")
    write("Host no\n", "conf.d/c.txt")
    write("Host more\n", "more")
    assert names(read_aliases()) == ["a", "b", "more", "last"]


def test_what_is_included_within_a_block_holds_only_there(write: Write) -> None:
    write("Host web\n Include inner\nHost db\n")
    write("User inner\nHost web\n Port 23\nHost db\n Port 24\n", "inner")
    assert read_aliases() == [SshAlias("web", "web", "inner", 23), SshAlias("db", "db")]


def test_a_circle_of_files_comes_to_an_end(write: Write) -> None:
    write("Include config\nHost web\n")
    assert names(read_aliases()) == ["web"]


def test_a_file_that_is_not_there_or_never_ends_is_passed_over(write: Write, home: Path) -> None:
    os.mkfifo(home / ".ssh" / "pipe")
    write(f"Include nothing pipe /dev/zero {home} ~nobody-of-that-name/x\nHost web\n")
    assert names(read_aliases()) == ["web"]


def test_a_configuration_that_cannot_be_read_is_told(home: Path) -> None:
    (home / ".ssh" / "config").mkdir()
    with pytest.raises(InvalidInputError, match="cannot be read") as caught:
        read_aliases()
    assert caught.value.hint


@pytest.mark.parametrize("text", ["# " + "x" * (5 * 2**20), "Include many/*\n"])
def test_a_configuration_without_measure_is_told(write: Write, home: Path, text: str) -> None:
    (home / ".ssh" / "many").mkdir()
    for number in range(300):
        write("Host x\n", f"many/{number}")
    write(text)
    with pytest.raises(InvalidInputError, match="too large"):
        read_aliases()


def test_thousands_of_names_are_read_in_no_time(write: Write) -> None:
    write("".join(f"Host h{number}\n HostName 10.0.0.1\n" for number in range(10_000)) + "Host *\n User kim\n")
    aliases = read_aliases()
    assert len(aliases) == 5_000
    assert aliases[0] == SshAlias("h0", "10.0.0.1", "kim")


@pytest.mark.parametrize(
    "name", ["-oProxyCommand=x", "a/b", "user@host", '"a b"', "a:22", "x" * 300, "\u202ename", "nul\x00"]
)
def test_names_that_can_be_no_address_here_are_left_out(write: Write, name: str) -> None:
    write(f"Host {name} good\n")
    assert names(read_aliases()) == ["good"]


def test_hostile_values_are_made_harmless(write: Write) -> None:
    write("Host web\n HostName \x1b[2J\n User \u202eevil\n Port 99999\n ProxyJump none\n")
    assert read_aliases() == [SshAlias("web", "\ufffd[2J", "\ufffdevil")]


def test_bytes_that_are_no_text_do_no_harm(home: Path) -> None:
    (home / ".ssh" / "config").write_bytes(b"Host web\n User \xff\xfe\n\xff\nHost \xff\n")
    assert "web" in names(read_aliases())


CONFIGURATION = """
user=first
Host a "b c" b\\ c 'd'  # a comment
    HostName "10.0.0.1"
Host e#f
    Port = 2201
Host=g
    HostName=%h.%%.example
    ProxyJump jump@gate:2200,other
HOST a* !ab
    Port 2202
Host "unclosed
    Port 2203
Match originalhost a,e*
    ProxyJump never
Match host 10.0.0.*,!10.0.0.9
    User second
    Compression yes
Match all
    Port 2204
Host ? h
    User third
    ProxyJump gate
"""


@pytest.mark.parametrize("name", ["a", "d", "e#f", "g", "ab", "h"])
def test_openssh_reads_the_same(write: Write, name: str) -> None:
    path = write(CONFIGURATION.replace('Host "unclosed\n    Port 2203\n', "") + f"Host {name}\n")
    said = subprocess.run(("ssh", "-G", "-F", path, name), capture_output=True, text=True, check=True).stdout
    expected = dict(line.partition(" ")[::2] for line in said.splitlines())
    alias = next(alias for alias in read_aliases(path) if alias.alias == name)
    assert alias.address == expected["hostname"]
    assert (alias.username or getpass.getuser()) == expected["user"]
    assert str(alias.port or 22) == expected["port"]
    assert alias.jump == expected.get("proxyjump")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Host a b", ("host", ("a", "b"))),
        (" HOST\t=\ta # b", ("host", ("a",))),
        ('Host "a b" c', ("host", ("a b", "c"))),
        ("Host 'a \"b' c", ("host", ('a "b', "c"))),
        (r"Host a\ b c\d", ("host", ("a b", "c\\d"))),
        ('Host "a', ("host", ())),
        ("Host", ("", ())),
        ("# Host a", ("", ())),
        ("", ("", ())),
    ],
)
def test_a_line_is_split_as_openssh_does(line: str, words: tuple[str, tuple[str, ...]]) -> None:
    assert split_line(line) == words


@given(st.text())
def test_no_line_makes_it_fail(line: str) -> None:
    split_line(f"Host {line}")


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("web", "web", True),
        ("web", "web1", False),
        ("web?", "web1", True),
        ("*", "", True),
        ("w*b*1", "web-b-1", True),
        ("w*b*1", "web-b-2", False),
        ("[a]", "a", False),
        ("*a" * 100 + "b", "a" * 255, False),
    ],
)
def test_patterns_are_those_of_openssh(pattern: str, name: str, *, fits: bool) -> None:
    assert matches(pattern, name) is fits


def test_a_negation_wins_wherever_it_stands() -> None:
    assert matches_any(["*", "!db*"], "web")
    assert not matches_any(["*", "!db*"], "db1")
    assert not matches_any(["!db*", "*"], "db1")
    assert not matches_any(["!db*"], "web")
