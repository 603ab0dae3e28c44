"""`watchpost alerts list`, `history` and `ack`."""

import pytest

from storage.alerting.alert_rows import open_alerts
from storage.alerting.delivery_rows import DeliveryState, NewDelivery, Tried, log_due, log_tried, open_deliveries
from storage.database import Database
from storage.utc import now_ms
from tests.command_line import CommandLine
from tests.fired_alerts import fires, keeper, receiver
from tests.watchpost.made_checks import hosts


@pytest.fixture
def firing(database: Database) -> Database:
    """Two hosts with an alert each, and somebody to be told."""
    first, second = hosts(database, "web1", "web2", group="web")
    now = now_ms()
    fires(database, first, now - 3_600_000)
    fires(database, second, now - 60_000, rule=2)
    receiver(database, keeper(), "mail", "http://127.0.0.1:9/")
    return database


def ids(database: Database) -> list[int]:
    with database.reading() as connection:
        return [alert.id for alert in open_alerts(connection)]


def test_it_says_for_how_long_how_bad_and_who_is_to_be_told(cli: CommandLine, firing: Database) -> None:
    told = cli("alerts", "list", "--db", firing.url)
    assert told.status == 0
    first, second = (line for line in told.out.splitlines()[1:])
    assert "1 h" in first
    for word in ("critical", "web1", "Rule1", "97%", "to be told now: mail"):
        assert word in first
    assert "web2" in second
    assert "No poller" in told.err


def test_scripts_get_what_became_of_each_as_a_code(cli: CommandLine, firing: Database) -> None:
    listed = cli("alerts", "list", "--json", "--db", firing.url).json
    assert [(each["host"], each["outcome"]["standing"]) for each in listed["alerts"]] == [
        ("web1", "waits"),
        ("web2", "waits"),
    ]
    assert listed["undelivered"] == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--host", "web2"), ["web2"]),
        (("--rule", "Rule1"), ["web1"]),
        (("--group", "web"), ["web1", "web2"]),
        (("--match", "host=~web[1]"), ["web1"]),
        (("--tag", "x"), []),
    ],
    ids=["host", "rule", "group", "pattern", "tag"],
)
def test_only_those_that_were_asked_for(
    cli: CommandLine, firing: Database, options: tuple[str, ...], named: list[str]
) -> None:
    listed = cli("alerts", "list", *options, "--json", "--db", firing.url).json["alerts"]
    assert [each["host"] for each in listed] == named


def test_for_monitoring_it_ends_with_1_while_anything_fires(cli: CommandLine, firing: Database) -> None:
    assert cli("alerts", "list", "--check", "--db", firing.url).status == 1
    assert cli("alerts", "list", "--check", "--host", "none", "--db", firing.url).status == 0


def test_where_nothing_fires_and_nobody_would_be_told_it_says_so(cli: CommandLine, database: Database) -> None:
    told = cli("alerts", "list", "--db", database.url)
    assert (told.status, told.out) == (0, "")
    assert "Nothing fires." in told.err
    assert "alerts receivers add" in told.err


def test_a_receiver_that_could_not_be_told_is_named_with_its_answer(cli: CommandLine, firing: Database) -> None:
    new = NewDelivery(idempotency_key="k", receiver="mail", group_key="g", reason="first", message=b"")
    with firing.writing() as connection:
        log_due(connection, [new], 1)
        (row,) = open_deliveries(connection)
        tried = Tried(id=row.id, state=DeliveryState.RETRYING, tries=1, ts=2, next_try_at=3, answer="550 no such box")
        log_tried(connection, tried)
    told = cli("alerts", "list", "--db", firing.url)
    assert "“mail” could not be told of a message yet: 550 no such box" in told.err


def test_somebody_is_on_it_and_takes_it_back(cli: CommandLine, firing: Database) -> None:
    first, _ = ids(firing)
    done = cli("alerts", "ack", str(first), "--why", "disk is coming", "--author", "Jo", "--db", firing.url)
    assert done.out == f"Alert {first}, Rule1 on web1: Jo is on it.\n"
    shown = cli("alerts", "list", "--db", firing.url).out
    assert "Jo: disk is coming" in shown
    assert "quiet: acknowledged" in shown
    undone = cli("alerts", "ack", str(first), "--undo", "--author", "Jo", "--json", "--db", firing.url)
    assert undone.json["alerts"][0]["acknowledged_by"] is None
    steps = cli("alerts", "history", str(first), "--json", "--db", firing.url).json["transitions"]
    assert [(step["kind"], step["by"], step["comment"]) for step in steps] == [
        ("fired", None, None),
        ("acknowledged", "Jo", "disk is coming"),
        ("taken_back", "Jo", None),
    ]


def test_what_is_over_cannot_be_acknowledged_and_nothing_of_the_rest_is(cli: CommandLine, firing: Database) -> None:
    first, second = ids(firing)
    with firing.reading() as connection:
        (one,) = [alert for alert in open_alerts(connection) if alert.id == second]
    fires(firing, one.host_id, one.fired_at, rule=2, ended_at=now_ms())
    refused = cli("alerts", "ack", str(first), str(second), "--db", firing.url)
    assert refused.status == 1
    assert "is over" in refused.err
    assert cli("alerts", "list", "--json", "--db", firing.url).json["alerts"][0]["acknowledged"] is None


def test_the_history_has_what_fired_and_why_it_is_over(cli: CommandLine, firing: Database) -> None:
    with firing.reading() as connection:
        one = open_alerts(connection)[0]
    fires(firing, one.host_id, one.fired_at, ended_at=now_ms())
    told = cli("alerts", "history", "--db", firing.url)
    assert [line.split()[0] for line in told.out.splitlines()[1:]] == ["2", "1"]
    assert "well" in told.out
    assert "fires" in told.out
    over = cli("alerts", "history", "--host", "web1", "--json", "--db", firing.url).json["alerts"]
    assert [each["resolution"] for each in over] == ["well"]
    assert cli("alerts", "history", "--from", "-90s", "--to", "-80s", "--rule", "no", "--db", firing.url).out == ""


def test_a_hostile_name_is_shown_harmless(cli: CommandLine, firing: Database) -> None:
    first, _ = ids(firing)
    cli("alerts", "ack", str(first), "--why", "a\x1b]0;b\x07", "--author", "x\x1b[2J", "--db", firing.url)
    shown = cli("alerts", "list", "--db", firing.url).out + cli("alerts", "history", str(first), "--db", firing.url).out
    assert "\x1b" not in shown
