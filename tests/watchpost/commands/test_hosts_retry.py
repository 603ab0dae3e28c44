"""Many hosts tried at once, on request."""

from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.eventually import eventually
from tests.running_poller import running_poller


@pytest.mark.parametrize(
    "options",
    [
        pytest.param((), id="none"),
        pytest.param(("web", "--all"), id="name and all"),
        pytest.param(("--credential", "x", "--all"), id="credential and all"),
    ],
)
def test_exactly_one_way_to_say_which(cli: CommandLine, options: tuple[str, ...]) -> None:
    cli("hosts", "add", "web", "127.0.0.1", "--no-test")
    told = cli("hosts", "retry", *options)
    assert told.status == 1
    assert "by name, with --credential, or with --all" in told.err


def test_without_a_poller_nobody_can_try(cli: CommandLine) -> None:
    cli("hosts", "add", "web", "127.0.0.1", "--no-test")
    told = cli("hosts", "retry", "web", "--json")
    assert (told.status, told.error["kind"]) == (1, "poller_silent")
    assert "watchpost run" in told.error["hint"]


def test_what_is_not_registered_is_told(cli: CommandLine) -> None:
    cli("hosts", "add", "web", "127.0.0.1", "--no-test")
    assert cli("hosts", "retry", "gone").status == 1
    assert cli("hosts", "retry", "--credential", "gone").status == 1


def test_hosts_that_are_not_up_are_tried_and_counted(cli: CommandLine, home: Path, database_url: str) -> None:
    url = ("--db", database_url)
    cli("hosts", "add", "here", "--local", "--no-test", *url)
    for name in ("web", "db"):
        cli("hosts", "add", name, "127.0.0.1:1", "--no-test", *url)
    with running_poller(database_url, environment={"HOME": str(home)}, folder=home) as poller:
        eventually(lambda: poller.log.count('"refused"') >= 2 and '"up"' in poller.log)
        eventually(lambda: cli("hosts", "retry", "--all", "--json", *url).json == {"hosts": 2})
        assert cli("hosts", "retry", "web", *url).out == "1 host is tried now.\n"
        assert cli("hosts", "retry", "web", "db", *url).out == "2 hosts are tried now.\n"
        assert "No host waits to be tried" in cli("hosts", "retry", "here", *url).out
