"""`watchpost alerts replay`, as people and scripts call it."""

import pytest

from alerts.rules.seeding import seed_default_rules
from storage.database import Database
from storage.host import Host
from tests.command_line import CommandLine
from tests.fleet.sample_fleet import Machine, record, register

NOW_MS = 1_790_000_000_000
"""2026-09-21T14:13:20Z."""
SPAN = ("--from", "2026-09-21T13:53:20Z", "--to", "2026-09-21T14:13:20Z")


@pytest.fixture
def hosts(database: Database) -> dict[str, Host]:
    """One that is saturated for ten minutes, and one that is calm."""
    seed_default_rules(database, now_ms=0)
    found = register(database, ["web-1", "web-2"], now_ms=NOW_MS)
    for name, cpu in (("web-1", 97.0), ("web-2", 20.0)):
        record(database, Machine(name=name, cpu=cpu), found[name], start=NOW_MS - 600_000, end=NOW_MS)
    return found


def test_it_says_what_would_have_fired(cli: CommandLine, database: Database, hosts: dict[str, Host]) -> None:
    done = cli("--db", database.url, "alerts", "replay", *SPAN, "--rule", "CPU usage", "--rule", "Memory usage")
    assert done.status == 0, done.err
    lines = done.out.splitlines()
    (fired,) = [line for line in lines if "critical" in line]
    assert "web-1" in fired
    assert "goes on" in fired
    assert [line.split() for line in lines if line.startswith(("CPU usage", "Memory usage"))] == [
        ["CPU", "usage", "1", "1"],
        ["Memory", "usage", "0", "0"],
    ]


def test_scripts_get_it_as_json(cli: CommandLine, database: Database, hosts: dict[str, Host]) -> None:
    done = cli("--db", database.url, "alerts", "replay", *SPAN, "--rule", "CPU usage", "--host", "web-1", "--json")
    assert done.status == 0, done.err
    said = done.json
    assert said["rules"] == {"CPU usage": 1}
    (alert,) = said["alerts"]
    assert (alert["host"], alert["severity"], alert["resolved_at"]) == ("web-1", "critical", None)
    assert alert["fired_at"].startswith("2026-09-21T14:08")
    assert alert["value"] == pytest.approx(97.0, abs=1.5)
    assert said["without_readings"] == said["without_anything"] == []


def test_all_rules_that_are_on_are_looked_at(cli: CommandLine, database: Database, hosts: dict[str, Host]) -> None:
    said = cli("--db", database.url, "alerts", "replay", *SPAN, "--host", "web-2", "--json").json
    assert {"CPU usage", "Disk usage", "Disk full soon", "Host unreachable"} <= said["rules"].keys()
    assert said["alerts"] == []


def test_where_nothing_fires_it_says_so(cli: CommandLine, database: Database, hosts: dict[str, Host]) -> None:
    done = cli("--db", database.url, "alerts", "replay", *SPAN, "--host", "web-2", "--rule", "CPU usage")
    assert done.out == "Nothing would have fired, by 1 rule.\n"


def test_a_time_of_which_nothing_is_stored_is_named(
    cli: CommandLine, database: Database, hosts: dict[str, Host]
) -> None:
    span = ("--from", "2026-08-01", "--to", "2026-08-02")
    done = cli("--db", database.url, "alerts", "replay", *span, "--rule", "CPU usage")
    assert done.out.splitlines()[-1] == "Nothing is stored of web-1, web-2."


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (("--rule", "CPU usagee"), "There is no rule “CPU usagee” that is looked at."),
        (("--host", "web-9"), "web-9"),
        (("--from", "soon"), "“soon” is not a time."),
        (("--from", "2026-09-21", "--to", "2026-09-20"), "The range ends before it starts"),
    ],
)
def test_what_cannot_be_replayed_is_refused(
    cli: CommandLine, database: Database, hosts: dict[str, Host], asked: tuple[str, ...], complaint: str
) -> None:
    done = cli("--db", database.url, "alerts", "replay", *asked)
    assert done.status == 1
    assert complaint in done.err
