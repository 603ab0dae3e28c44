import pytest

from tests.command_line import CommandLine


def test_without_credentials_it_says_how_to_add_one(cli: CommandLine) -> None:
    cli("hosts", "add", "here", "--local", "--no-test")
    told = cli("credentials", "list")
    assert (told.status, told.out) == (0, "")
    assert "watchpost credentials add" in told.err


@pytest.mark.usefixtures("encrypted_file")
def test_each_credential_is_listed_with_its_hosts(cli: CommandLine) -> None:
    cli("credentials", "add", "office", stdin="hunter2\n")
    cli("hosts", "add", "web", "db1", "--no-test", "--credential", "office")
    told = cli("credentials", "list")
    assert "office" in told.out
    assert "web" in told.out
    assert "hunter2" not in told.out
    (listed,) = cli("credentials", "list", "--json").json["credentials"]
    assert (listed["hosts"], listed["changed"][-1]) == (["web"], "Z")
