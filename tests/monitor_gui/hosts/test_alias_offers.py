"""Names of `~/.ssh/config` as they are offered."""

import pytest

from fleet.ssh_alias import SshAlias
from monitor_gui.hosts.alias_offers import behind, found, host_of, still_to_add
from storage.host import NewHost

WEB = SshAlias("web", "10.0.0.7", "kim", 2222, "gate")
DB = SshAlias("db", "db")


def test_what_is_registered_is_not_offered_again() -> None:
    assert still_to_add([WEB, DB], [NewHost(name="Web", address="10.0.0.9")]) == [DB]
    assert still_to_add([WEB, DB], [NewHost(name="x", address="WEB")]) == [DB]
    assert still_to_add([WEB, DB], []) == [WEB, DB]


@pytest.mark.parametrize(
    ("words", "expected"), [("", [WEB, DB]), ("KIM 10.0", [WEB]), ("gate", [WEB]), ("nothing", [])]
)
def test_every_word_has_to_be_somewhere(words: str, expected: list[SshAlias]) -> None:
    assert found([WEB, DB], words) == expected


@pytest.mark.parametrize(
    ("alias", "text"),
    [
        (WEB, "kim@10.0.0.7:2222 via gate"),
        (DB, ""),
        (SshAlias("six", "2001:db8::1", None, 23), "[2001:db8::1]:23"),
        (SshAlias("six", "2001:db8::1", None, 22), "2001:db8::1"),
    ],
)
def test_what_stands_behind_a_name_reads_as_for_ssh(alias: SshAlias, text: str) -> None:
    assert behind(alias) == text


def test_an_alias_becomes_a_host_of_that_name_or_of_the_next_that_is_free() -> None:
    assert host_of(WEB, []) == NewHost(name="web", address="web")
    assert host_of(WEB, ["WEB", "web-2"]) == NewHost(name="web-3", address="web")
