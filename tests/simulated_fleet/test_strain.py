"""What goes wrong weighs on what a host serves: at once or late, by its strength, and not a moment longer."""

import pytest

from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.strain import CALM, Strains

DAY = range(1_000_000, 2_000_000)
"""From start to end, ms."""


def strains(*kinds: ScenarioKind, strength: float = 1.0) -> Strains:
    return Strains([Scenario(kind, (1,), DAY.start, DAY.stop, strength) for kind in kinds])


def test_a_host_that_nothing_happens_to_is_calm() -> None:
    assert strains(ScenarioKind.SWAP_STORM).at(2, 1500) == CALM
    assert strains(ScenarioKind.CLOCK_JUMP).at(1, 1500) == CALM


@pytest.mark.parametrize("kind", [ScenarioKind.CPU_SATURATION, ScenarioKind.SWAP_STORM, ScenarioKind.NETWORK_ERRORS])
def test_it_weighs_from_the_start_to_the_end(kind: ScenarioKind) -> None:
    found = strains(kind)
    assert [found.at(1, t_s) == CALM for t_s in (999.9, 1000, 1999.9, 2000)] == [True, False, False, True]


@pytest.mark.parametrize("kind", [ScenarioKind.MEMORY_LEAK, ScenarioKind.DISK_FILLING])
def test_nobody_feels_what_grows_before_it_has_come_far(kind: ScenarioKind) -> None:
    found = strains(kind)
    assert [found.at(1, t_s) == CALM for t_s in (1000, 1800, 1950, 2000)] == [True, True, False, True]


def test_what_is_weaker_weighs_less() -> None:
    weak, strong = (strains(ScenarioKind.SWAP_STORM, strength=strength).at(1, 1500) for strength in (0.5, 1.0))
    assert 0 < weak.slower < strong.slower
    assert 0 < weak.fails < strong.fails


def test_of_two_things_each_is_felt_at_its_worst() -> None:
    both = strains(ScenarioKind.SWAP_STORM, ScenarioKind.NETWORK_ERRORS).at(1, 1500)
    assert both.fails == strains(ScenarioKind.SWAP_STORM).at(1, 1500).fails
    assert both.loses == strains(ScenarioKind.NETWORK_ERRORS).at(1, 1500).loses
