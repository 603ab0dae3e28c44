from storage.poller_lock import PollerLock
from tests.command_line import CommandLine


def test_a_current_database_is_left_as_it_is(cli: CommandLine, database_url: str) -> None:
    told = cli("db", "upgrade", "--db", database_url)
    assert (told.status, told.out) == (0, "The database is up to date.\n")
    done = cli("db", "upgrade", "--json", "--db", database_url).json
    assert done == {"upgraded_from": None, "created": False, "backup": None}


def test_while_a_poller_runs_it_is_refused(cli: CommandLine, database_url: str) -> None:
    with PollerLock(database_url):
        told = cli("db", "upgrade", "--json", "--db", database_url)
    assert (told.status, told.error["kind"]) == (1, "poller_running")


def test_there_has_to_be_a_database(cli: CommandLine) -> None:
    assert cli("db", "upgrade", "--json").error["kind"] == "database_unavailable"
