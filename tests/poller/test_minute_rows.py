"""Rows of `system_metrics`, written while a poller runs."""

from pathlib import Path

import pytest

from poller.minute_rows import (
    AUTO_LIMIT,
    CATCH_UP_MINUTES,
    CATCH_UP_MS,
    LOOK_BACK_MINUTES,
    SETTLE_MS,
    MinuteRows,
    is_on,
    newest_due,
)
from storage.database import Database
from storage.errors import DatabaseUnavailableError
from storage.host import Host, NewHost
from storage.hosts import add_host, edit_host
from storage.plain_sql import describe_metrics, stored_moments
from storage.settings import write_setting
from storage.utc import iso_utc
from tests.recorded import cpu, key, record, visit

MINUTE_MS = 60_000
START = 1_790_000_040_000
"""A full minute."""


@pytest.fixture
def host(database: Database) -> Host:
    return add(database, "db1")


def add(database: Database, name: str, **more: object) -> Host:
    with database.writing() as connection:
        return add_host(connection, NewHost(name=name, address=name, **more), 0)  # type: ignore[arg-type]


def read(database: Database, host: Host, *minutes: int) -> None:
    """Two readings in each minute after the start."""
    for minute in minutes:
        for second in (10, 40):
            ts = START + minute * MINUTE_MS + second * 1000
            busy = minute * 60.0 + second
            record(database, visit(host.id, ts, {**cpu(user=busy / 4, idle=busy * 3 / 4), key("load1"): 0.5}))


def after(minute: int) -> int:
    """When the row of a minute after the start is due."""
    return START + (minute + 1) * MINUTE_MS + SETTLE_MS


def stored(database: Database) -> list[tuple[str, int]]:
    """Names and minutes after the start, in order."""
    minutes = {iso_utc(START + minute * MINUTE_MS): minute for minute in range(-10, 200)}
    with database.reading() as connection:
        return sorted((name, minutes[timestamp]) for name, timestamp in stored_moments(connection, 0, 2**42))


def test_a_minute_is_written_when_it_is_over_and_settled(database: Database, host: Host) -> None:
    read(database, host, 0)
    rows = MinuteRows(database)
    assert rows.step(after(0) - 1) == 0
    assert rows.step(after(0)) == 1
    assert rows.step(after(0) + 20_000) == 0
    assert stored(database) == [("db1", 0)]


def test_every_host_that_was_read_has_a_row_and_no_other(database: Database, host: Host) -> None:
    other = add(database, "web1", interval_s=30.0)
    add(database, "web2")
    read(database, host, 0)
    read(database, other, 0)
    assert MinuteRows(database).step(after(0)) == 2
    assert stored(database) == [("db1", 0), ("web1", 0)]


def test_a_poller_that_starts_anew_writes_nothing_twice(database: Database, host: Host) -> None:
    read(database, host, 0, 1)
    assert MinuteRows(database).step(after(1)) == 2
    assert MinuteRows(database).step(after(1)) == 0
    assert stored(database) == [("db1", 0), ("db1", 1)]


def test_two_pollers_write_each_row_once(database: Database, host: Host) -> None:
    first, second = MinuteRows(database), MinuteRows(database)
    read(database, host, 0)
    assert [first.step(after(0)), second.step(after(0))] == [1, 0]
    read(database, host, 1)
    assert [second.step(after(1)), first.step(after(1))] == [1, 0]
    assert stored(database) == [("db1", 0), ("db1", 1)]


def test_it_is_the_same_on_a_server(postgresql_database: Database) -> None:
    rows = MinuteRows(postgresql_database)
    host = add(postgresql_database, "o'brien🚀")
    read(postgresql_database, host, 0, 1)
    assert [rows.step(after(0)), rows.step(after(1)), MinuteRows(postgresql_database).step(after(1))] == [1, 1, 0]
    assert stored(postgresql_database) == [(host.name, 0), (host.name, 1)]


def test_a_start_catches_up_an_hour_and_no_more(database: Database, host: Host) -> None:
    read(database, host, 0, 1, CATCH_UP_MINUTES, CATCH_UP_MINUTES + 1)
    MinuteRows(database).step(after(CATCH_UP_MINUTES + 1))
    assert [minute for _, minute in stored(database)] == [CATCH_UP_MINUTES, CATCH_UP_MINUTES + 1]
    MinuteRows(database).step(after(CATCH_UP_MINUTES))
    assert [minute for _, minute in stored(database)] == [1, CATCH_UP_MINUTES, CATCH_UP_MINUTES + 1]


def test_lines_that_come_some_minutes_late_still_get_their_row(database: Database, host: Host) -> None:
    rows = MinuteRows(database)
    settled = CATCH_UP_MS // MINUTE_MS
    rows.step(after(0))
    rows.step(after(settled + LOOK_BACK_MINUTES))
    read(database, host, settled + 1, settled + 2, settled + LOOK_BACK_MINUTES + 1)
    assert rows.step(after(settled + LOOK_BACK_MINUTES + 1)) == 2
    assert [minute for _, minute in stored(database)] == [settled + 2, settled + LOOK_BACK_MINUTES + 1]


def test_a_new_name_does_not_write_the_past_once_more(database: Database, host: Host) -> None:
    rows = MinuteRows(database)
    read(database, host, 0)
    rows.step(after(0))
    with database.writing() as connection:
        edit_host(connection, "db1", {"name": "db9"})
    read(database, host, 1)
    assert rows.step(after(1)) == 1
    assert stored(database) == [("db1", 0), ("db9", 1)]


@pytest.mark.parametrize(("setting", "written"), [("auto", 1), ("on", 1), ("off", 0)])
def test_nothing_is_written_where_it_is_switched_off(
    database: Database, host: Host, setting: str, written: int
) -> None:
    with database.writing() as connection:
        write_setting(connection, "system_metrics", setting)
    read(database, host, 0)
    assert MinuteRows(database).step(after(0)) == written


def test_auto_is_on_up_to_a_number_of_hosts_that_are_polled(database: Database) -> None:
    polled = add(database, "polled")
    disabled = add(database, "disabled", enabled=False)
    assert is_on("auto", [polled] * AUTO_LIMIT + [disabled])
    assert not is_on("auto", [polled] * (AUTO_LIMIT + 1))
    assert is_on("on", [polled] * (AUTO_LIMIT + 1))
    assert not is_on("off", [])


def test_what_was_switched_on_again_catches_up(database: Database, host: Host) -> None:
    rows = MinuteRows(database)
    with database.writing() as connection:
        write_setting(connection, "system_metrics", "off")
    read(database, host, 0, 1)
    assert rows.step(after(0)) == 0
    with database.writing() as connection:
        write_setting(connection, "system_metrics", "auto")
    assert rows.step(after(1)) == 2


def test_a_database_that_was_away_is_caught_up(database: Database, host: Host) -> None:
    path = Path(database.url.removeprefix("sqlite:///"))
    rows = MinuteRows(database)
    read(database, host, 0)
    rows.step(after(0))
    read(database, host, *range(1, 30))
    away = path.rename(path.with_name("away.db"))
    for minute in (10, 20):
        with pytest.raises(DatabaseUnavailableError):
            rows.step(after(minute))
    away.rename(path)
    assert rows.step(after(29)) == 29
    assert [minute for _, minute in stored(database)] == list(range(30))


def test_old_rows_are_deleted_also_where_no_new_ones_are_written(database: Database, host: Host) -> None:
    rows = MinuteRows(database)
    with database.writing() as connection:
        write_setting(connection, "retention_system_metrics_s", 3_600)
    read(database, host, 0, 1)
    rows.step(after(1))
    with database.writing() as connection:
        write_setting(connection, "system_metrics", "off")
    rows.step(START + MINUTE_MS + 3_600_000)
    assert stored(database) == [("db1", 1)]
    rows.step(after(120))
    with database.reading() as connection:
        assert describe_metrics(connection)[0] == 0


def test_the_newest_minute_that_is_due_is_a_whole_one() -> None:
    assert newest_due(START + SETTLE_MS) == START - MINUTE_MS
    assert newest_due(START + SETTLE_MS - 1) == START - 2 * MINUTE_MS
