"""`watchpost export`, as scripts call it."""

import csv
import io
import subprocess
import time
from pathlib import Path

import pytest
from pyarrow import parquet

from storage.catalogue import CATALOGUE
from storage.database import Database
from storage.settings import write_setting
from tests.command_line import PROGRAM, CommandLine, program_environment, run_program
from tests.fleet.sample_fleet import Machine, record, register

NOW_MS = 1_790_000_000_000
"""2026-09-21T14:13:20Z."""


@pytest.fixture
def filled(database: Database) -> Database:
    hosts = register(database, ["web-1", "=web-2"], now_ms=NOW_MS)
    for name, host in hosts.items():
        record(database, Machine(name=name, cpu=30), host, start=NOW_MS - 300_000, end=NOW_MS)
    return database


SPAN = ("--from", "2026-09-21T14:08:20Z", "--to", "2026-09-21T14:13:20.001Z")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_readings_come_out_as_csv_on_standard_output(cli: CommandLine, filled: Database) -> None:
    done = cli(
        "--db", filled.url, "export", "--metric", "cpu_usage_percent", "--host", "web-1", *SPAN, "--interval", "raw"
    )
    assert done.status == 0
    found = rows(done.out)
    assert len(found) == 60
    assert done.err == "60 rows\n"
    assert found[-1]["timestamp"] == "2026-09-21T14:13:20.000Z"
    assert float(found[-1]["value"]) == pytest.approx(30)
    assert done.out.splitlines()[0] == "timestamp,host,metric,labels,value"


def test_without_a_host_all_of_them_and_no_name_is_a_formula(cli: CommandLine, filled: Database) -> None:
    done = cli("--db", filled.url, "export", "--metric", "load1", *SPAN)
    assert {row["host"] for row in rows(done.out)} == {"web-1", "'=web-2"}


def test_several_metrics_and_hosts(cli: CommandLine, filled: Database) -> None:
    metrics = ("--metric", "load1", "--metric", "filesystem_used_percent")
    done = cli("--db", filled.url, "export", *metrics, "--host", "=web-2", "--host", "web-1", *SPAN)
    assert {row["metric"] for row in rows(done.out)} == {"load1", "filesystem_used_percent"}
    assert rows(done.out)[0]["host"] == "'=web-2"


def test_an_interval_brings_mean_min_max_and_count(cli: CommandLine, filled: Database) -> None:
    done = cli("--db", filled.url, "export", "--metric", "load1", "--host", "web-1", *SPAN, "--interval", "1m")
    assert done.out.splitlines()[0] == "timestamp,host,metric,labels,value,min,max,count"
    assert sum(int(row["count"]) for row in rows(done.out)) == 61


def test_the_last_hour_is_the_default(cli: CommandLine, database: Database) -> None:
    now = time.time_ns() // 1_000_000
    host = register(database, ["a"], now_ms=now)["a"]
    record(database, Machine(name="a"), host, start=now - 3_700_000, end=now - 3_650_000)
    record(database, Machine(name="a"), host, start=now - 20_000, end=now - 5_000)
    assert len(rows(cli("--db", database.url, "export", "--metric", "load1").out)) == 4


def test_a_time_without_a_zone_is_in_the_configured_one(cli: CommandLine, filled: Database) -> None:
    with filled.writing() as connection:
        write_setting(connection, "time_zone", "Asia/Seoul")
    span = ("--from", "2026-09-21T23:13:00", "--to", "2026-09-21T23:14")
    done = cli("--db", filled.url, "export", "--metric", "load1", "--host", "web-1", *span)
    assert len(rows(done.out)) == 5


def test_a_file_is_written_whole_and_nothing_goes_to_standard_output(
    cli: CommandLine, filled: Database, home: Path
) -> None:
    path = home / "out.csv"
    done = cli("--db", filled.url, "export", "--metric", "load1", *SPAN, "--format", "csv", "--output", str(path))
    assert done.out == ""
    assert len(rows(path.read_text(encoding="utf-8"))) == 122
    assert done.err == "122 rows\n"


def test_a_file_is_overwritten_where_nobody_can_be_asked(cli: CommandLine, filled: Database, home: Path) -> None:
    path = home / "out.csv"
    path.write_text("old")
    assert cli("--db", filled.url, "export", "--metric", "load1", *SPAN, "-o", str(path)).status == 0
    assert path.read_text().startswith("timestamp")


@pytest.mark.parametrize(("answer", "written"), [("y\n", True), ("n\n", False)])
def test_a_person_is_asked_before_a_file_is_overwritten(
    filled: Database, home: Path, monkeypatch: pytest.MonkeyPatch, cli: CommandLine, answer: str, *, written: bool
) -> None:
    path = home / "out.csv"
    path.write_text("old")
    monkeypatch.setattr("watchpost.commands.export.is_interactive", lambda: True)
    done = cli("--db", filled.url, "export", "--metric", "load1", *SPAN, "-o", str(path), stdin=answer)
    assert "Overwrite it?" in done.err
    assert (path.read_text() != "old") is written
    assert done.status == (0 if written else 1)


def test_force_does_not_ask(filled: Database, home: Path, monkeypatch: pytest.MonkeyPatch, cli: CommandLine) -> None:
    path = home / "out.csv"
    path.write_text("old")
    monkeypatch.setattr("watchpost.commands.export.is_interactive", lambda: True)
    done = cli("--db", filled.url, "export", "--metric", "load1", *SPAN, "-o", str(path), "--force")
    assert done.status == 0
    assert path.read_text() != "old"


def test_a_reader_that_has_seen_enough_ends_it_quietly(filled: Database, home: Path) -> None:
    command = [
        *PROGRAM,
        "--db",
        filled.url,
        "export",
        *[part for name in list(CATALOGUE) for part in ("--metric", name)],
    ]
    process = subprocess.Popen(
        [*command, *SPAN, "--interval", "raw"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program_environment({"HOME": str(home)}),
        cwd=home,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 0


def test_the_metrics_can_be_listed(cli: CommandLine) -> None:
    listed = cli("export", "--list-metrics").out
    assert all(name in listed for name in CATALOGUE)
    assert len(cli("export", "--list-metrics", "--json").json["metrics"]) == len(CATALOGUE)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--metric cpu_usage_percent"),
        (("--metric", "cpu_usage"), "cpu_usage_percent"),
        (("--metric", "load1", "--host", "web-3"), "web-1"),
        (("--metric", "lode*"), "no metric"),
        (("--metric", "load1", "--group", "nowhere"), "group and tag"),
        (("--metric", "load1", "--from", "yesterday"), "-1h"),
        (("--metric", "load1", "--from", "now", "--to", "-1h"), "ends before it starts"),
        (("--metric", "load1", "--output", "/no/such/folder/x.csv"), "cannot be written"),
        (("--metric", "load1", "--output", "/dev/full"), "No space left"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    cli: CommandLine, filled: Database, arguments: tuple[str, ...], said: str
) -> None:
    done = cli("--db", filled.url, "export", *arguments)
    assert done.status == 1
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_full_disk_under_standard_output_is_told(filled: Database, home: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "--db", filled.url, "export", "--metric", "load1", *SPAN],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            env=program_environment({"HOME": str(home)}),
            cwd=home,
        )
    assert done.returncode == 1
    assert b"Standard output cannot be written" in done.stderr


def test_the_ending_of_the_file_says_the_form(cli: CommandLine, filled: Database, home: Path) -> None:
    path = home / "out.parquet"
    done = cli("--db", filled.url, "export", "--metric", "load*", *SPAN, "-o", str(path))
    assert done.err == "366 rows\n"
    table = parquet.read_table(path)
    assert table.num_rows == 366
    assert set(table.column("host").to_pylist()) == {"web-1", "=web-2"}
    done = cli("--db", filled.url, "export", "--metric", "load1", *SPAN, "-o", str(home / "out.om"))
    assert done.err == "122 samples\n"
    assert (home / "out.om").read_text(encoding="utf-8").endswith("# EOF\n")


def test_parquet_goes_to_a_pipe(filled: Database, home: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "--db", filled.url, "export", "--metric", "load1", *SPAN, "--format", "parquet"],
        check=True,
        capture_output=True,
        env=program_environment({"HOME": str(home)}),
        cwd=home,
    )
    assert parquet.read_table(io.BytesIO(done.stdout)).num_rows == 122


def test_parquet_does_not_go_to_a_terminal(cli: CommandLine, filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchpost.commands.export.stdout_is_terminal", lambda: True)
    done = cli("--db", filled.url, "export", "--metric", "load1", *SPAN, "--format", "parquet")
    assert (done.status, done.out) == (1, "")
    assert "not for a terminal" in done.err


def test_everything_of_a_group(cli: CommandLine, filled: Database) -> None:
    cli("--db", filled.url, "hosts", "edit", "web-1", "--group", "web", "--tag", "prod")
    for only in (("--group", "web"), ("--tag", "prod")):
        done = cli("--db", filled.url, "export", "--stored", "--format", "openmetrics", *SPAN, *only)
        assert done.status == 0
        assert 'instance="web-1"' in done.out
        assert "web-2" not in done.out
        assert "cpu_usage_percent" not in done.out


@pytest.mark.parametrize("arguments", [("--interval", "7m"), ("--format", "xml")])
def test_a_choice_that_there_is_not_is_wrong_usage(cli: CommandLine, arguments: tuple[str, str]) -> None:
    assert cli("export", "--metric", "load1", *arguments).status == 2


def test_without_a_database_it_says_so(home: Path) -> None:
    done = run_program("export", "--metric", "load1", environment={"HOME": str(home)}, folder=home)
    assert done.status == 1
    assert "There is no database" in done.err
    assert done.out == ""
