from contextlib import closing
from pathlib import Path

import psutil

from storage.database import Database, open_database
from storage.database_url import database_url
from storage.host import NewHost
from storage.hosts import add_host
from storage.latest import read_latest
from storage.poller_lock import PollerLock, poller_is_running
from tests.command_line import PROGRAM, CommandLine, program_environment, run_program
from tests.eventually import eventually
from tests.running_poller import running_poller
from tests.terminal import on_terminal


def default_url(home: Path) -> str:
    return database_url(home / ".local" / "share" / "watchpost" / "watchpost.db")


def has_a_reading(home: Path) -> bool:
    database = open_database(default_url(home))
    with closing(database), database.reading() as connection:
        return bool(read_latest(connection, since=0))


def test_one_command_shows_this_machine_live_and_leaves_nothing_running(home: Path) -> None:
    environment = program_environment({"HOME": str(home)})
    with on_terminal(PROGRAM, environment=environment, folder=home) as terminal:
        terminal.read_until("✔")
        eventually(lambda: poller_is_running(default_url(home)))
        children = psutil.Process(terminal.process.pid).children(recursive=True)
        assert children
        eventually(lambda: has_a_reading(home))
        terminal.type("q")
        assert terminal.wait() == 0
        assert "Stopping the poller" in terminal.text
    eventually(lambda: not any(psutil.pid_exists(child.pid) for child in children))
    assert not poller_is_running(default_url(home))
    told = run_program("hosts", "list", "--json", environment={"HOME": str(home)}, folder=home)
    (host,) = told.json["hosts"]
    assert (host["transport"], host["state"]) == ("local", "up")


def test_a_poller_that_runs_already_is_left_running(home: Path) -> None:
    environment = {"HOME": str(home)}
    with running_poller(default_url(home), environment=environment, folder=home):
        with on_terminal(PROGRAM, environment=program_environment(environment), folder=home) as terminal:
            terminal.read_until("✔")
            assert not psutil.Process(terminal.process.pid).children()
            terminal.type("q")
            assert terminal.wait() == 0
            assert "Stopping" not in terminal.text
        assert poller_is_running(default_url(home))


def test_the_poller_goes_with_a_terminal_that_is_killed(home: Path) -> None:
    with on_terminal(PROGRAM, environment=program_environment({"HOME": str(home)}), folder=home) as terminal:
        terminal.read_until("✔")
        terminal.process.kill()
        terminal.process.wait()
        eventually(lambda: not poller_is_running(default_url(home)))


def test_hosts_that_were_all_removed_stay_away(home: Path) -> None:
    environment = {"HOME": str(home)}
    run_program("hosts", "add", "web", "nowhere.invalid", "--no-test", environment=environment, folder=home)
    run_program("hosts", "remove", "web", "--yes", environment=environment, folder=home)
    with on_terminal(PROGRAM, environment=program_environment(environment), folder=home) as terminal:
        eventually(lambda: poller_is_running(default_url(home)))
        terminal.read_until("filter")
        terminal.type("q")
        assert terminal.wait() == 0
    assert run_program("hosts", "list", "--json", environment=environment, folder=home).json["hosts"] == []


def test_a_damaged_database_is_told_and_lies_where_it_was_said(home: Path) -> None:
    folder = home / ".local" / "share" / "watchpost"
    folder.mkdir(parents=True)
    (folder / "watchpost.db").write_bytes(b"\xa5" * 8192)
    with on_terminal(PROGRAM, environment=program_environment({"HOME": str(home)}), folder=home) as terminal:
        terminal.read_until("was damaged")
        terminal.read_until("✔")
        terminal.type("q")
        assert terminal.wait() == 0
    assert next(folder.glob("watchpost.db.corrupt-*")).read_bytes() == b"\xa5" * 8192


def test_the_passphrase_that_the_poller_will_need_is_asked_for_before_the_view_opens(home: Path) -> None:
    environment = {"HOME": str(home), "WATCHPOST_KEYRING": "encrypted-file"}
    (home / "passphrase").write_text("open sesame\n")
    named = {**environment, "WATCHPOST_KEYRING_PASSPHRASE_FILE": f"{home}/passphrase"}
    run_program("credentials", "add", "office", environment=named, folder=home, stdin="hunter2\n")
    with on_terminal(PROGRAM, environment=program_environment(environment), folder=home) as terminal:
        terminal.read_until("Passphrase of the encrypted file: ")
        terminal.type("barley\n")
        assert terminal.wait() == 1
        assert "does not open" in terminal.text
    with on_terminal(PROGRAM, environment=program_environment(environment), folder=home) as terminal:
        terminal.read_until("Passphrase of the encrypted file: ")
        terminal.type("open sesame\n")
        terminal.read_until("filter")
        terminal.type("q")
        assert terminal.wait() == 0
        assert "sesame" not in terminal.text
    log = home / ".local" / "state" / "watchpost" / "log" / "poller.log"
    assert "keyring_unavailable" not in log.read_text()


def test_in_a_pipe_it_is_a_list_and_a_hint(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="web", address="192.0.2.1"), 0)
    told = cli("--db", database.url)
    assert told.status == 0
    assert "192.0.2.1" in told.out
    assert "watchpost run" in told.err
    with PollerLock(database.url):
        assert cli("--db", database.url).status == 0


def test_in_a_pipe_without_a_database_it_says_what_to_type(cli: CommandLine) -> None:
    told = cli()
    assert (told.status, told.out) == (1, "")
    assert "Type “watchpost”" in told.err
