"""Scenarios by chance."""

from itertools import pairwise

import pytest

from simulated_fleet.machine import machines
from simulated_fleet.scenario import Scenario, ScenarioKind, by_chance

FLEET = machines(200, 3)
DAY_MS = 86_400_000


def chance(*, seed: int = 1, span_ms: int = DAY_MS, share: float = 0.05) -> list[Scenario]:
    return by_chance(FLEET, seed=seed, start_ms=1000, span_ms=span_ms, share=share)


def test_the_same_seed_brings_the_same() -> None:
    assert chance() == chance()
    assert chance() != chance(seed=2)


def test_about_the_share_that_was_asked_for_has_something() -> None:
    found = chance(span_ms=4 * DAY_MS)
    busy_ms = sum(scenario.end_ms - scenario.start_ms for scenario in found)

    assert 0.03 < busy_ms / (4 * DAY_MS * len(FLEET)) < 0.06


def test_none_is_outside_of_the_span() -> None:
    assert all(1000 <= scenario.start_ms < scenario.end_ms <= 1000 + DAY_MS for scenario in chance())


def test_on_one_host_there_is_never_more_than_one_thing() -> None:
    by_host: dict[int, list[Scenario]] = {}
    for scenario in chance(share=0.3):
        by_host.setdefault(scenario.hosts[0], []).append(scenario)

    assert all(first.end_ms < second.start_ms for found in by_host.values() for first, second in pairwise(found))


def test_every_kind_that_hits_single_hosts_comes_up() -> None:
    never = {ScenarioKind.DIRECTORY_DOWN, ScenarioKind.RUNAWAY}
    assert {scenario.kind for scenario in chance(share=0.3)} == set(ScenarioKind) - never


def test_a_jump_host_that_goes_down_is_labelled_as_one() -> None:
    jumps = {machine.behind for machine in FLEET}
    for scenario in chance(share=0.3, span_ms=10 * DAY_MS):
        if scenario.kind in {ScenarioKind.HOST_DOWN, ScenarioKind.JUMP_HOST_DOWN}:
            assert (scenario.kind is ScenarioKind.JUMP_HOST_DOWN) == (scenario.hosts[0] in jumps)


def test_no_share_is_nothing() -> None:
    assert chance(share=0) == []


@pytest.mark.parametrize("share", [-0.1, 1.5])
def test_a_share_is_between_none_and_all(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        chance(share=share)
