"""`watchpost db plain-sql`."""

import pytest

from poller.minute_rows import AUTO_LIMIT
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_hosts
from storage.plain_sql import SystemMetrics, store_system_metrics
from storage.settings import read_setting
from storage.utc import now_ms
from tests.command_line import CommandLine


def test_by_default_it_is_on_for_few_hosts(cli: CommandLine, database: Database) -> None:
    told = cli("db", "plain-sql", "--db", database.url)
    assert "set to auto: a row a minute and a host" in told.out
    assert "Rows are kept for 7 d; there are 0." in told.out


def test_for_many_hosts_it_is_off_unless_switched_on(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        add_hosts(connection, [NewHost(name=f"h{n}", address="x") for n in range(AUTO_LIMIT + 1)], 0)
    assert "set to auto: no rows are written" in cli("db", "plain-sql", "--db", database.url).out
    assert "set to on: a row a minute" in cli("db", "plain-sql", "on", "--db", database.url).out


def test_choice_and_retention_are_kept(cli: CommandLine, database: Database) -> None:
    told = cli("db", "plain-sql", "off", "--keep", "90d", "--json", "--db", database.url)
    expected = {"system_metrics": "off", "on": False, "retention_s": 7_776_000.0, "rows": 0}
    assert told.json == {**expected, "oldest": None, "newest": None}
    with database.reading() as connection:
        assert read_setting(connection, "system_metrics") == "off"
        assert read_setting(connection, "retention_system_metrics_s") == 7_776_000


def test_it_tells_what_there_is(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        store_system_metrics(connection, SystemMetrics(ts=0, hostname="a"))
    told = cli("db", "plain-sql", "--json", "--db", database.url).json
    assert (told["rows"], told["oldest"], told["newest"]) == (1, "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z")
    assert "oldest is of 1970-01-01" in cli("db", "plain-sql", "--db", database.url).out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [(("maybe",), 2, "maybe"), (("--keep", "5m"), 1, "From 1h"), (("--keep", "x"), 1, "7d")],
    ids=["choice", "short", "no span"],
)
def test_what_cannot_be_set_is_refused(
    cli: CommandLine, database: Database, arguments: tuple[str, ...], status: int, said: str
) -> None:
    told = cli("db", "plain-sql", *arguments, "--db", database.url)
    assert told.status == status
    assert said in told.err


def test_rows_that_are_there_are_not_deleted_without_a_word(cli: CommandLine, database: Database) -> None:
    with database.writing() as connection:
        store_system_metrics(connection, SystemMetrics(ts=now_ms() - 3 * 86_400_000, hostname="db1"))
    told = cli("db", "plain-sql", "--keep", "2d", "--db", database.url)
    assert told.status == 1
    assert "deletes the rows of system_metrics before" in told.err
    assert cli("db", "plain-sql", "--keep", "5d", "--db", database.url).status == 0
    assert "kept for 2 d" in cli("db", "plain-sql", "--keep", "2d", "--yes", "--db", database.url).out
