import pytest

from storage.check import Check, CheckKind
from storage.checks import EVERY_HOST, Scope
from storage.database import Database
from tests.command_line import CommandLine
from tests.recorded import key
from tests.watchpost.made_checks import WEB, answer, check, hosts, web


@pytest.fixture(autouse=True)
def fleet(database: Database) -> list[int]:
    """Two hosts, of which one has a check of its own in place of everybody's."""
    made = hosts(database, "db1", "db2", group="Postgres")
    check(database, WEB, EVERY_HOST)
    check(database, Check("web", CheckKind.TCP, "127.0.0.1:80"), Scope(host="db2"))
    return made


def test_answers_stand_beside_what_is_asked(cli: CommandLine, database: Database, fleet: list[int]) -> None:
    answer(database, fleet[0], web(0.0, http_status=503.0))
    answer(database, fleet[1], web(1.0, seconds=0.002))
    told = cli("checks", "list", "--db", database.url)
    everyones, own = told.out.splitlines()[1:]
    assert everyones.split() == ["web", "http", "http://127.0.0.1/", "every", "host", "down,", "HTTP", "503"]
    assert own.split() == ["web", "tcp", "127.0.0.1:80", "the", "host", "“db2”", "up,", "2.0", "ms"]
    assert "No poller is running" in told.err


def test_one_host_may_be_chosen(cli: CommandLine, database: Database, fleet: list[int]) -> None:
    (asked,) = cli("checks", "list", "--host", "db2", "--json", "--db", database.url).json["checks"]
    assert (asked["kind"], asked["host"], asked["group"]) == ("tcp", "db2", None)
    (only,) = asked["answers"]
    assert (only["host"], only["up"], only["numbers"]) == ("db2", None, {})
    assert cli("checks", "list", "--host", "db9", "--db", database.url).status == 1


def test_an_old_answer_is_none(cli: CommandLine, database: Database, fleet: list[int]) -> None:
    answer(database, fleet[1], web(1.0), age_ms=91_000)
    assert "no answer yet" in cli("checks", "list", "--host", "db2", "--db", database.url).out


def test_the_page_of_a_host_has_its_checks_and_what_else_it_measures(
    cli: CommandLine, database: Database, fleet: list[int]
) -> None:
    answer(database, fleet[0], web(1.0, seconds=0.004), {key("unit_failed", unit="backup.service"): 1.0})
    told = cli("hosts", "show", "db1", "--db", database.url).out
    assert "web: up, 4.0 ms" in told
    assert "backup.service" in told
    (asked,) = cli("hosts", "show", "db1", "--json", "--db", database.url).json["checks"]
    assert (asked["name"], asked["target"], asked["up"]) == ("web", "http://127.0.0.1/", True)


def test_where_nothing_is_asked_it_is_said_how_to(cli: CommandLine, database: Database) -> None:
    for options in ((), ("--host", "db2")):
        assert cli("checks", "remove", "web", *options, "--yes", "--db", database.url).status == 0
    told = cli("checks", "list", "--db", database.url)
    assert (told.status, told.out) == (0, "")
    assert "watchpost checks add" in told.err
