from pathlib import Path

from storage.database import Database
from storage.host import NewHost, Transport
from storage.hosts import add_host
from tests.command_line import CommandLine
from tests.real_sshd import free_port
from tests.running_poller import running_poller


def register(database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="here", transport=Transport.LOCAL), 0)
        add_host(connection, NewHost(name="gone", address="127.0.0.1", port=free_port()), 0)


def test_each_step_that_passes_is_ticked(cli: CommandLine, database: Database) -> None:
    register(database)
    told = cli("hosts", "test", "here", "--db", database.url)
    assert told.status == 0
    assert "✔ first reading received" in told.out
    assert "It works: this machine" in told.out
    outcome = cli("hosts", "test", "here", "--json", "--db", database.url).json
    assert outcome["host"] == "here"
    assert outcome["test"]["ok"] is True
    assert outcome["test"]["inventory"]


def test_a_failure_is_crossed_and_its_kind_is_the_reason(cli: CommandLine, database: Database) -> None:
    register(database)
    told = cli("hosts", "test", "gone", "--db", database.url)
    assert told.status == 1
    assert "✖ connecting" in told.out
    assert "Is sshd running" in told.err
    assert cli("hosts", "test", "gone", "--json", "--db", database.url).error["kind"] == "refused"


def test_a_running_poller_makes_the_test_with_the_same_outcome(
    cli: CommandLine, database: Database, home: Path
) -> None:
    register(database)
    with running_poller(database.url, environment={"HOME": str(home)}, folder=home) as poller:
        told = cli("hosts", "test", "here", "--db", database.url)
        assert (told.status, "✔ first reading received" in told.out) == (0, True)
        failed = cli("hosts", "test", "gone", "--json", "--db", database.url)
        assert (failed.status, failed.error["kind"]) == (1, "refused")
        assert poller.log.count("request_answered") == 2
