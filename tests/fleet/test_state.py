"""What the database says about hosts."""

from alerts.thresholds import DEFAULTS
from fleet.reading import Health
from fleet.state import FleetState, read_fleet_state
from storage.database import Database
from storage.reason import HostState, Reason
from storage.scrape import Process
from storage.settings import write_setting
from tests.fleet.sample_fleet import Machine, record, register

NOW_MS = 1_790_000_000_000
POSTGRES = Process(2211, "postgres", "postgres: writer", "postgres", 12.5, 2**20, 2**21, 3600.0)


def state_of(database: Database, now_ms: int = NOW_MS, focus: int | None = None) -> FleetState:
    with database.reading() as connection:
        return read_fleet_state(connection, now_ms, focus)


def test_hosts_are_judged_by_what_was_recorded(database: Database) -> None:
    hosts = register(database, ["busy", "gone", "new"], now_ms=NOW_MS)
    record(database, Machine(name="busy", cpu=95), hosts["busy"], start=NOW_MS - 30_000, end=NOW_MS)
    record(
        database, Machine(name="gone"), hosts["gone"], start=NOW_MS - 90_000, end=NOW_MS - 60_000,
        state=HostState.UNREACHABLE, reason=Reason.TIMEOUT,
    )  # fmt: skip
    state = state_of(database)
    busy, gone, new = state.readings(state.moment(NOW_MS, DEFAULTS))
    assert (busy.name, busy.health) == ("busy", Health.CRITICAL)
    assert (gone.health, gone.reason, gone.ts) == (Health.UNREACHABLE, Reason.TIMEOUT, NOW_MS - 60_000)
    assert (new.health, new.ts) == (Health.UNKNOWN, None)


def test_the_interval_and_the_time_zone_are_those_that_were_set(database: Database) -> None:
    with database.writing() as connection:
        write_setting(connection, "interval_s", 30)
        write_setting(connection, "time_zone", "Asia/Seoul")
    state = state_of(database)
    assert state.moment(NOW_MS, DEFAULTS).interval_s == 30
    assert state.time_zone == "Asia/Seoul"


def test_a_poller_counts_for_as_long_as_its_heartbeat_is_young(database: Database) -> None:
    register(database, [], now_ms=NOW_MS)
    state = state_of(database)
    assert state.poller(NOW_MS + 14_000) is not None
    assert state.moment(NOW_MS + 14_000, DEFAULTS).is_polled
    assert state.poller(NOW_MS + 16_000) is None
    assert not state.moment(NOW_MS + 16_000, DEFAULTS).is_polled


def test_processes_are_read_for_the_host_in_focus_alone(database: Database) -> None:
    hosts = register(database, ["a", "b"], now_ms=NOW_MS)
    for name, host in hosts.items():
        record(database, Machine(name=name, processes=(POSTGRES,)), host, start=NOW_MS - 10_000, end=NOW_MS)
    state = state_of(database, focus=hosts["b"].id)
    assert state.latest[hosts["a"].id].processes == ()
    assert state.latest[hosts["b"].id].processes == (POSTGRES,)


def test_a_focus_on_a_host_that_is_gone_does_no_harm(database: Database) -> None:
    state = state_of(database, focus=99)
    assert state.host(99) is None
    assert state.readings(state.moment(NOW_MS, DEFAULTS)) == []
