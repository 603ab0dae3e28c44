"""`watchpost import`, as scripts call it."""

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from storage.database import Database
from storage.schema import head
from tests.command_line import PROGRAM, CommandLine, Outcome, program_environment
from tests.fleet.sample_fleet import Machine, record, register

NOW_MS = 1_760_000_000_000
ALL = ("--from", "2025-01-01T00:00Z")


@pytest.fixture
def filled(database: Database) -> Database:
    for name, host in register(database, ["web-1", "=web-2"], now_ms=NOW_MS).items():
        record(database, Machine(name=name, cpu=30), host, start=NOW_MS - 60_000, end=NOW_MS)
    return database


def contents(database: Database) -> list[tuple[int, int, int]]:
    with database.reading() as connection:
        columns = (head.c.host_id, head.c.cadence, head.c.ts)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]


def emptied(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(delete(head))


@pytest.fixture(params=["csv", "om"])
def export(request: pytest.FixtureRequest, cli: CommandLine, filled: Database, home: Path) -> Path:
    """All that is stored of both hosts, in a file."""
    path = home / f"all.{request.param}"
    assert cli("--db", filled.url, "export", "--stored", *ALL, "-o", str(path)).status == 0
    return path


def test_what_was_exported_comes_back(cli: CommandLine, filled: Database, export: Path) -> None:
    before = contents(filled)
    emptied(filled)
    done = cli("--db", filled.url, "import", str(export))
    assert done.status == 0, done.out + done.err
    assert "=web-2" in done.out
    assert contents(filled) == before
    again = export.with_name(f"again{export.suffix}")
    cli("--db", filled.url, "export", "--stored", *ALL, "-o", str(again))
    assert again.read_bytes() == export.read_bytes()


def test_a_second_time_all_is_there_already(cli: CommandLine, filled: Database, export: Path) -> None:
    before = contents(filled)
    done = cli("--db", filled.url, "import", str(export))
    assert done.status == 0
    assert "0 values were added" in done.out
    assert "there already" in done.out
    assert contents(filled) == before


def test_one_host_may_go_into_another(cli: CommandLine, filled: Database, export: Path) -> None:
    before = contents(filled)
    ids = sorted({row[0] for row in before})
    emptied(filled)
    done = cli("--db", filled.url, "import", str(export), "--of", "web-1", "--host", "=web-2", "--json")
    assert [host["name"] for host in done.json["hosts"]] == ["=web-2"]
    assert done.json["of_other_hosts"] > 0
    assert {row[0] for row in contents(filled)} == {ids[1]}


def test_a_dry_run_writes_nothing(cli: CommandLine, filled: Database, export: Path) -> None:
    emptied(filled)
    done = cli("--db", filled.url, "import", str(export), "--dry-run", "--json")
    assert done.json["dry_run"] is True
    assert all(host["values"] > 0 for host in done.json["hosts"])
    assert contents(filled) == []


def test_standard_input_is_read_as_it_comes(filled: Database, export: Path, home: Path) -> None:
    before = contents(filled)
    emptied(filled)
    with export.open("rb") as source:
        done = subprocess.run(
            [*PROGRAM, "--db", filled.url, "import", "-"],
            check=False,
            stdin=source,
            capture_output=True,
            env=program_environment({"HOME": str(home)}),
            cwd=home,
        )
    assert done.returncode == 0, done.stderr
    assert contents(filled) == before


HEAD = "timestamp,host,metric,labels,value\n"
GOOD = "2026-01-01T00:00:00.000Z,web-1,load1,,1\n"


def refused(cli: CommandLine, database: Database, text: str, *more: str) -> Outcome:
    path = Path("bad.csv")
    path.write_text(text, encoding="utf-8")
    return cli("--db", database.url, "import", str(path), *more)


def test_refused_lines_are_named_with_the_reason_and_the_rest_is_taken(cli: CommandLine, filled: Database) -> None:
    bad = "2026-01-01T00:00:00.000Z,web-1,\x1b[31mload9,,1\n" * 7
    told = refused(cli, filled, HEAD + GOOD + bad)
    assert told.status == 3
    assert "1 value was added" in told.out
    assert "7 lines (lines 3, 4, 5, 6, 7, …), no metric of Watchpost's" in told.out
    assert "\x1b" not in told.out
    (reason,) = refused(cli, filled, HEAD + GOOD + bad, "--json").json["refused"]
    assert (reason["reason"], reason["lines"], reason["first"]) == ("unknown_metric", 7, [3, 4, 5, 6, 7])


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("", (), "empty"),
        ("a,b\n", (), "first line has to be timestamp,host"),
        (HEAD + GOOD.replace("web-1", "web-9"), (), "not registered: web-9"),
        (HEAD + GOOD, ("--host", "web-9"), "no host “web-9”"),
        (HEAD + GOOD, ("--of", "web-9", "--host", "web-1"), "nothing of web-9"),
        ("load1 1 1\n", (), "# EOF"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_nothing_is_written(
    cli: CommandLine, filled: Database, text: str, more: tuple[str, ...], said: str
) -> None:
    before = contents(filled)
    told = refused(cli, filled, text, *more)
    assert told.status == 1
    assert said in told.err
    assert "Traceback" not in told.err
    assert contents(filled) == before


@pytest.mark.parametrize("name", ["no-such-file.csv", "."])
def test_a_file_that_cannot_be_read_is_an_error(cli: CommandLine, filled: Database, name: str) -> None:
    told = cli("--db", filled.url, "import", name)
    assert told.status == 1
    assert "cannot be read" in told.err
