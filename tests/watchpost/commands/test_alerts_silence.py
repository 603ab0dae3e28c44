"""`watchpost alerts silence` and `watchpost alerts windows`."""

import pytest

from storage.alerting.silence_rows import list_silences
from storage.alerting.window_rows import list_windows
from storage.database import Database
from storage.utc import now_ms
from tests.command_line import CommandLine
from tests.fired_alerts import fires, keeper, receiver
from tests.watchpost.made_checks import hosts


@pytest.fixture
def firing(database: Database) -> Database:
    """Four hosts, one of which has an alert, and somebody to be told."""
    first = hosts(database, "web1", "web2", group="web")[0]
    hosts(database, "db1", "db2", group="db")
    fires(database, first, now_ms() - 60_000)
    receiver(database, keeper(), "mail", "http://127.0.0.1:9/")
    return database


def test_it_says_how_much_it_covers_and_what_it_covers_is_quiet(cli: CommandLine, firing: Database) -> None:
    told = cli("alerts", "silence", "add", "--host", "web1", "--for", "2h", "--why", "move", "--db", firing.url)
    assert told.status == 0
    assert 'Silence 1 about host="web1", from ' in told.out
    assert "It covers 1 of 4 hosts, and 1 alert of those that fire now." in told.out
    assert "silenced by 1 until" in cli("alerts", "list", "--db", firing.url).out
    listed = cli("alerts", "silence", "list", "--db", firing.url).out
    assert 'host="web1"' in listed
    assert "move" in listed


def test_it_ends_now_and_stays_in_the_list_of_those_that_are_over(cli: CommandLine, firing: Database) -> None:
    cli("alerts", "silence", "add", "--host", "web1", "--for", "2h", "--db", firing.url)
    assert cli("alerts", "silence", "remove", "1", "--db", firing.url).status == 0
    assert "silenced" not in cli("alerts", "list", "--db", firing.url).out
    assert cli("alerts", "silence", "list", "--json", "--db", firing.url).json["silences"] == []
    assert len(cli("alerts", "silence", "list", "--ended", "--json", "--db", firing.url).json["silences"]) == 1
    again = cli("alerts", "silence", "remove", "1", "--db", firing.url)
    assert (again.status, "over already" in again.err) == (1, True)


def test_what_covers_most_hosts_needs_a_word(cli: CommandLine, firing: Database) -> None:
    refused = cli("alerts", "silence", "add", "--match", "host=~.*", "--for", "2h", "--db", firing.url)
    assert refused.status == 1
    assert "would cover 4 of 4 hosts" in refused.err
    with firing.reading() as connection:
        assert list_silences(connection) == []
    agreed = cli(
        "alerts", "silence", "add", "--match", "host=~.*", "--for", "2h", "--yes", "--json", "--db", firing.url
    )
    assert (agreed.json["hosts"], agreed.json["alerts"]) == (4, 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--host", "web1"), "A silence ends"),
        (("--host", "web1", "--for", "2h", "--to", "2099-01-01"), "A silence ends"),
        (("--host", "web1", "--to", "2020-01-01T00:00Z"), "before it begins"),
        (("--host", "web1", "--for", "2y"), "cannot be used"),
        (("--match", "host=~(", "--for", "2h"), "no regular expression"),
        (("--match", "host", "--for", "2h"), "no condition"),
    ],
    ids=["no end", "two ends", "past", "two years", "pattern", "no condition"],
)
def test_what_makes_no_sense_is_refused_before_it_is_kept(
    cli: CommandLine, firing: Database, options: tuple[str, ...], said: str
) -> None:
    refused = cli("alerts", "silence", "add", *options, "--db", firing.url)
    assert refused.status == 1
    assert said in refused.err
    with firing.reading() as connection:
        assert list_silences(connection) == []


def test_a_window_says_when_it_will_be_next(cli: CommandLine, firing: Database) -> None:
    start = ("--start", "2026-03-01T02:30", "--every", "FREQ=WEEKLY;BYDAY=SU", "--zone", "Europe/Berlin")
    told = cli(
        "alerts", "windows", "add", "backup", *start, "--for", "2h", "--host", "db1", "--json", "--db", firing.url
    )
    assert told.status == 0
    assert len(told.json["window"]["next"]) == 3
    assert all(moment.endswith(("00:30:00.000Z", "01:30:00.000Z")) for moment in told.json["window"]["next"])
    shown = cli("alerts", "windows", "list", "--db", firing.url).out
    assert "FREQ=WEEKLY;BYDAY=SU (Europe/Berlin)" in shown
    # By the clock that was named, in summer and in winter; but for the one night in which it skips that hour.
    assert shown.count(" 02:30:00") + shown.count(" 03:30:00") == 3
    assert cli("alerts", "windows", "remove", "backup", "--db", firing.url).status == 0
    assert cli("alerts", "windows", "list", "--json", "--db", firing.url).json["windows"] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--start", "soon"), "is no time"),
        (("--start", "2026-03-01T02:00Z"), "clock on the wall"),
        (("--start", "2020-03-01T02:00"), "for the last time already"),
        (("--start", "2026-03-01T02:00", "--every", "FREQ=SECONDLY"), "is not understood"),
        (("--start", "2026-03-01T02:00", "--every", "FREQ=DAILY", "--zone", "Mars/Base"), "no time zone"),
        (("--start", "2026-03-01T02:00", "--every", "FREQ=DAILY", "--for", "9d"), "cannot be used"),
        (("--start", "2026-03-01T02:00", "--every", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "is not understood"),
    ],
    ids=["time", "zone in it", "past", "every second", "zone", "nine days", "never"],
)
def test_a_window_that_makes_no_sense_is_refused(
    cli: CommandLine, firing: Database, options: tuple[str, ...], said: str
) -> None:
    refused = cli("alerts", "windows", "add", "x", *options, "--host", "db1", "--db", firing.url)
    assert refused.status == 1
    assert said in refused.err
    with firing.reading() as connection:
        assert list_windows(connection) == []
