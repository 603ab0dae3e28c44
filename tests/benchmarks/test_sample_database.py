import hashlib
import sys
from pathlib import Path

import numpy as np
import pytest

from alerts.thresholds import DEFAULTS
from benchmarks.sample_database import Sample, SampleFleet, fill, main, write_live
from fleet.inventory_text import inventory_line
from fleet.reading import Health, count_health
from fleet.state import FleetState, read_fleet_state
from storage.connection import Connection
from storage.database import Database, open_database
from storage.derive import longest_gap_s
from storage.latest import read_latest
from storage.queries import SeriesPoints, read_series
from storage.schema import head, process_snapshots

END_MS = 1_790_000_000_000
HOUR_MS = 3_600_000


def filled(database: Database, **wanted: float) -> SampleFleet:
    return fill(database, Sample(**{"hosts": 26, "hours": 0.5, "step_s": 30.0, "end_ms": END_MS, **wanted}))  # type: ignore[arg-type]


def state_of(database: Database) -> FleetState:
    with database.reading() as connection:
        return read_fleet_state(connection, END_MS)


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


def test_some_hosts_are_critical_some_warn_some_are_away_and_the_rest_is_well(database: Database) -> None:
    filled(database)
    state = state_of(database)
    moment = state.moment(END_MS, DEFAULTS)
    assert count_health(state.readings(moment)) == {
        Health.CRITICAL: 2,
        Health.BLOCKED: 1,
        Health.UNREACHABLE: 1,
        Health.WARNING: 4,
        Health.UNKNOWN: 0,
        Health.OK: 18,
    }


def test_a_poller_lives_at_the_end_and_says_how_late_it_is(database: Database) -> None:
    filled(database)
    poller = state_of(database).poller(END_MS)
    assert poller is not None
    assert poller.delay_ms == 41


def test_who_is_away_says_why_and_has_a_past(database: Database) -> None:
    filled(database)
    state = state_of(database)
    readings = {reading.name: reading for reading in state.readings(state.moment(END_MS, DEFAULTS))}
    assert readings["iot-gw-11"].note == "no answer in time"
    assert readings["vpn-02"].note == "host key changed"
    age_s = readings["iot-gw-11"].age_s(END_MS)
    assert age_s is not None
    assert 240 < age_s < 290


def test_the_first_host_climbs_from_an_ordinary_day_to_critical(database: Database) -> None:
    fleet = filled(database, hosts=1, hours=1.0)
    with database.reading() as connection:
        curve = read_cpu(connection, fleet.host_ids[0], END_MS - HOUR_MS - 1)
    assert len(curve.ts) == 119
    assert curve.value[:40].mean() < 70
    assert curve.value[-1] == pytest.approx(94)


def test_every_host_has_cores_mounts_processes_and_an_inventory(database: Database) -> None:
    fleet = filled(database, hosts=3)
    state = state_of(database)
    with database.reading() as connection:
        latest = read_latest(connection, since=0, with_processes=True)
    for machine, host_id in zip(fleet.machines, fleet.host_ids, strict=True):
        names = [key.name for key in latest[host_id].values]
        assert names.count("cpu_core_usage_percent") == machine.cores
        assert names.count("filesystem_used_percent") == len(machine.mounts)
        assert len(latest[host_id].processes) == len(machine.programs)
    assert (state.hosts[2].group, state.hosts[2].tags) == ("Postgres", ("Seoul",))
    line = inventory_line(state.hosts[2], state.states[state.hosts[2].id].inventory, END_MS)
    assert line.startswith("10.20.4.11 · Debian GNU/Linux 12 (bookworm) · kernel 6.1.0-31-amd64 · 16 cores · 64 GiB")


def test_all_percentages_are_percentages(database: Database) -> None:
    filled(database)
    for latest in state_of(database).latest.values():
        percents = [value for key, value in latest.values.items() if key.name.endswith("_percent")]
        assert percents
        assert all(0 <= value <= 100 for value in percents)


def test_the_same_seed_gives_the_same_past(database: Database, tmp_path: Path, prepared_file: Path) -> None:
    def content(seed: int) -> str:
        path = tmp_path / f"{seed}.db"
        path.write_bytes(prepared_file.read_bytes())
        opened = open_database(str(path))
        fill(opened, Sample(hosts=4, hours=0.1, end_ms=END_MS, seed=seed))
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
        first, second = (read_cpu(connection, host_id, 0) for host_id in fleet.host_ids)
    assert first.ts[0] < END_MS - 1.9 * HOUR_MS
    assert second.ts[0] > END_MS - 0.3 * HOUR_MS
    # One curve, without a jump where the two parts meet.
    assert np.diff(first.ts).max() <= 30_000


def test_it_goes_on_as_a_poller_would(database: Database) -> None:
    fleet = filled(database, hosts=8)
    turns = write_live(database, fleet, 5.0)
    first, second = next(turns), next(turns)
    turns.close()
    assert second - first == 5000
    with database.reading() as connection:
        latest = read_latest(connection, since=0)
    up = [host_id for host_id, m in zip(fleet.host_ids, fleet.machines, strict=True) if m.name != "iot-gw-11"]
    assert all(latest[host_id].ts == second for host_id in up)


def test_it_can_be_made_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "fleet.db"
    monkeypatch.setattr(sys, "argv", ["sample", str(path), "--hosts", "2", "--hours", "0.05"])
    assert main() == 0
    opened = open_database(str(path))
    with opened.reading() as connection:
        assert [host.name for host in read_fleet_state(connection, END_MS).hosts] == ["cache-02", "db-primary-01"]
    opened.close()
    with pytest.raises(SystemExit):
        main()
