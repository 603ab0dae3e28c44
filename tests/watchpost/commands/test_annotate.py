"""`watchpost annotate`."""

import time

import pytest

from storage.annotations import list_annotations
from storage.database import Database
from storage.settings import write_setting
from tests.command_line import CommandLine
from tests.watchpost.made_checks import hosts


def test_without_more_it_is_about_everything_and_now(cli: CommandLine, database: Database) -> None:
    before = time.time_ns() // 1_000_000
    told = cli("annotate", "deploy 1.2", "--db", database.url)
    after = time.time_ns() // 1_000_000
    assert told.status == 0
    with database.reading() as connection:
        (kept,) = list_annotations(connection)
    assert told.out.startswith(f"Annotation {kept.id} about everything, ")
    assert before <= kept.start_ts == kept.end_ts == kept.created_at <= after
    assert (kept.text, kept.host_ids, kept.groups) == ("deploy 1.2", (), ())


def test_it_may_be_about_hosts_and_groups_and_a_span(cli: CommandLine, database: Database) -> None:
    hosts(database, "db1", "db2")
    hosts(database, "web1", group="web")
    span = ("--from", "2026-03-01T12:00Z", "--to", "2026-03-01T12:30Z")
    scope = ("--host", "db2", "--host", "db1", "--group", "web")
    told = cli("annotate", "move", *span, *scope, "--author", "Jo", "--json", "--db", database.url)
    noted = told.json["annotation"]
    assert noted.pop("created")
    assert noted.pop("id") == 1
    assert noted == {
        "text": "move",
        "from": "2026-03-01T12:00:00.000Z",
        "to": "2026-03-01T12:30:00.000Z",
        "hosts": ["db2", "db1"],
        "groups": ["web"],
        "about_everything": False,
        "author": "Jo",
    }


def test_times_are_in_the_zone_that_is_set(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        write_setting(connection, "time_zone", "Asia/Seoul")
    told = cli("annotate", "x", "--at", "2026-03-01T12:00", "--db", database.url)
    assert "2026-03-01 12:00:00." in told.out
    with database.reading() as connection:
        assert list_annotations(connection)[0].start_ts == 1_772_334_000_000


def test_a_maintenance_may_be_planned(cli: CommandLine, database: Database) -> None:
    span = ("--from", "2999-01-01T00:00Z", "--to", "2999-01-01T06:00Z")
    assert cli("annotate", "x", *span, "--db", database.url).status == 0


def test_a_hostile_text_is_shown_harmless(cli: CommandLine, database: Database) -> None:
    told = cli("annotate", "a\x1b]0;b\x07\nc", "--db", database.url)
    assert told.status == 0
    shown = cli("annotations", "list", "--db", database.url).out
    assert "a\ufffd]0;b\ufffd c" in shown
    assert "\x1b" not in told.out + shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "needs a text"),
        (("x" * 1001,), "1001 characters"),
        (("x", "--host", "db2"), "“db1”"),
        (("x", "--group", "wep"), "“web”"),
        (("x", "--group", "a,b"), "comma"),
        (("x", "--at", "yesterday"), "is not a time"),
        (("x", "--at", "-1h", "--from", "-2h"), "Give --at, or --from"),
        (("x", "--to", "now"), "--from as well"),
        (("x", "--from", "now", "--to", "-1h"), "ends before it starts"),
        (("x", "--author", "x" * 300), "255"),
    ],
    ids=["empty", "long", "host", "group", "comma", "time", "both", "end alone", "backwards", "author"],
)
def test_what_cannot_be_noted_is_refused_with_the_reason(
    cli: CommandLine, database: Database, arguments: tuple[str, ...], said: str
) -> None:
    hosts(database, "db1", group="web")
    refused = cli("annotate", *arguments, "--db", database.url)
    assert refused.status == 1
    assert said in refused.err
    assert refused.out == ""
    with database.reading() as connection:
        assert list_annotations(connection) == []


def test_without_a_database_it_says_so(cli: CommandLine) -> None:
    assert "There is no database" in cli("annotate", "x").err
