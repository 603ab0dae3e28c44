"""What a scenario does shows in the readings, from its start to its end and no longer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from simulated_fleet.condition import WELL, Reach
from simulated_fleet.conditions import FLAP_S
from simulated_fleet.layers import make_layers
from simulated_fleet.machine import Machine
from simulated_fleet.rhythm import Array
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.slow_values import filling_mount
from storage.scrape import Cadence
from tests.simulated_fleet.small_worlds import (
    FLEET,
    START_MS,
    column,
    cpu_percent,
    memory_percent,
    role,
    scenario,
    talk,
    world,
)

BEFORE, DURING, AFTER = (300.0, 590.0), (900.0, 2300.0), (2500.0, 3600.0)
"""Seconds after the start, of a scenario from 600 to 2,400."""
PHASES = (*BEFORE, *DURING, *AFTER)
EVERYWHERE = [machine.index for machine in FLEET]


def phases(values: Sequence[float] | Array) -> tuple[float, float, float]:
    """A value for each span: before, during, after."""
    return values[0], values[2], values[4]


@pytest.mark.parametrize("strength", [0.1, 0.6, 1.0])
def test_saturation_takes_all_cpu(strength: float) -> None:
    of = world(scenario(ScenarioKind.CPU_SATURATION, *EVERYWHERE, strength=strength))
    for machine in FLEET:
        before, during, after = phases(cpu_percent(talk(of, machine.index, PHASES)[1], machine.cpus))
        assert before < 80
        assert 80 < during <= 100
        assert during > 90 or strength < 0.6
        assert after < 80


@pytest.mark.parametrize(("strength", "least", "most"), [(0.1, 30, 50), (1.0, 55, 78)])
def test_a_runaway_takes_a_part_of_the_cpu_and_stays_below_the_limits(
    strength: float, least: float, most: float
) -> None:
    of = world(scenario(ScenarioKind.RUNAWAY, *EVERYWHERE, strength=strength))
    for machine in FLEET:
        _, during, _ = phases(cpu_percent(talk(of, machine.index, PHASES)[1], machine.cpus))
        assert least < during < most


def test_saturation_shows_in_the_load() -> None:
    machine = role("web")
    _, scrapes = talk(world(scenario(ScenarioKind.CPU_SATURATION, machine.index)), machine.index, [500, 2000])
    load = column(scrapes, "load1")

    assert load[0] < machine.cpus < load[1]


@pytest.mark.parametrize(
    "kind",
    [ScenarioKind.CPU_SATURATION, ScenarioKind.RUNAWAY, ScenarioKind.SWAP_STORM, ScenarioKind.NETWORK_ERRORS],
)
def test_counters_stay_consistent_while_it_comes_and_goes(kind: ScenarioKind) -> None:
    machine = role("db")
    of = world(scenario(kind, machine.index))
    moments = np.concatenate([np.arange(590, 720, 5), np.arange(2380, 2420, 5)])
    _, scrapes = talk(of, machine.index, moments.tolist())
    modes = np.array([scrape.vectors[0].values[:10] for scrape in scrapes])
    steps = np.diff(modes, axis=0)

    assert steps.min() >= 0
    assert np.allclose(steps.sum(axis=1), np.diff(moments) * machine.cpus, atol=0.1)


def test_a_leak_grows_until_the_end_and_is_gone_then() -> None:
    machine = role("web")
    of = world(scenario(ScenarioKind.MEMORY_LEAK, machine.index))
    _, scrapes = talk(of, machine.index, [590, 900, 1500, 2100, 2395, 2410])
    percent = memory_percent(scrapes)

    assert (np.diff(percent[:5]) > 5).all()
    assert percent[4] > 95
    assert percent[5] == pytest.approx(percent[0], abs=8)
    table = scrapes[4].processes or ()
    leaking = [process for process in table if process.name == "importer"]
    assert leaking[0].rss_bytes == max(process.rss_bytes for process in table)


@pytest.mark.parametrize("machine", FLEET, ids=lambda machine: machine.name)
def test_one_file_system_fills_up_and_is_cleared(machine: Machine) -> None:
    of = world(scenario(ScenarioKind.DISK_FILLING, machine.index, strength=0.3))
    _, scrapes = talk(of, machine.index, [590, 2399, 2401])
    for mount in machine.mounts:
        size, free, available = (
            column(scrapes, f"filesystem_{what}_bytes", "mount", mount.path, cadence=Cadence.SLOW)
            for what in ("size", "free", "available")
        )
        percent = 100 * (size - free) / (size - free + available)
        assert (percent[1] > 90) == (mount.path == filling_mount(machine))
        assert percent[0] < 80 > percent[2]


@pytest.mark.parametrize("strength", [0.1, 1.0])
def test_packets_break_on_one_interface(strength: float) -> None:
    of = world(scenario(ScenarioKind.NETWORK_ERRORS, *EVERYWHERE, strength=strength))
    for machine in FLEET:
        _, scrapes = talk(of, machine.index, PHASES)
        for place, interface in enumerate(machine.interfaces):
            errors, packets = (
                sum(
                    np.diff(column(scrapes, f"network_{way}_{what}_total", "interface", interface.name))
                    for way in ("receive", "transmit")
                )
                for what in ("errors", "packets")
            )
            before, during, after = phases(np.asarray(100 * errors / packets))
            assert before == after == 0
            assert (1 < during < 40) if place == 0 else during == 0, machine.name


def test_a_swap_storm_fills_memory_and_swaps() -> None:
    machine = role("api")
    _, scrapes = talk(world(scenario(ScenarioKind.SWAP_STORM, machine.index)), machine.index, PHASES)
    swapped = phases(np.diff(column(scrapes, "swap_out_bytes_total")))
    waits = phases(np.diff(column(scrapes, "cpu_seconds_total", "mode", "iowait")))
    free = column(scrapes, "swap_free_bytes") / machine.swap_bytes

    assert swapped[0] == swapped[2] == 0
    assert swapped[1] > 1e9
    assert waits[1] / (DURING[1] - DURING[0]) / machine.cpus > 0.4
    assert memory_percent(scrapes)[3] > 95
    assert free[3] < 0.3 < free[5]
    stalled = np.diff(column(scrapes, "pressure_stalled_seconds_total", "resource", "memory"))
    assert stalled[2] > 300


def test_a_machine_that_was_down_has_been_started_anew() -> None:
    of = world(scenario(ScenarioKind.HOST_DOWN, 1))
    t_s = START_MS / 1000 + 2460
    _, [scrape] = talk(of, 1, [2460.0])

    assert of.steady_s(1, t_s) == pytest.approx(60)
    assert column([scrape], "boot_time_seconds", cadence=Cadence.SLOW)[0] == START_MS // 1000 + 2400
    modes = scrape.vectors[0].values[:10]
    assert modes.sum() == pytest.approx(60 * FLEET[1].cpus, rel=0.01)
    # A counter below zero would have come as absent; only this series is absent on every Linux.
    absent = {
        str(key)
        for key, value in zip(scrape.vectors[0].layout.series, scrape.vectors[0].values, strict=True)
        if np.isnan(value)
    }
    assert absent <= {
        'pressure_stalled_seconds_total{resource="cpu"}',
        *(f'network_speed_bytes{{interface="{interface.name}"}}' for interface in FLEET[1].interfaces),
    }


def test_a_clock_that_jumped_shows_in_what_the_host_says_and_in_nothing_else() -> None:
    with_jump, without = world(scenario(ScenarioKind.CLOCK_JUMP, 1, strength=0.5)), world()
    (_, jumped), (_, straight) = (talk(of, 1, [590.0, 900.0, 2500.0]) for of in (with_jump, without))
    skew = column(jumped, "clock_skew_seconds", cadence=Cadence.SLOW)

    assert skew == pytest.approx([0, 1800, 0], abs=0.01)
    assert np.array_equal(jumped[1].vectors[0].values, straight[1].vectors[0].values, equal_nan=True)
    assert [scrape.ts for scrape in jumped] == [scrape.ts for scrape in straight]


@pytest.mark.parametrize(
    ("kind", "reach"),
    [
        (ScenarioKind.HOST_DOWN, Reach.DOWN),
        (ScenarioKind.JUMP_HOST_DOWN, Reach.DOWN),
        (ScenarioKind.HALF_OPEN, Reach.HALF_OPEN),
        (ScenarioKind.DIRECTORY_DOWN, Reach.REFUSES_LOGIN),
        (ScenarioKind.SLOW_HOST, Reach.UP),
        (ScenarioKind.CPU_SATURATION, Reach.UP),
    ],
    ids=lambda value: value.value,
)
def test_how_a_host_is_reached(kind: ScenarioKind, reach: Reach) -> None:
    of = world(scenario(kind, 0))

    at = {name: of.condition(0, START_MS + ms) for name, ms in (("before", 0), ("on", 600_000), ("over", 2_400_000))}

    assert at["on"].reach is reach
    assert at["before"] == at["over"] == WELL
    assert of.condition(1, START_MS + 600_000) == WELL


def test_a_slow_host_holds_back_what_it_says() -> None:
    of = world(scenario(ScenarioKind.SLOW_HOST, 0, strength=0.5))

    assert 1 < of.condition(0, START_MS + 700_000).delay_s < 10
    assert of.condition(0, START_MS).delay_s == 0


def test_a_flapping_host_comes_and_goes() -> None:
    of = world(scenario(ScenarioKind.FLAPPING, 0))
    turns = [of.condition(0, START_MS + 600_000 + round((turn + 0.5) * FLAP_S * 1000)).reach for turn in range(4)]

    assert turns == [Reach.DOWN, Reach.UP, Reach.DOWN, Reach.UP]


def test_each_change_of_a_host_key_brings_another_key() -> None:
    first = scenario(ScenarioKind.HOST_KEY_CHANGED, 0)
    second = scenario(ScenarioKind.HOST_KEY_CHANGED, 0, after_s=5000)
    of = world(first, second)
    keys = [of.condition(0, START_MS + ms).key_generation for ms in (0, 700_000, 3_000_000, 5_100_000)]

    assert keys[0] == keys[2] == 0
    assert len(set(keys)) == 3


def test_of_several_things_the_worst_counts() -> None:
    of = world(scenario(ScenarioKind.DIRECTORY_DOWN, 0), scenario(ScenarioKind.HOST_DOWN, 0))

    assert of.condition(0, START_MS + 700_000).reach is Reach.DOWN


def test_of_two_that_take_a_machine_at_once_the_later_one_waits() -> None:
    machine = role("web")
    of = world(
        scenario(ScenarioKind.CPU_SATURATION, machine.index),
        scenario(ScenarioKind.SWAP_STORM, machine.index, after_s=700, lasts_s=3000),
    )
    layers = make_layers(of.scenarios, len(FLEET))

    assert set(layers.start_s[layers.channel == 1]) > {START_MS / 1000 + 2400}
    assert cpu_percent(talk(of, machine.index, np.arange(600, 4000, 5).tolist())[1], machine.cpus).max() <= 100


@pytest.mark.parametrize(
    "bad",
    [{"hosts": ()}, {"end_ms": 5}, {"strength": 0.0}, {"strength": 1.1}],
    ids=["nobody", "ends before it starts", "no strength", "too strong"],
)
def test_a_scenario_that_cannot_be_is_refused(bad: dict[str, Any]) -> None:
    good = {"kind": ScenarioKind.HOST_DOWN, "hosts": (1,), "start_ms": 10, "end_ms": 20}

    with pytest.raises(ValueError, match="a scenario needs"):
        Scenario(**{**good, **bad})
