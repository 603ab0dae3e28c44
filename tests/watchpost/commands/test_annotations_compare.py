"""`watchpost annotations compare`, and `watchpost compare`, which does the same for what nobody noted."""

from collections.abc import Iterable
from typing import Any

import pytest

from storage.database import Database
from storage.hosts import remove_host
from storage.utc import now_ms
from tests.command_line import CommandLine
from tests.recorded import key, record, visit
from tests.watchpost.made_checks import hosts

MOMENT = 1_772_366_400_000
"""2026-03-01T12:00:00Z."""
AT = ("--at", "2026-03-01T12:00Z")


def load(database: Database, host_id: int, before: float, after: float, minutes: Iterable[int] = range(60)) -> None:
    """Memory in percent and load, every 20 s of the hour before and of these minutes after."""
    for value, part in ((before, range(-60, 0)), (after, minutes)):
        moments = [MOMENT + minute * 60_000 + third * 20_000 for minute in part for third in range(3)]
        memory = {key("memory_total_bytes"): 100.0, key("memory_available_bytes"): 100.0 - value, key("load1"): 1.0}
        record(database, *(visit(host_id, ts, memory) for ts in moments))


@pytest.fixture
def filled(cli: CommandLine, database: Database) -> Database:
    """A deployment on web1 and web2 after which they use more memory; db1 uses less."""
    web1, web2 = hosts(database, "web1", "web2", group="web")
    (db1,) = hosts(database, "db1")
    load(database, web1, 20, 40)
    load(database, web2, 30, 60)
    load(database, db1, 50, 30)
    assert cli("annotate", "deploy 1.2", "--group", "web", *AT, "--db", database.url).status == 0
    return database


def memory(document: dict[str, Any]) -> dict[str, Any]:
    (found,) = (each for each in document["metrics"] if each["metric"] == "memory_used_percent")
    return dict(found)


def test_scripts_get_every_number(cli: CommandLine, filled: Database) -> None:
    document = cli("annotations", "compare", "1", "--json", "--db", filled.url).json
    assert document["annotation"]["text"] == "deploy 1.2"
    assert document["before"] == {"from": "2026-03-01T11:00:00.000Z", "to": "2026-03-01T12:00:00.000Z"}
    assert document["after"] == {"from": "2026-03-01T12:00:00.000Z", "to": "2026-03-01T13:00:00.000Z"}
    assert document["hosts"] == ["web1", "web2"]
    assert [each["metric"] for each in document["metrics"]] == ["load1", "memory_used_percent"]
    found = memory(document)
    margin = found.pop("margin")
    assert margin == pytest.approx(0.1)
    assert found == {
        "metric": "memory_used_percent",
        "labels": {},
        "unit": "percent",
        "interval": "raw",
        "before": {"mean": 25.0, "p95": 30.0, "max": 30.0, "readings": 360, "covered": 1.0},
        "after": {"mean": 50.0, "p95": 60.0, "max": 60.0, "readings": 360, "covered": 1.0},
        "change": 25.0,
        "change_percent": 100.0,
        "verdict": "changed",
        "only_one_side": [],
    }


def test_each_host_may_be_told_besides(cli: CommandLine, filled: Database) -> None:
    document = cli("annotations", "compare", "1", "--by-host", "--json", "--db", filled.url).json
    changes = {each["host"]: each["change"] for each in memory(document)["by_host"]}
    assert changes == {"web1": 20.0, "web2": 30.0}
    told = cli("annotations", "compare", "1", "--by-host", "--db", filled.url).out
    assert told.index("METRIC") < told.index("\nweb1\n") < told.index("\nweb2\n")


def test_people_see_what_is_worse_and_what_is_noise(cli: CommandLine, filled: Database) -> None:
    told = cli("annotations", "compare", "1", "--db", filled.url)
    assert told.status == 0
    assert told.out.startswith("Annotation 1, “deploy 1.2”, about group web\nbefore ")
    words = [" ".join(line.split()) for line in told.out.splitlines()]
    place = next(number for number, line in enumerate(words) if line.startswith("memory_used_percent"))
    assert words[place] == "memory_used_percent before 25.0% 30.0% 30.0% +25.0 points (+100%)"
    assert words[place + 1] == "after 50.0% 60.0% 60.0% worse"
    assert any(line.endswith("within the noise") for line in words)
    assert "by chance" in told.out
    assert "Readings for only" not in told.out


def test_the_usual_table_fits_a_terminal_of_100_columns(cli: CommandLine, filled: Database) -> None:
    told = cli("compare", *AT, "--by-host", "--db", filled.url).out
    assert max(len(line) for line in told.splitlines()) <= 100


def test_another_host_can_be_looked_at_instead(cli: CommandLine, filled: Database) -> None:
    options = ("--host", "db1", "--metric", "memory_used_percent", "--metric", "swap_used_percent")
    told = cli("annotations", "compare", "1", *options, "--db", filled.url).out
    assert "hosts  db1" in told
    assert "better" in told
    assert "load1" not in told
    assert "swap_used_percent: no readings." in told


def test_gaps_and_hosts_with_one_side_are_told(cli: CommandLine, filled: Database) -> None:
    web3, web4 = hosts(filled, "web3", "web4", group="web")
    load(filled, web3, 10, 10, minutes=())
    load(filled, web4, 10, 10, minutes=range(15))
    told = cli("annotations", "compare", "1", "--host", "web3", "--host", "web4", "--db", filled.url).out
    assert "Readings for only 24% of the time after." in told
    assert "Left out, with readings on one side only (web3)." in told
    assert "not enough data" in told


def test_it_is_the_same_on_a_server(cli: CommandLine, postgresql_database: Database) -> None:
    (host,) = hosts(postgresql_database, "db1", group="db")
    load(postgresql_database, host, 20, 40)
    for arguments in (("annotate", "deploy", "--group", "db", *AT), ("annotations", "edit", "1", "--text", "x")):
        assert cli(*arguments, "--db", postgresql_database.url).status == 0
    document = cli("annotations", "compare", "1", "--json", "--db", postgresql_database.url).json
    assert (memory(document)["change"], memory(document)["verdict"]) == (20.0, "changed")
    assert cli("annotations", "remove", "1", "--yes", "--db", postgresql_database.url).status == 0
    assert cli("annotations", "list", "--json", "--db", postgresql_database.url).json == {"annotations": []}
    assert cli("db", "plain-sql", "on", "--db", postgresql_database.url).status == 0


def test_of_a_span_what_lies_inside_is_not_compared(cli: CommandLine, filled: Database) -> None:
    cli("annotations", "edit", "1", "--to", "2026-03-01T12:30Z", "--db", filled.url)
    document = cli("annotations", "compare", "1", "--span", "30m", "--json", "--db", filled.url).json
    assert (document["before"]["from"], document["after"]["from"]) == (
        "2026-03-01T11:30:00.000Z",
        "2026-03-01T12:30:00.000Z",
    )
    assert memory(document)["before"]["readings"] == 180


def test_what_is_not_over_for_long_says_how_long(cli: CommandLine, database: Database) -> None:
    (host,) = hosts(database, "db1")
    now = now_ms()
    record(database, *(visit(host, now - age * 5_000, {key("load1"): 1.0}) for age in range(100)))
    told = cli("compare", "--at", "-2m", "--db", database.url).out
    assert "So far 2 min of 1 h have passed since." in told
    assert "load1" in told


def test_a_moment_that_nobody_noted_can_be_compared(cli: CommandLine, filled: Database) -> None:
    document = cli("compare", *AT, "--json", "--db", filled.url).json
    assert document["hosts"] == ["db1", "web1", "web2"]
    assert document["from"] == document["to"] == "2026-03-01T12:00:00.000Z"
    of_group = cli("compare", *AT, "--group", "web", "--json", "--db", filled.url).json
    noted = cli("annotations", "compare", "1", "--json", "--db", filled.url).json
    assert of_group["metrics"] == noted["metrics"]
    span = ("--from", "2026-03-01T12:00Z", "--to", "2026-03-01T12:15Z", "--host", "db1")
    assert cli("compare", *span, "--json", "--db", filled.url).json["after"]["from"] == "2026-03-01T12:15:00.000Z"


def test_where_nothing_was_read_it_says_so(cli: CommandLine, filled: Database) -> None:
    told = cli("compare", "--at", "2025-03-01T12:00Z", "--db", filled.url)
    assert told.status == 0
    assert "There are no readings of that time." in told.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("annotations", "compare", "2"), "There is no annotation 2"),
        (("annotations", "compare", "1", "--metric", "load2"), "load1"),
        (("annotations", "compare", "1", "--metric", "network_receive_bytes_total"), "_per_second"),
        (("annotations", "compare", "1", "--span", "1"), "no span of time"),
        (("annotations", "compare", "1", "--span", "10w", "--host", "web9"), "“web1”"),
        (("annotations", "compare", "1", "--span", "99w"), "From 1m to 366d"),
        (("compare",), "Around what?"),
        (("compare", "--from", "-2h"), "Around what?"),
        (("compare", *AT, "--from", "-2h"), "Around what?"),
        (("compare", "--at", "now"), "nothing after it yet"),
        (("compare", *AT, "--host", "db1", "--group", "web"), "Either hosts or a group"),
        (("compare", *AT, "--group", "wep"), "“web”"),
    ],
    ids=["id", "metric", "counter", "span", "host", "long", "when", "open", "both", "now", "scope", "group"],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(
    cli: CommandLine, filled: Database, arguments: tuple[str, ...], said: str
) -> None:
    told = cli(*arguments, "--db", filled.url)
    assert told.status == 1
    assert said in told.err
    assert told.out == ""


def test_an_annotation_whose_hosts_are_gone_says_so(cli: CommandLine, filled: Database) -> None:
    with filled.writing() as connection:
        for name in ("web1", "web2"):
            remove_host(connection, name, now_ms())
    assert "is there any more" in cli("annotations", "compare", "1", "--db", filled.url).err


def test_without_hosts_there_is_nothing_to_compare(cli: CommandLine, database: Database) -> None:
    assert "There are no hosts yet" in cli("compare", *AT, "--db", database.url).err
