import json
import signal
import socket
import stat
import subprocess
import urllib.request
from pathlib import Path

import pytest

from storage.database import Database, open_database
from storage.database_url import database_path
from storage.host import NewHost, Transport
from storage.hosts import add_host
from storage.latest import read_latest
from storage.poller_figures import figures_from_json
from storage.poller_lock import poller_is_running
from storage.pollers import live_pollers
from storage.spool.place import spool_folder
from storage.utc import now_ms
from tests.command_line import PROGRAM, program_environment, run_program
from tests.eventually import eventually
from tests.running_poller import running_poller
from tests.terminal import on_terminal


def test_sigterm_ends_it_cleanly_with_everything_stored(database: Database, home: Path) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="here", transport=Transport.LOCAL), 0)

    def readings() -> int:
        with database.reading() as connection:
            return len(read_latest(connection, since=0))

    with running_poller(database.url, "--interval", "1", environment={"HOME": str(home)}, folder=home) as poller:
        eventually(readings)
        poller.process.send_signal(signal.SIGTERM)
        assert poller.process.wait(30) == 0
        lines = [json.loads(line) for line in poller.log.splitlines()]
    events = [line["event"] for line in lines]
    assert events[-1] == "poller_stopped"
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_a_second_one_on_the_same_database_names_the_first(database_url: str, home: Path) -> None:
    environment = {"HOME": str(home)}
    with running_poller(database_url, environment=environment, folder=home) as poller:
        told = run_program("run", "--db", database_url, environment=environment, folder=home)
    assert told.status == 1
    said = json.loads(told.err)
    assert (said["event"], said["kind"]) == ("poller_failed", "poller_running")
    assert f"process {poller.process.pid}" in said["message"]


def test_a_person_at_a_terminal_reads_a_sentence(database_url: str, home: Path) -> None:
    environment = {"HOME": str(home)}
    with running_poller(database_url, environment=environment, folder=home) as poller:
        command = [*PROGRAM, "run", "--db", database_url]
        with on_terminal(command, environment=program_environment(environment), folder=home) as terminal:
            assert terminal.wait() == 1
            assert f"Another poller (process {poller.process.pid})" in terminal.text


def test_a_missing_database_is_made_for_this_user_alone(home: Path) -> None:
    url = f"sqlite:///{home}/new/watchpost.db"
    with running_poller(url, environment={"HOME": str(home)}, folder=home):
        assert poller_is_running(url)
    path = database_path(url)
    assert path.stat().st_mode & 0o777 == 0o600
    open_database(url).close()


def test_a_damaged_database_is_moved_aside_and_told(home: Path) -> None:
    path = home / "watchpost.db"
    path.write_bytes(b"\xa5" * 8192)
    with running_poller(f"sqlite:///{path}", environment={"HOME": str(home)}, folder=home) as poller:
        (line,) = [line for line in poller.log.splitlines() if "database_prepared" in line]
    aside = next(home.glob("watchpost.db.corrupt-*"))
    assert aside.read_bytes() == b"\xa5" * 8192
    assert str(aside) in json.loads(line)["message"]


@pytest.mark.parametrize("interval", ["0", "-1", "nan", "1e9"])
def test_an_interval_that_cannot_be_is_refused(database_url: str, home: Path, interval: str) -> None:
    told = run_program(
        "run", "--interval", interval, "--db", database_url, environment={"HOME": str(home)}, folder=home
    )
    assert told.status in {1, 2}
    assert "Traceback" not in told.err
    assert not poller_is_running(database_url)


def test_it_ends_when_standard_input_closes_where_that_was_asked_for(database_url: str, home: Path) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "run", "--with-stdin", "--db", database_url],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program_environment({"HOME": str(home)}),
        cwd=home,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        with process.stdin, process.stderr:
            while b"poller_ready" not in process.stderr.readline():
                assert process.poll() is None
            process.stdin.close()
            assert process.wait(30) == 0
            assert b"Fatal" not in process.stderr.read()
    finally:
        process.kill()
        process.wait()


def test_without_a_keyring_hosts_that_need_none_are_polled_all_the_same(
    database: Database, home: Path, encrypted_file: Path
) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="here", transport=Transport.LOCAL), 0)
    environment = {
        "HOME": str(home),
        "WATCHPOST_KEYRING": "encrypted-file",
        "WATCHPOST_KEYRING_PASSPHRASE_FILE": str(encrypted_file),
    }
    added = run_program(
        "credentials", "add", "office", "--db", database.url, environment=environment, folder=home, stdin="hunter2\n"
    )
    assert added.status == 0
    encrypted_file.write_text("wrong\n")
    with running_poller(database.url, environment=environment, folder=home) as poller:
        eventually(lambda: '"up"' in poller.log)
        (line,) = [line for line in poller.log.splitlines() if "keyring_unavailable" in line]
    assert "does not open" in json.loads(line)["message"]
    assert "hunter2" not in poller.log


@pytest.mark.parametrize("chosen", [True, False], ids=["chosen", "usual"])
def test_readings_of_an_outage_wait_in_the_state_folder_or_where_one_says(
    database_url: str, home: Path, *, chosen: bool
) -> None:
    spools = home / "elsewhere" if chosen else home / ".local/state/watchpost/spool"
    words = ("--spool", str(spools)) if chosen else ()
    with running_poller(database_url, *words, environment={"HOME": str(home)}, folder=home):
        folder = spool_folder(spools, database_url)
        eventually(folder.is_dir)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_spool_that_cannot_be_used_keeps_nobody_from_polling(database_url: str, home: Path) -> None:
    (home / "file").write_text("")
    words = ("--spool", str(home / "file"))
    with running_poller(database_url, *words, environment={"HOME": str(home)}, folder=home) as poller:
        eventually(lambda: "poller_ready" in poller.log)
        assert "spool_unusable" in poller.log


def test_who_asks_for_its_health_gets_it_also_in_the_database(database: Database, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with running_poller(database.url, "--health", str(port), environment={"HOME": str(home)}, folder=home):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
            assert json.load(answer) == {"status": "ready", "reasons": []}
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            assert b"watchpost_poller_ready 1.0" in answer.read()

        def written() -> bool:
            with database.reading() as connection:
                return any(figures_from_json(poller.figures) for poller in live_pollers(connection, now_ms()))

        eventually(written)


def test_a_health_port_that_is_taken_is_told(database_url: str, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = run_program(
            "run", "--health", str(taken.getsockname()[1]), "--db", database_url,
            environment={"HOME": str(home)}, folder=home,
        )  # fmt: skip
    assert told.status == 1
    assert json.loads(told.err.splitlines()[-1])["kind"] == "health_port"


def test_a_hangup_reloads_what_belongs_to_no_terminal(database_url: str, home: Path) -> None:
    (home / ".env").write_text("LOG_LEVEL=DEBUG\n")
    command = [*PROGRAM, "run", "--db", database_url]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stderr=log, env=program_environment({"HOME": str(home)}), cwd=home, start_new_session=True
        )
    try:
        eventually(lambda: "poller_ready" in (home / "log").read_text())
        process.send_signal(signal.SIGHUP)
        eventually(lambda: "poller_reloads" in (home / "log").read_text())
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()


def test_one_in_a_terminal_ends_with_it(database_url: str, home: Path) -> None:
    command = [*PROGRAM, "run", "--db", database_url]
    with on_terminal(command, environment=program_environment({"HOME": str(home)}), folder=home) as terminal:
        terminal.read_until("poller_ready")
        terminal.process.send_signal(signal.SIGHUP)
        assert terminal.wait() == 0
