"""The last hour of a fleet, kept up."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from fleet.curve_grid import BUCKET_MS
from fleet.curves import CurveKeeper, FleetCurves
from fleet.state import FleetState, read_fleet_state
from storage.database import Database
from storage.headline import headline
from storage.host import Host
from storage.latest import Latest
from storage.schema import head
from storage.series import SeriesKey
from tests.fleet.sample_fleet import GIB, Machine, record, register

NOW = 1_790_000_000_000 // BUCKET_MS * BUCKET_MS + 10_000
MINUTES = 60_000


@pytest.fixture
def hosts(database: Database) -> dict[str, Host]:
    """Two hosts with a past of ten minutes and of five."""
    found = register(database, ["db1", "web1"], now_ms=NOW)
    record(database, Machine(name="db1", cpu=30), found["db1"], start=NOW - 10 * MINUTES, end=NOW)
    record(database, Machine(name="web1", cpu=50), found["web1"], start=NOW - 5 * MINUTES, end=NOW)
    return found


def follow(keeper: CurveKeeper, database: Database, now_ms: int = NOW) -> FleetCurves:
    """One look."""
    with database.reading() as connection:
        return keeper.follow(connection, read_fleet_state(connection, now_ms), now_ms)


def follow_state(keeper: CurveKeeper, database: Database, state: FleetState, now_ms: int = NOW) -> FleetCurves:
    """One look at a state that was made up."""
    with database.reading() as connection:
        return keeper.follow(connection, state, now_ms)


def state_of(database: Database, now_ms: int = NOW) -> FleetState:
    """What the database says."""
    with database.reading() as connection:
        return read_fleet_state(connection, now_ms)


def later(state: FleetState, host: Host, ts: int, cpu: float) -> FleetState:
    """The same, with a newer reading of one host."""
    values = {SeriesKey("cpu_usage_percent"): cpu, SeriesKey("memory_used_bytes"): GIB}
    return replace(state, latest={**state.latest, host.id: Latest(host.id, ts, values)})


def ticking(step: float) -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += step


def test_the_past_of_every_host_is_there_with_the_first_look(database: Database, hosts: dict[str, Host]) -> None:
    curves = follow(CurveKeeper(), database)
    db1, web1 = (curves.cpu[hosts[name].id] for name in ("db1", "web1"))
    assert len(db1.ts) == 21
    assert len(web1.ts) == 11
    assert db1.values.tolist() == [pytest.approx(30, abs=0.5)] * 21
    assert curves.missing == 0


def test_the_fleet_has_its_own_curves(database: Database, hosts: dict[str, Host]) -> None:
    curves = follow(CurveKeeper(), database)
    assert curves.average_cpu.values[0] == pytest.approx(30, abs=0.5)
    assert curves.average_cpu.values[-1] == pytest.approx(40, abs=0.5)
    assert curves.memory_used_bytes.values[-1] == pytest.approx(2 * 0.4 * 64 * GIB)
    assert curves.network_bytes_per_second.values[-1] == pytest.approx(2 * 12.1e6)
    assert curves.fullest_disk_percent.values[-1] == pytest.approx(48)


def test_the_newest_reading_is_added_once_and_the_old_points_stay_as_they_are(
    database: Database, hosts: dict[str, Host]
) -> None:
    keeper, state, host = CurveKeeper(), state_of(database), hosts["db1"]
    before = follow_state(keeper, database, state)
    kept = before.cpu[host.id].values.tolist()
    newer = later(state, host, NOW + 2 * BUCKET_MS, 90)
    for _ in range(2):
        after = follow_state(keeper, database, newer, NOW + 2 * BUCKET_MS)
    assert before.cpu[host.id].values.tolist() == kept
    assert after.cpu[host.id].values.tolist()[-2:] == [pytest.approx(30, abs=0.5), 90]
    assert after.cpu[host.id].ts[-1] - after.cpu[host.id].ts[-2] == 2 * BUCKET_MS


def test_a_curve_that_has_not_changed_is_the_same_object(database: Database, hosts: dict[str, Host]) -> None:
    # A busy machine takes longer than the usual budget for the two.
    keeper, state = CurveKeeper(budget_s=60.0), state_of(database)
    before = follow_state(keeper, database, state)
    after = follow_state(keeper, database, later(state, hosts["db1"], NOW + 1000, 1), NOW + 1000)
    assert after.cpu[hosts["web1"].id] is before.cpu[hosts["web1"].id]
    assert after.cpu[hosts["db1"].id] is not before.cpu[hosts["db1"].id]


def test_the_past_is_read_for_a_bounded_time_in_each_look(database: Database, hosts: dict[str, Host]) -> None:
    clock = ticking(0.05)
    keeper = CurveKeeper(budget_s=0.04, clock=lambda: next(clock))
    first = follow(keeper, database)
    assert list(first.cpu) == [hosts["db1"].id]
    assert first.missing == 1
    assert first.average_cpu.values[-1] == pytest.approx(30, abs=0.5)
    second = follow(keeper, database)
    assert second.missing == 0
    assert len(second.cpu) == 2


def test_points_that_grow_old_go_even_when_the_host_is_silent(database: Database, hosts: dict[str, Host]) -> None:
    keeper, host = CurveKeeper(), hosts["db1"]
    follow(keeper, database)
    now = NOW + 55 * MINUTES
    assert len(follow(keeper, database, now).cpu[host.id].ts) == 11
    assert len(follow(keeper, database, now + 10 * MINUTES).cpu[host.id].ts) == 0


def test_a_host_that_is_gone_is_forgotten(database: Database, hosts: dict[str, Host]) -> None:
    keeper, state = CurveKeeper(), state_of(database)
    follow_state(keeper, database, state)
    left = replace(state, hosts=[hosts["web1"]], latest={hosts["web1"].id: state.latest[hosts["web1"].id]})
    curves = follow_state(keeper, database, left)
    assert list(curves.cpu) == [hosts["web1"].id]
    assert curves.average_cpu.values[-1] == pytest.approx(50, abs=0.5)


@pytest.mark.parametrize("change", ["another name", "an older reading"])
def test_the_past_is_read_anew_where_the_database_is_another(
    database: Database, hosts: dict[str, Host], change: str
) -> None:
    keeper, state, host = CurveKeeper(), state_of(database), hosts["db1"]
    follow_state(keeper, database, later(state, host, NOW + 1000, 99), NOW + 1000)
    if change == "another name":
        state = replace(state, hosts=[replace(host, name="other"), hosts["web1"]])
    curves = follow_state(keeper, database, state, NOW + 1000)
    assert max(curves.cpu[host.id].values) < 40


def test_a_clock_that_is_set_back_costs_what_lies_in_the_future(database: Database, hosts: dict[str, Host]) -> None:
    keeper = CurveKeeper()
    follow(keeper, database)
    assert len(follow(keeper, database, NOW - 8 * MINUTES).cpu[hosts["db1"].id].ts) == 5


def test_a_damaged_row_costs_one_curve(database: Database, hosts: dict[str, Host]) -> None:
    state = state_of(database)
    with database.writing() as connection:
        old = (head.c.host_id == hosts["db1"].id) & (head.c.ts == NOW - 5 * MINUTES)
        connection.execute(head.update().where(old).values(vector=b"12345678"))
    curves = follow_state(CurveKeeper(), database, state)
    assert len(curves.cpu[hosts["db1"].id].ts) == 1
    assert len(curves.cpu[hosts["web1"].id].ts) == 11


def test_the_newest_values_count_as_the_headline_has_them(database: Database, hosts: dict[str, Host]) -> None:
    state, host = state_of(database), hosts["db1"]
    values = {
        SeriesKey("cpu_usage_percent"): 5.0,
        SeriesKey("filesystem_used_percent", (("mount", "/"),)): 10.0,
        SeriesKey("filesystem_used_percent", (("mount", "/srv"),)): 90.0,
        SeriesKey("filesystem_used_percent", (("mount", "/var"),)): 20.0,
        SeriesKey("network_receive_bytes_per_second", (("interface", "a"),)): 1.0,
        SeriesKey("network_transmit_bytes_per_second", (("interface", "b"),)): 2.0,
    }
    now = NOW + 5 * BUCKET_MS
    alone = replace(state, hosts=[host], latest={host.id: Latest(host.id, now, values)})
    curves = follow_state(CurveKeeper(), database, alone, now)
    assert curves.fullest_disk_percent.values[-1] == headline(values).disk_percent
    assert curves.network_bytes_per_second.values[-1] == 3


def test_nothing_at_all_has_empty_curves(database: Database) -> None:
    curves = follow(CurveKeeper(), database)
    assert not curves.cpu
    assert len(curves.average_cpu.ts) == 0


def test_a_closer_look_has_shorter_buckets_and_less_of_the_past(database: Database, hosts: dict[str, Host]) -> None:
    cpu = follow(CurveKeeper(bucket_ms=2_500), database).cpu[hosts["db1"].id]
    # The first reading that is looked at has no rate.
    assert cpu.ts[-1] - cpu.ts[0] == 295_000
    assert len(cpu.ts) == 60
