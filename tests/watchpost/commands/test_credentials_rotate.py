"""Another secret for a credential that is there."""

import pytest

from tests.command_line import CommandLine

pytestmark = pytest.mark.usefixtures("encrypted_file")


def test_all_hosts_that_use_it_get_the_new_one(cli: CommandLine) -> None:
    cli("credentials", "add", "office", stdin="one\n")
    for name in ("web", "db"):
        cli("hosts", "add", name, "db1", "--no-test", "--credential", "office")
    (before,) = cli("credentials", "list", "--json").json["credentials"]
    told = cli("credentials", "rotate", "office", stdin="two\n")
    assert told.status == 0
    assert "has another secret now. 2 hosts use it." in told.out
    assert "two" not in told.out + told.err
    (after,) = cli("credentials", "list", "--json").json["credentials"]
    assert after["changed"] >= before["changed"]


def test_the_kind_stays(cli: CommandLine) -> None:
    cli("credentials", "add", "key", "--kind", "passphrase", stdin="one\n")
    cli("credentials", "rotate", "key", stdin="two\n")
    assert cli("credentials", "list", "--json").json["credentials"][0]["kind"] == "passphrase"


def test_an_unknown_one_is_told_before_a_secret_is_asked_for(cli: CommandLine) -> None:
    cli("credentials", "add", "office", stdin="one\n")
    told = cli("credentials", "rotate", "ofice")
    assert told.status == 1
    assert "There are: office." in told.err


@pytest.mark.parametrize("secret", ["\n", "hunter2\x07\n"])
def test_what_cannot_be_a_secret_is_refused_and_the_old_one_stays(cli: CommandLine, secret: str) -> None:
    cli("credentials", "add", "office", stdin="one\n")
    told = cli("credentials", "rotate", "office", stdin=secret)
    assert told.status == 1
    assert "hunter2" not in told.out + told.err
