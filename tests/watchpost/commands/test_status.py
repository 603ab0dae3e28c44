"""`watchpost status`, as people, cron and monitoring call it."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Database
from storage.host import NewHost
from storage.host_keys import KeySource, trust_host_key
from storage.hosts import add_host
from storage.poller_lock import PollerLock
from tests.command_line import CommandLine, run_program
from tests.fleet.sample_fleet import Machine, record, register
from tests.real_sshd import RealSshd, current_user, free_port


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def polled(database: Database, **cpu: float) -> None:
    """Hosts that a poller has just read."""
    now = now_ms()
    for name, host in register(database, cpu, now_ms=now).items():
        record(database, Machine(name=name, cpu=cpu[name]), host, start=now - 20_000, end=now)


def test_a_newcomers_first_command_needs_nothing(home: Path) -> None:
    done = run_program("status", environment={"HOME": str(home)}, folder=home)
    assert done.status == 0, done.err
    assert done.out.startswith("localhost  ")
    assert "warning over 80%, critical over 90%" in done.out
    assert not (home / ".local" / "share" / "watchpost" / "watchpost.db").exists()


def test_the_document_has_the_fixed_keys(cli: CommandLine) -> None:
    (host,) = cli("status", "localhost", "--json", "--sample", "0.2").json["hosts"]
    assert host["name"] == "localhost"
    assert host["state"] in {"ok", "warning", "critical"}
    assert host["reason"] is None
    assert host["timestamp"].endswith("Z")
    assert isinstance(host["cpu_percent"], float)
    assert isinstance(host["memory_percent"], float)
    assert isinstance(host["disk_percent"], float)
    assert host["source"] == "one_shot"


def test_what_a_poller_has_read_is_reported_from_the_database(cli: CommandLine, database: Database) -> None:
    polled(database, web=20, db=85)
    done = cli("--db", database.url, "status", "--json")
    assert done.status == 0
    assert [(host["name"], host["state"], host["source"]) for host in done.json["hosts"]] == [
        ("db", "warning", "database"),
        ("web", "ok", "database"),
    ]


def test_one_host_is_told_in_full_and_several_as_a_table(cli: CommandLine, database: Database) -> None:
    polled(database, web=20, db=85)
    one = cli("--db", database.url, "status", "db")
    assert "CPU 85%, over 80%" in one.out
    assert "names the process" in one.out
    several = cli("--db", database.url, "status")
    assert several.out.startswith("STATE")
    assert "▲ db: CPU 85%, over 80%" in several.out


@pytest.mark.parametrize(("cpu", "code"), [(20.0, 0), (85.0, 1), (95.0, 2)])
def test_a_check_ends_as_monitoring_plugins_do(cli: CommandLine, database: Database, cpu: float, code: int) -> None:
    polled(database, web=cpu)
    assert cli("--db", database.url, "status", "web", "--check").status == code


def test_thresholds_come_from_the_environment_and_the_dotenv_file(
    cli: CommandLine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    polled(database, web=20)
    (Path.cwd() / ".env").write_text("CPU_THRESHOLD=15\n")
    assert cli("--db", database.url, "status", "web", "--check").status == 1
    monkeypatch.setenv("CPU_THRESHOLD", "50")
    assert cli("--db", database.url, "status", "web", "--check").status == 0


def test_a_host_over_ssh_is_read_on_the_spot(cli: CommandLine, database: Database, sshd: RealSshd) -> None:
    host = NewHost(
        name="web", address=sshd.address, port=sshd.port, username=current_user(), identity_file=str(sshd.identity)
    )
    with database.writing() as connection:
        add_host(connection, host, 0)
        trust_host_key(connection, sshd.host_key(), KeySource.PERSON, 0, replace=False)
    done = cli("--db", database.url, "status", "web", "--json", "--sample", "0.2")
    assert done.status == 0, done.out
    assert done.json["hosts"][0]["address"] == f"{current_user()}@{sshd.address}:{sshd.port}"


def test_a_host_that_cannot_be_read_is_exit_1_with_its_reason(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="dead", address="127.0.0.1", port=free_port()), 0)
    done = cli("--db", database.url, "status", "--json")
    assert done.status == 1
    (host,) = done.json["hosts"]
    assert (host["state"], host["reason"], host["cpu_percent"]) == ("unreachable", "refused", None)
    text = cli("--db", database.url, "status")
    assert "Nothing listens on that port." in text.out
    assert "Is sshd running" in text.out
    assert cli("--db", database.url, "status", "--check").status == 2


def test_a_name_that_nobody_knows_is_exit_1(cli: CommandLine, database: Database) -> None:
    register(database, ["web-1"], now_ms=0)
    done = cli("--db", database.url, "status", "web-2", "--json")
    assert done.status == 1
    assert done.error["kind"] == "not_found"
    assert "web-1" in done.error["hint"]


def test_store_keeps_the_reading_and_what_was_found(cli: CommandLine, tmp_path: Path) -> None:
    (Path.cwd() / ".env").write_text("DISK_THRESHOLD=0.0001\n")
    path = tmp_path / "new.db"
    done = cli("--db", str(path), "status", "--store", "--sample", "0.2")
    assert done.status == 0, done.err
    with closing(sqlite3.connect(path)) as connection:
        ((hostname, cpu),) = connection.execute("SELECT hostname, cpu_percent FROM system_metrics")
        titles = [title for (title,) in connection.execute("SELECT title FROM notifications")]
    assert hostname == "localhost"
    assert 0 <= cpu <= 100
    assert any(title.startswith("localhost: Disk /") for title in titles)


def test_store_works_while_a_poller_holds_the_database(cli: CommandLine, database: Database) -> None:
    polled(database, web=20)
    with PollerLock(database.url):
        assert cli("--db", database.url, "status", "--store").status == 0
    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT hostname FROM system_metrics").fetchall() == [("web",)]


def test_a_damaged_database_is_told_and_not_taken_for_a_missing_one(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "bad.db"
    path.write_bytes(b"no database at all" * 1000)
    done = cli("--db", str(path), "status")
    assert done.status == 1
    assert "damaged" in done.err


@pytest.mark.parametrize("sample", ["0", "61", "soon"])
def test_a_sample_that_makes_no_sense_is_wrong_usage(cli: CommandLine, sample: str) -> None:
    assert cli("status", "--sample", sample).status == 2
