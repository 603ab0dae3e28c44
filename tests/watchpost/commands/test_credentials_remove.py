import pytest

from tests.command_line import CommandLine

pytestmark = pytest.mark.usefixtures("encrypted_file")


def test_a_credential_in_use_stays_and_its_hosts_are_named(cli: CommandLine) -> None:
    cli("credentials", "add", "office", stdin="hunter2\n")
    cli("hosts", "add", "web", "db1", "--no-test", "--credential", "office")
    refused = cli("credentials", "remove", "office")
    assert refused.status == 1
    assert "web" in refused.err
    cli("hosts", "edit", "web", "--credential", "")
    assert cli("credentials", "remove", "office").status == 0
    assert cli("credentials", "list", "--json").json["credentials"] == []


def test_an_unknown_one_is_told(cli: CommandLine) -> None:
    cli("hosts", "add", "web", "db1", "--no-test")
    assert cli("credentials", "remove", "office").status == 1
