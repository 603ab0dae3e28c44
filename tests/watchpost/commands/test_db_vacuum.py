from storage.database import Database
from storage.poller_lock import PollerLock
from tests.command_line import CommandLine


def test_before_and_after_are_told(cli: CommandLine, sqlite_url: str) -> None:
    told = cli("db", "vacuum", "--db", sqlite_url)
    assert (told.status, told.err) == (0, "")
    assert " before, " in told.out
    done = cli("db", "vacuum", "--json", "--db", sqlite_url).json
    assert 0 < done["after_bytes"] <= done["before_bytes"]


def test_while_a_poller_runs_it_is_refused(cli: CommandLine, sqlite_url: str) -> None:
    with PollerLock(sqlite_url):
        told = cli("db", "vacuum", "--json", "--db", sqlite_url)
    assert told.error["kind"] == "poller_running"


def test_on_a_server_the_poller_may_go_on(cli: CommandLine, postgresql_database: Database) -> None:
    with PollerLock(postgresql_database.url):
        told = cli("db", "vacuum", "--db", postgresql_database.url)
    assert told.status == 0
    assert "VACUUM FULL" in told.out
