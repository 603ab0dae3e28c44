"""What the readings of ordinary days must hold to, over the whole fleet."""

import numpy as np
import pytest

from simulated_fleet.machine import Machine, machines
from simulated_fleet.world import Due, World
from storage.catalogue import CATALOGUE, Kind
from storage.scrape import Cadence, Scrape
from tests.simulated_fleet.small_worlds import (
    FLEET,
    HOUR_S,
    START_MS,
    column,
    cpu_percent,
    memory_percent,
    role,
    talk,
    world,
)

WORLD = world()
ONE_OF_EACH = sorted({machine.role: machine for machine in FLEET}.values(), key=lambda machine: machine.index)
# A week, at odd moments: often enough to meet nights, backups, full hours and bursts.
WEEK = np.sort(np.random.default_rng(1).uniform(0, 7 * 86_400, 120)).tolist()
Weeks = dict[str, list[Scrape]]
by_role = pytest.mark.parametrize("machine", ONE_OF_EACH, ids=lambda machine: machine.role)


@pytest.fixture(scope="module")
def weeks() -> Weeks:
    return {machine.role: talk(WORLD, machine.index, WEEK)[1] for machine in ONE_OF_EACH}


@by_role
def test_counters_never_run_backwards(machine: Machine, weeks: Weeks) -> None:
    scrapes = weeks[machine.role]
    layout = scrapes[0].vectors[0].layout
    counters = [CATALOGUE[key.name].kind is Kind.COUNTER for key in layout.series]
    steps = np.diff([scrape.vectors[0].values for scrape in scrapes], axis=0)[:, counters]

    assert not (steps < 0).any()


@by_role
def test_the_modes_of_all_cores_add_up_to_the_time(machine: Machine, weeks: Weeks) -> None:
    scrapes = weeks[machine.role]
    modes = [key.labels[0][1] for key in scrapes[0].vectors[0].layout.series if key.name == "cpu_seconds_total"]
    total = sum(column(scrapes, "cpu_seconds_total", "mode", mode) for mode in modes)
    seconds = np.diff(WEEK)

    assert len(modes) == 10
    assert np.allclose(np.diff(total), seconds * machine.cpus, atol=0.1)


@by_role
def test_cores_together_are_as_busy_as_the_machine(machine: Machine, weeks: Weeks) -> None:
    scrapes = weeks[machine.role]
    cores = [str(number) for number in range(machine.cpus)]
    busy = sum(column(scrapes, "cpu_core_busy_seconds_total", "cpu", core) for core in cores)
    idle = sum(column(scrapes, "cpu_seconds_total", "mode", mode) for mode in ("idle", "iowait"))

    assert np.allclose(np.diff(busy), np.diff(WEEK) * machine.cpus - np.diff(idle), atol=0.2)


@by_role
def test_no_core_is_busier_than_time_passes(machine: Machine) -> None:
    _, scrapes = talk(WORLD, machine.index, np.arange(19 * HOUR_S, 19 * HOUR_S + 200, 5).tolist())
    for core in range(machine.cpus):
        busy = np.diff(column(scrapes, "cpu_core_busy_seconds_total", "cpu", str(core)))
        idle = np.diff(column(scrapes, "cpu_core_idle_seconds_total", "cpu", str(core)))
        assert busy.min() >= 0
        assert idle.min() >= 0
        assert np.allclose(busy + idle, 5, atol=0.01)


@by_role
def test_memory_adds_up(machine: Machine, weeks: Weeks) -> None:
    scrapes = weeks[machine.role]
    total, available, free, cached, buffers = (
        column(scrapes, f"memory_{part}_bytes") for part in ("total", "available", "free", "cached", "buffers")
    )

    assert (total == machine.memory_bytes).all()
    assert (free + cached + buffers < total).all()
    assert (available > free).all()
    assert (available < free + cached + buffers).all()
    assert (column(scrapes, "swap_free_bytes") <= column(scrapes, "swap_total_bytes")).all()


@by_role
def test_file_systems_are_within_their_size(machine: Machine, weeks: Weeks) -> None:
    scrapes = weeks[machine.role]
    for mount in machine.mounts:
        size, free, available, inodes, left = (
            column(scrapes, f"filesystem_{what}", "mount", mount.path, cadence=Cadence.SLOW)
            for what in ("size_bytes", "free_bytes", "available_bytes", "inodes", "inodes_free")
        )
        assert (size == mount.size_bytes).all()
        assert ((available > 0) & (available <= free) & (free < size)).all()
        assert ((left > 0) & (left < inodes)).all()


@by_role
def test_devices_are_never_busier_than_time_passes(machine: Machine, weeks: Weeks) -> None:
    for disk in machine.disks:
        busy = np.diff(column(weeks[machine.role], "disk_busy_seconds_total", "device", disk))
        assert (busy <= np.diff(WEEK)).all()


@by_role
def test_nothing_is_above_a_limit_on_an_ordinary_day(machine: Machine) -> None:
    _, scrapes = talk(WORLD, machine.index, np.arange(0, 3 * 86_400, 1500).tolist())

    assert cpu_percent(scrapes, machine.cpus).max() < 80
    assert memory_percent(scrapes).max() < 85
    for mount in machine.mounts:
        free, available, size = (
            column(scrapes, f"filesystem_{what}_bytes", "mount", mount.path, cadence=Cadence.SLOW)
            for what in ("free", "available", "size")
        )
        assert (100 * (size - free) / (size - free + available)).max() < 80
    for interface in machine.interfaces:
        assert column(scrapes, "network_receive_errors_total", "interface", interface.name).max() == 0


def test_offices_are_busier_by_day_in_their_own_time_zone() -> None:
    index = role("api").index
    # The start is 14:13 UTC on a Monday; two days later there, and at 23:13 in Seoul.
    day = np.arange(40 * HOUR_S, 43 * HOUR_S, 600)
    in_utc, in_seoul = (
        cpu_percent(talk(world(time_zone=zone), index, (day + 4 * HOUR_S).tolist())[1], FLEET[index].cpus).mean()
        for zone in ("UTC", "Asia/Seoul")
    )

    assert in_utc > 1.5 * in_seoul


def test_noise_differs_from_one_reading_to_the_next_but_is_no_jumble() -> None:
    machine = role("k8s")
    _, scrapes = talk(WORLD, machine.index, np.arange(0, 1000, 5).tolist())
    percent = cpu_percent(scrapes, machine.cpus)
    lag_one = np.corrcoef(percent[:-1], percent[1:])[0, 1]

    assert percent.std() > 0.5
    assert 0.3 < lag_one < 0.999


def test_the_full_hour_shows() -> None:
    past_s = START_MS / 1000 % HOUR_S
    hours = [hour * HOUR_S - past_s for hour in range(5, 17)]
    # What the full hour starts is nice in part, and nothing else is by day.
    _, scrapes = talk(WORLD, role("web").index, [hour + after for hour in hours for after in (0, 30, 1200, 1230)])
    nice = np.diff(column(scrapes, "cpu_seconds_total", "mode", "nice"))

    assert nice[::4].mean() > 5 * nice[2::4].mean()


def test_backups_run_at_night() -> None:
    machine = role("db")
    _, scrapes = talk(WORLD, machine.index, np.arange(0, 24 * HOUR_S, 600).tolist())
    read = np.diff(column(scrapes, "disk_read_bytes_total", "device", machine.disks[1]))
    busiest = scrapes[int(read.argmax())].ts / 3_600_000 % 24

    assert 1 <= busiest <= 7


def test_a_fleet_that_starts_anew_goes_on_where_it_was() -> None:
    first = talk(WORLD, 3, [7200.0])[1][0]
    again = world()
    line = talk(again, 3, [3600.0, 7200.0])[1][1]

    assert np.array_equal(first.vectors[0].values, line.vectors[0].values, equal_nan=True)


def test_who_else_is_asked_changes_nothing() -> None:
    due = [Due(machine.index, 1, 1.0, START_MS / 1000 + machine.index, True, True) for machine in FLEET]

    assert WORLD.scrapes(due) == [WORLD.scrapes([one])[0] for one in due]


def test_the_same_host_may_come_more_than_once() -> None:
    due = [Due(5, n, 1.0, START_MS / 1000 + 5 * n) for n in range(3)]

    assert WORLD.scrapes(due) == [WORLD.scrapes([one])[0] for one in due]


def test_another_seed_gives_other_days() -> None:
    fleet = machines(5, 7)
    due = [Due(1, 1, 1.0, START_MS / 1000)]
    one, other = (World(fleet, seed=seed, start_ms=START_MS).scrapes(due) for seed in (1, 2))

    assert one != other
