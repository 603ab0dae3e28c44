"""The newest values of every host."""

import math

import numpy as np
import pytest
from sqlalchemy import update

from storage.database import Database
from storage.errors import DatabaseCorruptError
from storage.host import NewHost
from storage.hosts import add_host, remove_host
from storage.latest import Latest, derived_values, read_latest
from storage.schema import head, process_snapshots
from storage.scrape import Cadence, Vector
from storage.series import Layout, SeriesKey
from storage.settings import write_setting
from tests.readings import POSTGRES
from tests.recorded import cpu, key, record, visit

INTERRUPTS = key("interrupts_total")
RATE = key("interrupts_per_second")
LOAD = key("load1")
NOW = 1_790_000_000_000


def latest(database: Database, since: int = 0, *, with_processes: bool = False) -> dict[int, Latest]:
    with database.reading() as connection:
        return read_latest(connection, since=since, with_processes=with_processes)


def another_host(database: Database, name: str = "db2", interval_s: float | None = None) -> int:
    with database.writing() as connection:
        return add_host(connection, NewHost(name=name, address=name, interval_s=interval_s), 0).id


def test_a_host_that_was_never_read_is_left_out(database: Database, host_id: int) -> None:
    assert latest(database) == {}


def test_gauges_are_there_and_counters_only_as_rates(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, NOW + ms, {LOAD: 1.5, INTERRUPTS: ms / 100}) for ms in (0, 5_000)))
    (found,) = latest(database).values()
    assert (found.host_id, found.ts) == (host_id, NOW + 5_000)
    assert found.values == {LOAD: 1.5, RATE: 10.0}


def test_the_newest_of_every_group_come_together(database: Database, host_id: int) -> None:
    slow = {key("boot_time_seconds"): 5.0}
    record(
        database,
        visit(host_id, NOW, {LOAD: 1.0}, {key("processes"): 200.0}, slow),
        visit(host_id, NOW + 5_000, {LOAD: 2.0}),
        visit(host_id, NOW + 10_000, {LOAD: 3.0}, {key("processes"): 201.0}),
    )
    (found,) = latest(database).values()
    assert found.ts == NOW + 10_000
    assert found.values == {LOAD: 3.0, key("processes"): 201.0, **slow}


def test_values_that_are_absent_are_left_out(database: Database, host_id: int) -> None:
    record(database, visit(host_id, NOW, {LOAD: math.nan, key("load5"): 1.0}))
    assert latest(database)[host_id].values == {key("load5"): 1.0}


def test_a_first_reading_has_no_rates(database: Database, host_id: int) -> None:
    record(database, visit(host_id, NOW, {LOAD: 1.0, INTERRUPTS: 5.0}))
    assert latest(database)[host_id].values == {LOAD: 1.0}


def test_a_reading_of_a_new_session_has_no_rates(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, NOW + ms, {INTERRUPTS: ms, LOAD: 1.0}, session_at=ms) for ms in (0, 5_000)))
    assert latest(database)[host_id].values == {LOAD: 1.0}


def test_a_disk_that_just_appeared_does_not_stop_the_others(database: Database, host_id: int) -> None:
    sda, sdb = (key("disk_reads_total", device=device) for device in ("sda", "sdb"))
    record(database, visit(host_id, NOW, {sda: 0.0}), visit(host_id, NOW + 5_000, {sdb: 7.0, sda: 50.0}))
    assert latest(database)[host_id].values == {key("disk_reads_per_second", device="sda"): 10.0}


def test_hosts_of_the_same_and_of_other_layouts_do_not_mix(database: Database, host_id: int) -> None:
    same, other = another_host(database, "same"), another_host(database, "other")
    for turn in (0, 1):
        ts = NOW + turn * 5_000
        record(
            database,
            visit(host_id, ts, {INTERRUPTS: turn * 5.0, LOAD: 1.0}),
            visit(same, ts + 1, {INTERRUPTS: turn * 50.0, LOAD: 2.0}),
            visit(other, ts, {LOAD: 3.0, INTERRUPTS: turn * 500.0}),
        )
    found = {host: dict(each.values) for host, each in latest(database).items()}
    assert found == {
        host_id: {LOAD: 1.0, RATE: 1.0},
        same: {LOAD: 2.0, RATE: 10.0},
        other: {LOAD: 3.0, RATE: 100.0},
    }


def test_what_is_older_than_asked_for_is_left_out(database: Database, host_id: int) -> None:
    stale = another_host(database)
    record(database, visit(stale, NOW - 1, {LOAD: 1.0}))
    record(database, visit(host_id, NOW - 5_000, {LOAD: 1.0, INTERRUPTS: 0.0}, {key("boot_time_seconds"): 5.0}))
    record(database, visit(host_id, NOW, {LOAD: 2.0, INTERRUPTS: 5.0}))
    found = latest(database, since=NOW)
    assert set(found) == {host_id}
    assert found[host_id].values == {LOAD: 2.0, RATE: 1.0}


def test_removed_hosts_are_left_out_unless_they_are_asked_for(database: Database, host_id: int) -> None:
    kept = another_host(database)
    record(database, visit(host_id, NOW, {LOAD: 1.0}), visit(kept, NOW, {LOAD: 2.0}))
    with database.writing() as connection:
        remove_host(connection, "db1", NOW)
    assert set(latest(database)) == {kept}
    with database.reading() as connection:
        assert set(read_latest(connection, since=0, host_ids=[host_id])) == {host_id}
        assert read_latest(connection, since=0, host_ids=[]) == {}


def test_a_host_that_is_read_rarely_has_rates_all_the_same(database: Database, host_id: int) -> None:
    rare = another_host(database, "rare", 300.0)
    for host in (host_id, rare):
        record(database, *(visit(host, NOW + ms, {INTERRUPTS: ms, LOAD: 1.0}) for ms in (0, 300_000)))
    assert [RATE in each.values for each in latest(database).values()] == [False, True]
    with database.writing() as connection:
        write_setting(connection, "interval_s", 300.0)
    assert [RATE in each.values for each in latest(database).values()] == [True, True]


def test_process_tables_come_when_they_are_asked_for(database: Database, host_id: int) -> None:
    record(
        database,
        visit(host_id, NOW, {LOAD: 1.0}, processes=()),
        visit(host_id, NOW + 10_000, {LOAD: 1.0}, processes=(POSTGRES,)),
        visit(host_id, NOW + 15_000, {LOAD: 1.0}),
    )
    assert (latest(database)[host_id].processes, latest(database)[host_id].processes_at) == ((), None)
    found = latest(database, with_processes=True)[host_id]
    assert (found.processes, found.processes_at) == ((POSTGRES,), NOW + 10_000)


def test_a_damaged_process_table_does_not_hide_the_host(database: Database, host_id: int) -> None:
    record(database, visit(host_id, NOW, {LOAD: 1.0}, processes=(POSTGRES,)))
    with database.writing() as connection:
        connection.execute(update(process_snapshots).values(rows=b"nonsense"))
    found = latest(database, with_processes=True)[host_id]
    assert (found.values, found.processes, found.processes_at) == ({LOAD: 1.0}, (), None)


def test_a_reading_that_does_not_fit_its_layout_means_a_damaged_database(database: Database, host_id: int) -> None:
    record(database, visit(host_id, NOW, {LOAD: 1.0}))
    with database.writing() as connection:
        connection.execute(update(head).values(vector=b"\0" * 16))
    with pytest.raises(DatabaseCorruptError):
        latest(database)


def vector(values: dict[SeriesKey, float]) -> Vector:
    return Vector(Cadence.FAST, Layout(tuple(values)), np.array(list(values.values())))


def test_a_vector_gives_its_gauges_and_with_the_one_before_its_rates() -> None:
    before = vector({INTERRUPTS: 0.0, LOAD: 9.0, **cpu(user=0.0, idle=0.0)})
    after = vector({LOAD: 1.0, **cpu(user=1.0, idle=3.0), INTERRUPTS: 50.0})
    assert derived_values(after, None, math.nan) == {LOAD: 1.0}
    found = derived_values(after, before, 5.0)
    assert found[RATE] == 10
    assert found[key("cpu_usage_percent")] == pytest.approx(25)
    assert derived_values(after, before, math.nan) == {LOAD: 1.0}


def test_series_that_the_catalogue_does_not_know_are_left_out() -> None:
    assert derived_values(vector({key("invented"): 1.0, LOAD: 2.0}), None, math.nan) == {LOAD: 2.0}


SERVED = key("custom_total", check="api", series="served_total")
SERVED_RATE = key("custom_per_second", check="api", series="served_total")


@pytest.mark.parametrize("pace_s", [5, 30, 300])
def test_a_counter_of_the_users_own_gives_a_rate_at_any_pace_of_checks(
    database: Database, host_id: int, pace_s: int
) -> None:
    with database.writing() as connection:
        write_setting(connection, "checks_interval_s", pace_s)
    up = key("check_up", check="api")
    # Two turns were missed.
    for ms in (0, 3_000 * pace_s):
        record(
            database,
            visit(host_id, NOW + ms, {SERVED: 5.0 + ms / 100, up: 1.0}),
            visit(host_id, NOW + ms + 1, {LOAD: 1.0}),
        )
    assert latest(database)[host_id].values == {SERVED_RATE: 10.0, up: 1.0, LOAD: 1.0}


def test_a_counter_of_the_users_own_gives_no_rate_over_a_gap(database: Database, host_id: int) -> None:
    record(database, *(visit(host_id, NOW + ms, {SERVED: ms / 100}) for ms in (0, 91_000)))
    assert latest(database)[host_id].values == {}
