"""The database of the benches: a simulated fleet as a poller leaves it, which can be gone on with."""

import hashlib
import sys
from pathlib import Path

import numpy as np
import pytest

from alerts.thresholds import DEFAULTS
from benchmarks.fleet_database import BUSIEST, Extent, KeptFleet, bench_machines, fill, main, write_live
from fleet.reading import Health, HostReading, count_health
from fleet.state import FleetState, read_fleet_state
from simulated_fleet.names import fast_series, slow_series
from storage.connection import Connection
from storage.database import Database, open_database
from storage.derive import longest_gap_s
from storage.latest import read_latest
from storage.queries import SeriesPoints, read_series
from storage.schema import head, process_snapshots

END_MS = 1_790_000_000_000
HOUR_MS = 3_600_000


def filled(database: Database, **wanted: float) -> KeptFleet:
    return fill(database, Extent(**{"hosts": 26, "hours": 0.5, "step_s": 30.0, "end_ms": END_MS, **wanted}))  # type: ignore[arg-type]


def state_of(database: Database) -> FleetState:
    with database.reading() as connection:
        return read_fleet_state(connection, END_MS)


def readings_of(database: Database) -> dict[str, HostReading]:
    state = state_of(database)
    return {reading.name: reading for reading in state.readings(state.moment(END_MS, DEFAULTS))}


def read_cpu(connection: Connection, host_id: int, start: int) -> SeriesPoints:
    (series,) = read_series(
        connection,
        host_ids=[host_id],
        metric="cpu_usage_percent",
        start=start,
        end=END_MS + 1,
        max_gap_s=longest_gap_s(30.0),
    )
    return series


def test_one_host_is_critical_two_are_away_and_most_are_well(database: Database) -> None:
    filled(database)
    found = count_health(list(readings_of(database).values()))
    assert (found[Health.BLOCKED], found[Health.UNREACHABLE], found[Health.UNKNOWN]) == (1, 1, 0)
    assert found[Health.CRITICAL] >= 1
    assert found[Health.OK] >= 20


def test_a_poller_lives_at_the_end_and_says_how_late_it_is(database: Database) -> None:
    filled(database)
    poller = state_of(database).poller(END_MS)
    assert poller is not None
    assert poller.delay_ms == 41


def test_who_is_away_says_why_and_has_a_past(database: Database) -> None:
    filled(database, hosts=4)
    ages = {}
    for reading in readings_of(database).values():
        if reading.health in {Health.UNREACHABLE, Health.BLOCKED}:
            ages[reading.note] = reading.age_s(END_MS)
    assert ages == {
        "connection refused": pytest.approx(252, abs=31),
        "host key changed": pytest.approx(1500, abs=31),
    }


def test_the_first_host_climbs_from_an_ordinary_day_to_critical(database: Database) -> None:
    fleet = filled(database, hosts=1, hours=1.0)
    with database.reading() as connection:
        curve = read_cpu(connection, fleet.host_ids[0], END_MS - HOUR_MS - 1)
    assert len(curve.ts) == 120
    assert curve.value[:75].mean() < 70
    assert curve.value[-1] > 90
    assert readings_of(database)[BUSIEST].health is Health.CRITICAL


def test_every_host_has_cores_mounts_processes_and_an_inventory(database: Database) -> None:
    fleet = filled(database, hosts=2)
    state = state_of(database)
    with database.reading() as connection:
        latest = read_latest(connection, since=0, with_processes=True)
    for machine in fleet.world.machines:
        host_id = fleet.host_ids[machine.index]
        names = [key.name for key in latest[host_id].values]
        assert names.count("cpu_core_usage_percent") == machine.cpus
        assert names.count("filesystem_used_percent") == len(machine.mounts)
        assert len(latest[host_id].processes) > 5
        assert (state.states[host_id].inventory or {})["hostname"] == machine.name


def test_the_machines_have_about_as_many_series_as_those_that_the_limits_were_set_for() -> None:
    found = bench_machines(1000, 1)
    assert len({machine.name for machine in found}) == 1000
    assert [machine.index for machine in found] == list(range(1000))
    fast = [len(fast_series(machine)) for machine in found]
    assert 65 < np.mean(fast) < 80
    assert 8 < np.mean([len(slow_series(machine)) for machine in found]) < 16
    assert (found[0].name, found[0].cpus) == (BUSIEST, 16)
    assert fast[0] == pytest.approx(97, abs=5)


def test_the_same_seed_gives_the_same_past(tmp_path: Path, prepared_file: Path) -> None:
    def content(seed: int) -> str:
        path = tmp_path / f"{seed}.db"
        path.write_bytes(prepared_file.read_bytes())
        opened = open_database(str(path))
        fill(opened, Extent(hosts=4, hours=0.1, end_ms=END_MS, seed=seed))
        with opened.reading() as connection:
            rows = connection.execute(head.select()).all(), connection.execute(process_snapshots.select()).all()
        opened.close()
        path.unlink()
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    first = content(1)
    assert content(1) == first
    assert content(2) != first


def test_the_first_host_may_have_a_longer_past_than_the_others(database: Database) -> None:
    fleet = filled(database, hosts=2, hours=0.25, long_past_hours=2.0)
    with database.reading() as connection:
        first, second = (read_cpu(connection, fleet.host_ids[index], 0) for index in (0, 1))
    assert first.ts[0] < END_MS - 1.9 * HOUR_MS
    assert second.ts[0] > END_MS - 0.3 * HOUR_MS
    # One curve, without a jump where the two parts meet.
    assert np.diff(first.ts).max() <= 30_000


def test_it_goes_on_as_a_poller_would(database: Database) -> None:
    fleet = filled(database, hosts=4)
    turns = write_live(database, fleet, 5.0)
    first, second = next(turns), next(turns)
    turns.close()
    assert second - first == 5000
    with database.reading() as connection:
        latest = read_latest(connection, since=0)
    assert [latest[host_id].ts == second for host_id in fleet.host_ids.values()] == [True, True, False, False]


def test_it_can_be_made_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "fleet.db"
    monkeypatch.setattr(sys, "argv", ["fleet_database", str(path), "--hosts", "2", "--hours", "0.05"])
    assert main() == 0
    opened = open_database(str(path))
    with opened.reading() as connection:
        assert len(read_fleet_state(connection, END_MS).hosts) == 2
    opened.close()
    with pytest.raises(SystemExit):
        main()
