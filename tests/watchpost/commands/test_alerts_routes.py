"""`watchpost alerts routes` and `watchpost alerts explain`."""

import pytest

from alerts.rules.seeding import seed_default_rules
from storage.database import Database
from storage.utc import now_ms
from tests.command_line import CommandLine
from tests.fired_alerts import fires, keeper, receiver
from tests.watchpost.made_checks import hosts


@pytest.fixture
def firing(database: Database) -> Database:
    """A host of the web with an alert, one of the databases, and two to be told."""
    first = hosts(database, "web1", group="web")[0]
    hosts(database, "db1", group="db")
    fires(database, first, now_ms() - 60_000)
    keyring = keeper()
    for name in ("mail", "pager"):
        receiver(database, keyring, name, "http://127.0.0.1:9/")
    seed_default_rules(database, now_ms=1)
    return database


def places(cli: CommandLine, database: Database) -> list[str]:
    return [each["name"] for each in cli("alerts", "routes", "list", "--json", "--db", database.url).json["routes"]]


def test_the_list_of_receivers_says_of_what_each_is_told(cli: CommandLine, firing: Database) -> None:
    def told() -> dict[str, str]:
        lines = cli("alerts", "receivers", "list", "--db", firing.url).out.splitlines()[1:]
        return {line.split()[0]: line.split("keyring)")[1].strip() for line in lines}

    assert told() == {"mail": "every alert", "pager": "every alert"}
    cli("alerts", "routes", "add", "all", "--to", "mail", "--db", firing.url)
    assert told() == {"mail": "all", "pager": "none: told of nothing"}


def test_routes_are_kept_in_their_order(cli: CommandLine, firing: Database) -> None:
    first = cli("alerts", "routes", "add", "all", "--to", "mail", "--db", firing.url)
    assert first.out == "Route 1, “all”, leads to mail.\n"
    assert "until now everybody" in first.err
    cli("alerts", "routes", "add", "db", "--group", "db", "--to", "pager", "--place", "1", "--db", firing.url)
    cli("alerts", "routes", "add", "night", "--hours", "22:00-06:00", "--to", "pager", "--db", firing.url)
    assert places(cli, firing) == ["db", "all", "night"]
    assert cli("alerts", "routes", "move", "night", "1", "--db", firing.url).status == 0
    assert places(cli, firing) == ["night", "db", "all"]
    assert cli("alerts", "routes", "remove", "db", "--db", firing.url).status == 1
    cli("alerts", "routes", "remove", "db", "--yes", "--db", firing.url)
    assert places(cli, firing) == ["night", "all"]


def test_a_route_is_kept_as_it_was_said_and_edits_change_what_they_name(cli: CommandLine, firing: Database) -> None:
    said = ("--hours", "Mon-Fri 09:00-18:00", "--zone", "Asia/Seoul", "--lowest", "critical", "--go-on")
    paces = ("--wait", "30s", "--repeat", "2h", "--escalate", "15m:pager", "--group-by", "host")
    added = cli("alerts", "routes", "add", "day", "--to", "mail", *said, *paces, "--json", "--db", firing.url)
    route = added.json["route"]
    assert route["hours"] == {"weekdays": [0, 1, 2, 3, 4], "start": "09:00", "end": "18:00", "time_zone": "Asia/Seoul"}
    assert (route["lowest"], route["go_on"], route["group_by"]) == ("critical", True, ["host"])
    assert (route["timing"]["group_wait_s"], route["timing"]["repeat_interval_s"]) == (30, 7200)
    assert route["escalation"] == [{"after_s": 900, "receivers": ["pager"], "lowest": "critical"}]
    edited = cli(
        "alerts", "routes", "edit", "day", "--hours", "", "--wait", "1m", "--disable", "--json", "--db", firing.url
    )
    changed = edited.json["route"]
    assert (changed["hours"], changed["enabled"], changed["timing"]["group_wait_s"]) == (None, False, 60)
    assert (changed["lowest"], changed["timing"]["repeat_interval_s"]) == ("critical", 7200)
    shown = cli("alerts", "routes", "list", "--db", firing.url).out
    assert "15m:pager" in shown
    assert shown.rstrip().endswith("off")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "leads to somebody"),
        (("--to", "male"), "“mail”"),
        (("--to", "mail", "--hours", "noon"), "are no hours"),
        (("--to", "mail", "--hours", "25:00-26:00"), "names an hour"),
        (("--to", "mail", "--hours", "Sat-Sun", "--zone", "Mars"), "no time zone"),
        (("--to", "mail", "--lowest", "bad"), "no severity"),
        (("--to", "mail", "--escalate", "15m"), "names nobody"),
        (("--to", "mail", "--escalate", "15m:nobody"), "no receiver"),
        (("--to", "mail", "--wait", "x"), "no span"),
    ],
    ids=["nobody", "unknown", "hours", "hour", "zone", "severity", "rung", "rung's receiver", "span"],
)
def test_what_makes_no_sense_is_refused(
    cli: CommandLine, firing: Database, options: tuple[str, ...], said: str
) -> None:
    refused = cli("alerts", "routes", "add", "x", *options, "--db", firing.url)
    assert refused.status == 1
    assert said in refused.err
    assert places(cli, firing) == []


def test_it_is_explained_who_is_told_and_by_which_route(cli: CommandLine, firing: Database) -> None:
    cli("alerts", "routes", "add", "db", "--group", "db", "--to", "pager", "--db", firing.url)
    cli("alerts", "routes", "add", "all", "--to", "mail", "--escalate", "15m:pager", "--db", firing.url)
    told = cli("alerts", "explain", "1", "--db", firing.url)
    assert told.status == 0
    assert '“db” is about group="db"' in told.out
    assert "“all” takes it: mail; waits 10s, then at most every 5m; if nobody acknowledges: 15m:pager" in told.out
    assert "to be told now: mail" in told.out


def test_one_that_is_made_up_is_explained_as_if_it_fired(cli: CommandLine, firing: Database) -> None:
    cli(
        "alerts",
        "routes",
        "add",
        "night",
        "--hours",
        "22:00-06:00",
        "--zone",
        "UTC",
        "--to",
        "mail",
        "--db",
        firing.url,
    )
    rule = cli("alerts", "rules", "list", "--json", "--db", firing.url).json["rules"][0]["name"]
    made = ("alerts", "explain", "--host", "db1", "--rule", rule, "--json", "--db", firing.url)
    by_night = cli(*made, "--at", "2027-01-01T23:00Z").json
    assert (by_night["outcome"]["standing"], by_night["outcome"]["receivers"]) == ("waits", ["mail"])
    by_day = cli(*made, "--at", "2027-01-01T12:00Z").json
    assert by_day["outcome"]["standing"] == "no_route"
    assert "is for other hours" in by_day["stages"][3]["text"]


def test_what_keeps_it_quiet_is_where_the_explanation_ends(cli: CommandLine, firing: Database) -> None:
    cli("alerts", "silence", "add", "--host", "web1", "--for", "2h", "--db", firing.url)
    stages = cli("alerts", "explain", "1", "--json", "--db", firing.url).json["stages"]
    assert [each["stage"] for each in stages if each["ends"]] == ["silences"]
    assert "route" not in [each["stage"] for each in stages]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Which alert?"),
        (("--host", "web1"), "Which alert?"),
        (("77",), "no alert 77"),
        (("--host", "web1", "--rule", "Nope"), "no rule “Nope”"),
        (("--host", "web9", "--rule", "x"), "“web1”"),
    ],
    ids=["nothing", "half", "unknown", "rule", "host"],
)
def test_an_alert_that_is_not_there_is_not_explained(
    cli: CommandLine, firing: Database, words: tuple[str, ...], said: str
) -> None:
    refused = cli("alerts", "explain", *words, "--db", firing.url)
    assert refused.status == 1
    assert said in refused.err
