"""`watchpost annotations list`."""

import pytest

from storage.annotation import NewAnnotation
from storage.annotations import add_annotation
from storage.database import Database
from storage.hosts import remove_host
from storage.utc import now_ms
from tests.command_line import CommandLine
from tests.watchpost.made_checks import hosts

DAY_MS = 86_400_000


@pytest.fixture
def noted(database: Database) -> Database:
    """One of each kind: about everything, a host, a group; long ago, and to come."""
    hosts(database, "db1")
    hosts(database, "web1", "web2", group="web")
    now = now_ms()
    said = [
        ("old", now - 60 * DAY_MS, (), ()),
        ("all", now - 3 * DAY_MS, (), ()),
        ("db", now - 2 * DAY_MS, ("db1",), ()),
        ("one of web", now - DAY_MS, ("web2",), ()),
        ("web", now - DAY_MS // 2, (), ("web",)),
        ("planned", now + DAY_MS, (), ()),
    ]
    with database.writing() as connection:
        for text, ts, names, groups in said:
            new = NewAnnotation(text=text, start_ts=ts, end_ts=ts, hosts=names, groups=groups)
            add_annotation(connection, new, now)
    return database


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        ((), ["all", "db", "one of web", "web", "planned"]),
        (("--from", "-90d"), ["old", "all", "db", "one of web", "web", "planned"]),
        (("--from", "-90d", "--to", "-30d"), ["old"]),
        (("--to", "now"), ["all", "db", "one of web", "web"]),
        (("--host", "db1"), ["all", "db", "planned"]),
        (("--host", "web1"), ["all", "web", "planned"]),
        (("--group", "web"), ["all", "one of web", "web", "planned"]),
        (("--host", "db1", "--group", "web"), ["all", "planned"]),
    ],
    ids=["default", "from", "span", "past", "host", "member", "group", "host and group"],
)
def test_it_has_what_was_asked_for_in_order_of_time(
    cli: CommandLine, noted: Database, options: tuple[str, ...], texts: list[str]
) -> None:
    told = cli("annotations", "list", *options, "--json", "--db", noted.url)
    assert [each["text"] for each in told.json["annotations"]] == texts


def test_people_see_when_about_what_and_by_whom(cli: CommandLine, database: Database) -> None:
    hosts(database, "db1", group="web")
    for scope in ((), ("--host", "db1", "--group", "web")):
        cli("annotate", "x", "--at", "2026-03-01T12:00Z", *scope, "--author", "Jo", "--db", database.url)
    with database.writing() as connection:
        remove_host(connection, "db1", now_ms())
    told = cli("annotations", "list", "--from", "2026-01-01", "--db", database.url)
    lines = [line.split() for line in told.out.splitlines()]
    assert lines[0] == ["ID", "WHEN", "ABOUT", "WHAT", "BY"]
    assert lines[1][3:] == ["everything", "x", "Jo"]
    assert lines[2][3:] == ["group", "web,", "host", "db1", "x", "Jo"]


def test_where_nothing_was_noted_it_says_how(cli: CommandLine, database: Database) -> None:
    told = cli("annotations", "list", "--db", database.url)
    assert (told.status, told.out) == (0, "")
    assert "watchpost annotate" in told.err
    assert cli("annotations", "list", "--json", "--db", database.url).json == {"annotations": []}


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--host", "db2"), "“db1”"), (("--group", "x"), "No host is in a group"), (("--from", "x"), "not a time")],
    ids=["host", "group", "time"],
)
def test_what_is_wrong_is_said(cli: CommandLine, database: Database, options: tuple[str, str], said: str) -> None:
    hosts(database, "db1")
    told = cli("annotations", "list", *options, "--db", database.url)
    assert told.status == 1
    assert said in told.err
