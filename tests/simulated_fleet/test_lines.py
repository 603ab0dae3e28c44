"""The lines of a simulated fleet are the probe's: the poller's own decoder takes every one, and leaves nothing out."""

from itertools import pairwise

import msgspec
import numpy as np
import pytest

from poller.stream.layout_choice import choose_series
from remote_probe import series
from simulated_fleet.machine import Machine, machines
from simulated_fleet.scenario import ScenarioKind
from simulated_fleet.world import Due, World
from storage.catalogue import CATALOGUE
from storage.scrape import Cadence
from tests.simulated_fleet.small_worlds import FLEET, START_MS, role, scenario, talk, world

WORLD = world()
T_S = START_MS / 1000
CADENCES = {"fast": Cadence.FAST, "processes": Cadence.PROCESSES, "slow": Cadence.SLOW}


@pytest.mark.parametrize("machine", FLEET, ids=lambda machine: machine.name)
def test_every_line_is_understood(machine: Machine) -> None:
    hello, scrapes = talk(WORLD, machine.index, [0.0, 5.0, 10.0])

    assert hello.inventory["hostname"] == machine.name
    assert hello.inventory["cpu_count"] == machine.cpus
    assert hello.reader == "proc"
    assert hello.clock_skew_s == pytest.approx(0, abs=0.001)
    assert [vector.cadence for vector in scrapes[0].vectors] == [Cadence.FAST, Cadence.PROCESSES, Cadence.SLOW]
    assert scrapes[0].processes
    assert [scrape.ts for scrape in scrapes] == [START_MS + 1, START_MS + 5000, START_MS + 10_000]


@pytest.mark.parametrize("machine", FLEET, ids=lambda machine: machine.name)
def test_every_series_is_in_the_catalogue_with_its_labels_and_group(machine: Machine) -> None:
    for line in WORLD.layouts(machine.index):
        layout = msgspec.json.decode(line)
        wire = choose_series(layout["series"], CADENCES[layout["group"]])
        assert wire.kept is None
        assert all(row[0] in CATALOGUE for row in layout["series"])


def test_the_fast_group_is_in_the_order_of_the_probe() -> None:
    machine = role("web")
    fast = msgspec.json.decode(WORLD.layouts(machine.index)[0])["series"]
    names = [tuple(row) for row in fast]

    assert tuple(names[:12]) == series.CPU + series.SWITCHES
    after_cores = 12 + 2 * machine.cpus
    assert tuple(names[after_cores : after_cores + 12]) == series.LOAD + series.MEMORY + series.SWAP_TRAFFIC


def test_a_group_is_there_only_when_it_has_its_turn() -> None:
    due = [
        Due(1, 0, 1.0, T_S),
        Due(1, 1, 6.0, T_S + 5, wants_processes=True),
        Due(1, 2, 11.0, T_S + 10, wants_slow=True),
    ]

    keys = [set(msgspec.json.decode(line)) - {"n", "m", "t"} for line in WORLD.scrapes(due)]

    assert keys == [{"fast"}, {"fast", "processes", "top"}, {"fast", "slow"}]


def test_lines_are_one_line_each_and_far_below_the_limit() -> None:
    fleet = machines(400, 3)
    of = World(fleet, seed=3, start_ms=START_MS)
    lines = of.scrapes([Due(machine.index, 0, 1.0, T_S, True, True) for machine in fleet])
    layouts = [line for machine in fleet for line in of.layouts(machine.index)]

    assert not any(b"\n" in line for line in (*lines, *layouts))
    assert max(map(len, (*lines, *layouts))) < 2**16


def test_nobody_due_is_no_line() -> None:
    assert WORLD.scrapes([]) == []


def test_the_steady_clock_counts_from_the_boot() -> None:
    boot_s = WORLD.inventory(1, T_S)["boot_time_seconds"]

    assert isinstance(boot_s, float)
    assert WORLD.steady_s(1, T_S) == pytest.approx(T_S - boot_s, abs=1)
    assert WORLD.steady_s(1, T_S + 5) - WORLD.steady_s(1, T_S) == 5


def test_processes_take_as_much_cpu_as_the_machine() -> None:
    for machine in FLEET:
        _, scrapes = talk(WORLD, machine.index, [0.0, 10.0, 20.0])
        for before, after in pairwise(scrapes):
            used_s = (
                10 * machine.cpus - np.diff([scrape.vectors[0].values[[3, 4]].sum() for scrape in (before, after)])[0]
            )
            percent = sum(process.cpu_percent for process in after.processes or ())
            assert 0.6 * used_s <= percent * 10 / 100 <= used_s + 0.1, machine.name


def test_processes_fit_into_memory_and_the_busiest_comes_first() -> None:
    for machine in FLEET:
        _, [scrape] = talk(WORLD, machine.index, [30.0])
        table = scrape.processes or ()
        use = [process.cpu_percent for process in table]
        assert sum(process.rss_bytes for process in table) < machine.memory_bytes
        assert use == sorted(use, reverse=True)
        assert len({process.pid for process in table}) == len(use)


def test_a_process_that_takes_all_cpu_is_in_the_table_while_it_does() -> None:
    of = world(scenario(ScenarioKind.CPU_SATURATION, 1))
    _, scrapes = talk(of, 1, [500.0, 1200.0, 3000.0])

    tables = [[process.name for process in scrape.processes or ()] for scrape in scrapes]
    assert ["ffmpeg" in table for table in tables] == [False, True, False]
    assert tables[1][0] == "ffmpeg"
