import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.checks import list_checks
from storage.database import Database
from storage.settings import write_setting
from tests.command_line import CommandLine
from tests.eventually import eventually
from tests.running_poller import running_poller
from tests.watchpost.made_checks import hosts


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize(
    ("options", "kind", "target"),
    [
        (("--unit", "nginx"), "unit", "nginx.service"),
        (("--http", "https://[::1]:8443/health"), "http", "https://[::1]:8443/health"),
        (("--tcp", "[::1]:5432"), "tcp", "[::1]:5432"),
        (("--command", "cat /run/numbers"), "command", "cat /run/numbers"),
        (("--prometheus", "http://127.0.0.1:9100/metrics"), "prometheus", "http://127.0.0.1:9100/metrics"),
    ],
)
def test_each_kind_is_kept_for_every_host(
    cli: CommandLine, database: Database, options: tuple[str, str], kind: str, target: str
) -> None:
    hosts(database, "db1", "db2")
    told = cli("checks", "add", "x", *options, "--db", database.url)
    assert told.status == 0
    assert "“x” is asked of every host: 2 hosts just now, every 30 s." in told.out
    with database.reading() as connection:
        (placed,) = list_checks(connection)
    assert (placed.check.kind.value, placed.check.target) == (kind, target)


def test_it_may_be_for_one_host_or_for_a_group(cli: CommandLine, database: Database) -> None:
    hosts(database, "db1", "db2", group="Postgres")
    own = cli("checks", "add", "x", "--unit", "ssh", "--host", "db1", "--db", database.url)
    assert "the host “db1”: 1 host just now" in own.out
    of_group = cli("checks", "add", "x", "--unit", "ssh", "--group", "Postgres", "--db", database.url)
    assert "the group “Postgres”: 1 host just now" in of_group.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--unit, --http"),
        (("--unit", "a", "--tcp", "h:1"), "asks one thing"),
        (("--unit", "a b"), "“a b” cannot be"),
        (("--http", "http://x:hunter2@h/"), "a user name or a password"),
        (("--unit", "a", "--host", "db1", "--group", "g"), "not for both"),
        (("--unit", "a", "--host", "db9"), "There is no host “db9”"),
        (("--unit", "a"), "There is a check “x” for every host already"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(
    cli: CommandLine, database: Database, options: tuple[str, ...], said: str
) -> None:
    hosts(database, "db1")
    assert cli("checks", "add", "x", "--unit", "ssh", "--db", database.url).status == 0
    refused = cli("checks", "add", "x", *options, "--db", database.url)
    assert refused.status == 1
    assert refused.err.startswith("✖ ")
    assert said in refused.err
    assert "hunter2" not in refused.out + refused.err
    with database.reading() as connection:
        assert len(list_checks(connection)) == 1


def test_from_the_command_line_to_the_host_and_back_while_the_poller_runs(
    cli: CommandLine, database: Database, home: Path, port: int
) -> None:
    def run(*arguments: str) -> str:
        done = cli(*arguments, "--db", database.url)
        assert done.status == 0, done.err
        return done.out

    with database.writing() as connection:
        write_setting(connection, "checks_interval_s", 5)
    run("hosts", "add", "here", "--local", "--no-test")
    run("checks", "add", "gone", "--http", "http://127.0.0.1:1/")
    with running_poller(database.url, "--interval", "1", environment={"HOME": str(home)}, folder=home):
        run("checks", "add", "port", "--tcp", f"127.0.0.1:{port}")
        run("checks", "add", "own", "--command", "echo mails 5; echo sent_total $(date +%s)", "--host", "here")

        def answers() -> dict[str, dict[str, Any]]:
            listed = json.loads(run("checks", "list", "--json"))["checks"]
            return {check["name"]: check["answers"][0] for check in listed}

        eventually(lambda: [each["up"] for each in answers().values()] == [False, True, True], 60)
        assert answers()["own"]["numbers"] == {"mails": 5}
        # A counter needs two turns for its rate: one a second, whatever the pace.
        eventually(lambda: answers()["own"]["per_second"], 60)
        (rate,) = answers()["own"]["per_second"].values()
        assert 0.5 < rate < 2
        run("checks", "remove", "gone", "--yes")
        shown = run("hosts", "show", "here")
    assert "own: up" in shown
    assert "port: up" in shown
    assert "gone" not in shown
