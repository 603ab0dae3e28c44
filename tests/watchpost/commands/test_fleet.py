import json
import signal
import socket
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulated_fleet.serving.folder import write_folder
from simulated_fleet.serving.plan import FleetPlan, carry_out
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host, list_hosts
from storage.latest import read_latest
from tests.command_line import PROGRAM, CommandLine, program_environment
from tests.eventually import eventually
from tests.running_poller import running_poller
from tests.served_fleet import free_port
from tests.terminal import on_terminal


@contextmanager
def running_fleet(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, object]]]:
    """`watchpost fleet --json`, once all hosts listen, and what it said then; its later words are read away."""
    process = subprocess.Popen(
        [*PROGRAM, "fleet", "--json", "--port", str(free_port()), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=program_environment({"HOME": str(home), "TMPDIR": str(home)}),
        cwd=home,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
    try:
        reader.start()
        eventually(lambda: said or process.poll() is not None)
        assert said, "it ended at once"
        yield process, json.loads(said[0])
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdin.close()
        process.stdout.close()


def test_a_poller_reads_every_host_that_was_registered(database: Database, home: Path) -> None:
    environment = {"HOME": str(home)}
    options = ("--hosts", "6", "--processes", "2", "--register", "--db", database.url)
    with (
        running_fleet(home, *options) as (_process, ready),
        running_poller(database.url, "--interval", "1", environment=environment, folder=home),
    ):
        assert (ready["event"], ready["hosts"], ready["processes"]) == ("ready", 6, 2)

        def read() -> int:
            with database.reading() as connection:
                return len(read_latest(connection, since=0))

        eventually(lambda: read() == 6)
        with database.reading() as connection:
            assert len(list_hosts(connection)) == 6


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_in_order_and_its_temporary_folder_is_gone(home: Path, number: signal.Signals) -> None:
    with running_fleet(home, "--hosts", "2") as (process, ready):
        folder = Path(str(ready["folder"]))
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        process.send_signal(number)
        assert process.wait(30) == 0
        assert not folder.exists()


def test_what_one_that_was_killed_has_left_goes_with_the_next_and_one_that_runs_stays(home: Path) -> None:
    with running_fleet(home, "--hosts", "1") as (killed, left), running_fleet(home, "--hosts", "1") as (_, other):
        killed.kill()
        killed.wait()
        assert Path(str(left["folder"]), "password").exists()
        with running_fleet(home, "--hosts", "1"):
            assert not Path(str(left["folder"])).exists()
            assert Path(str(other["folder"]), "password").exists()


def test_its_folder_is_for_one_at_a_time(cli: CommandLine, home: Path) -> None:
    with running_fleet(home, "--hosts", "1", "--folder", str(home / "fleet")):
        before = content(home / "fleet")
        told = cli("fleet", "--seed", "2", "--port", str(free_port()), "--folder", str(home / "fleet"), "--json")
        assert told.status == 1
        assert str(home / "fleet") in told.error["message"]
        assert content(home / "fleet") == before


def content(folder: Path) -> dict[str, bytes]:
    """What is in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_of_something_else_is_refused_and_left_as_it_is(cli: CommandLine, home: Path) -> None:
    mine = home / "mine"
    mine.mkdir()
    (mine / "id_ed25519").write_text("my own key")
    told = cli("fleet", "--folder", str(mine), "--json")
    assert told.status == 1
    assert "--folder" in told.error["hint"]
    assert content(mine) == {"id_ed25519": b"my own key"}


def test_it_ends_with_standard_input_where_that_was_asked_for(home: Path) -> None:
    with running_fleet(home, "--hosts", "2", "--with-stdin", "--folder", str(home / "fleet")) as (process, ready):
        assert ready["folder"] == str(home / "fleet")
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0
    assert (home / "fleet" / "hosts.csv").exists()


def test_a_person_sees_where_it_is_and_how_it_is_doing(home: Path) -> None:
    command = [*PROGRAM, "fleet", "--hosts", "3", "--port", str(free_port())]
    with on_terminal(command, environment=program_environment({"HOME": str(home)}), folder=home) as terminal:
        told = terminal.read_until("3 of 3 hosts up")
        assert "3 hosts at 127." in told
        assert "watchpost hosts import" in told
        terminal.type("\x03")
        assert terminal.wait() == 0


def test_what_goes_wrong_is_told_and_written_down(home: Path) -> None:
    script = home / "trouble.toml"
    script.write_text('[[scenario]]\nkind = "host_down"\nhosts = ["*"]\nafter = "0s"\nfor = "1h"\n')
    with running_fleet(home, "--hosts", "2", "--scenarios", str(script)) as (_process, ready):
        assert ready["scenarios"] == 1
        (label,) = Path(str(ready["folder"]), "truth.jsonl").read_text().splitlines()
        assert json.loads(label)["kind"] == "host_down"


def test_a_port_that_is_taken_is_named(cli: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.64.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = cli("fleet", "--hosts", "1", "--port", port, "--json")
    assert told.status == 1
    assert told.error["kind"] == "port_unavailable"
    assert port in told.error["message"]


def test_where_a_port_is_taken_neither_files_nor_database_are_changed(
    cli: CommandLine, database: Database, home: Path
) -> None:
    earlier = carry_out(FleetPlan(hosts=1, start_ms=0, seed=5))
    files = write_folder(home / "fleet", earlier)
    before = content(files.path)
    with socket.socket() as taken:
        taken.bind(("127.64.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        options = ("--hosts", "1", "--port", port, "--folder", str(files.path), "--register", "--db", database.url)
        told = cli("fleet", *options, "--json")
    assert told.error["kind"] == "port_unavailable"
    assert content(files.path) == before
    with database.reading() as connection:
        assert list_hosts(connection) == []


def test_a_real_host_of_the_same_name_is_left_alone(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="web-eu-01", address="web.example.com"), 0)
    told = cli("fleet", "--hosts", "2", "--port", str(free_port()), "--register", "--db", database.url, "--json")
    assert told.status == 1
    assert told.error["kind"] == "already_exists"


@pytest.mark.parametrize(
    "options",
    [
        ["--hosts", "9", "--port", "65530", "--one-address"],
        ["--one-address", "--behind", "0.1"],
        ["--credential", "office"],
        ["--scenarios", "missing.toml"],
        ["--recording", "missing.jsonl"],
        ["--port", "0"],
        ["--folder", "/dev/null/fleet"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_refused_in_a_sentence_with_a_way_out(cli: CommandLine, options: list[str]) -> None:
    told = cli("fleet", *options, "--json")
    assert told.status == 1
    assert told.error["message"].endswith(".")
    assert told.error["hint"]


@pytest.mark.parametrize("text", ["[[scenario]]\nkind = 3\n", "\xff", "x" * (2 << 20)], ids=["kind", "bytes", "long"])
def test_a_script_that_cannot_be_understood_is_told(cli: CommandLine, home: Path, text: str) -> None:
    path = home / "script.toml"
    path.write_text(text, encoding="latin-1")
    told = cli("fleet", "--scenarios", str(path), "--json")
    assert told.status == 1
    assert told.error["kind"] == "invalid_input"
