"""`watchpost alerts rules threshold`."""

import pytest

from alerts.rules.rulebook import read_rulebook
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host, find_host
from tests.command_line import CommandLine, Outcome
from tests.watchpost.kept_rules import CPU, keep


@pytest.fixture(autouse=True)
def _kept(database: Database) -> None:
    keep(database, CPU)
    with database.writing() as connection:
        add_host(connection, NewHost(name="db1", address="db1", group="Postgres", tags=("Seoul",)), 0)
        add_host(connection, NewHost(name="web1", address="web1"), 0)


def threshold(cli: CommandLine, database: Database, *options: str) -> Outcome:
    return cli("alerts", "rules", "threshold", "CPU", *options, "--db", database.url)


def holding(database: Database, name: str) -> list[tuple[str, float | None, float]]:
    with database.reading() as connection:
        applied = read_rulebook(connection).for_host(find_host(connection, name))
    return [(each.owner, each.warning.limit if each.warning else None, each.hold_s) for each in applied]


@pytest.mark.parametrize("place", [("--host", "db1"), ("--tag", "Seoul"), ("--group", "Postgres")])
def test_it_holds_there_and_nowhere_else(cli: CommandLine, database: Database, place: tuple[str, str]) -> None:
    told = threshold(cli, database, *place, "--warning", "85:82", "--for", "10m")
    assert told.status == 0, told.err
    assert f"{place[0][2:]} {place[1]}: warning > 85 %, well at <= 82 %, for 10m" in told.out
    assert holding(database, "db1") == [("", 85, 600)]
    assert holding(database, "web1") == [("", 80, 300)]


def test_a_rule_can_be_off_somewhere(cli: CommandLine, database: Database) -> None:
    assert threshold(cli, database, "--group", "Postgres", "--off").status == 0
    assert (holding(database, "db1"), holding(database, "web1")) == ([], [("", 80, 300)])


def test_a_users_own_come_besides(cli: CommandLine, database: Database) -> None:
    assert threshold(cli, database, "--user", "anna", "--warning", "60").status == 0
    assert holding(database, "web1") == [("", 80, 300), ("anna", 60, 300)]


def test_what_was_said_before_is_replaced_and_can_be_taken_back(cli: CommandLine, database: Database) -> None:
    threshold(cli, database, "--host", "db1", "--warning", "85")
    threshold(cli, database, "--host", "db1", "--for", "1m")
    assert holding(database, "db1") == [("", 80, 60)]
    assert "the same everywhere" in threshold(cli, database, "--host", "db1", "--own").out
    assert holding(database, "db1") == [("", 80, 300)]
    again = threshold(cli, database, "--host", "db1", "--own")
    assert again.status == 1
    assert "already" in again.err


def test_without_a_place_all_are_listed(cli: CommandLine, database: Database) -> None:
    threshold(cli, database, "--host", "db1", "--critical", "none")
    listed = threshold(cli, database, "--json").json
    assert listed == {"rule": "CPU", "otherwise": [{"scope": "host", "target": "db1", "off": False, "critical": None}]}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--warning", "85"), "For whom?"),
        (("--own",), "For whom?"),
        (("--host", "db1", "--tag", "Seoul", "--off"), "For whom?"),
        (("--host", "db1"), "Nothing would be otherwise"),
        (("--host", "db1", "--own", "--off"), "--own goes with no level"),
        (("--host", "db1", "--off", "--for", "1m"), "off it has no levels"),
        (("--host", "db1", "--warning", "95"), "wrong way round"),
        (("--host", "db1", "--warning", "none", "--critical", "none"), "neither a warning nor a critical"),
        (("--host", "db1", "--for", "30d"), "30 d"),
        (("--host", "db2", "--off"), "“db2”"),
        (("--group", "Postgre", "--off"), "Did you mean “Postgres”?"),
        (("--tag", "Soul", "--off"), "Did you mean “Seoul”?"),
        (("--user", "", "--warning", "60"), "The name of a user"),
        (("--user", "anna", "--off"), "off for one user"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    cli: CommandLine, database: Database, options: tuple[str, ...], said: str
) -> None:
    told = threshold(cli, database, *options)
    assert told.status == 1
    assert said in told.err
    assert holding(database, "db1") == [("", 80, 300)]


def test_levels_of_a_group_that_is_no_more_can_be_taken_away(cli: CommandLine, database: Database) -> None:
    threshold(cli, database, "--group", "Postgres", "--off")
    threshold(cli, database, "--tag", "Seoul", "--off")
    assert cli("hosts", "edit", "db1", "--group", "", "--tag", "", "--db", database.url).status == 0
    assert threshold(cli, database, "--group", "Postgres", "--own").status == 0
    assert threshold(cli, database, "--tag", "Seoul", "--own").status == 0
