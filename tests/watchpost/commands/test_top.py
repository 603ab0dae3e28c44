"""`watchpost top` where nobody looks at a screen."""

import time
from pathlib import Path

from storage.database import Database
from tests.command_line import CommandLine, run_program
from tests.fleet.sample_fleet import Machine, record, register


def fill(database: Database) -> None:
    now = time.time_ns() // 1_000_000
    hosts = register(database, ["busy", "calm", "new"], now_ms=now)
    record(database, Machine(name="busy", cpu=95), hosts["busy"], start=now - 20_000, end=now)
    record(database, Machine(name="calm", cpu=5), hosts["calm"], start=now - 20_000, end=now)


def test_once_prints_one_table_worst_first(cli: CommandLine, database: Database) -> None:
    fill(database)
    done = cli("--db", database.url, "top", "--once")
    assert done.status == 0
    states = [line.split()[1:3] for line in done.out.splitlines()[1:]]
    assert states == [["critical", "busy"], ["unknown", "new"], ["ok", "calm"]]
    assert "95%" in done.out


def test_a_pipe_gets_the_same_without_asking(database: Database, home: Path) -> None:
    fill(database)
    done = run_program("--db", database.url, "top", environment={"HOME": str(home)}, folder=home)
    assert done.status == 0
    assert "critical" in done.out
    assert "\x1b" not in done.out


def test_scripts_get_json(cli: CommandLine, database: Database) -> None:
    fill(database)
    said = cli("top", "--json", "--db", database.url).json
    assert [host["name"] for host in said["hosts"]] == ["busy", "new", "calm"]
    assert said["hosts"][0]["cpu_percent"] > 90
    assert said["hosts"][1]["timestamp"] is None


def test_an_empty_fleet_says_how_to_begin(cli: CommandLine, database: Database) -> None:
    done = cli("top", "--once", "--db", database.url)
    assert done.status == 0
    assert "watchpost hosts add" in done.err
    assert cli("top", "--json", "--db", database.url).json == {"hosts": []}


def test_without_a_database_it_says_so(cli: CommandLine, tmp_path: Path) -> None:
    done = cli("--db", str(tmp_path / "none.db"), "top", "--once")
    assert done.status == 1
    assert "no database" in done.err


def test_a_threshold_that_is_none_is_refused(cli: CommandLine, database: Database, tmp_path: Path) -> None:
    (Path.cwd() / ".env").write_text("CPU_THRESHOLD=lots\n")
    done = cli("--db", database.url, "top", "--once")
    assert done.status == 1
    assert "CPU_THRESHOLD" in done.err
