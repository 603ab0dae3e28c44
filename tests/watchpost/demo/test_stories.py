import pytest

from simulated_fleet.machine import machines
from simulated_fleet.scenario import ScenarioKind
from simulated_fleet.script import read_script
from watchpost.demo.stories import stories
from watchpost.demo.story_script import story_script

NOW_MS = 1_790_000_000_000
DAY_MS = 86_400_000


def test_a_third_of_the_fleet_has_something_at_most_and_each_host_one_thing() -> None:
    found = machines(24, 1)
    told = stories(found, NOW_MS)
    hosts = [story.host for story in told]
    assert len(hosts) == len(set(hosts)) == 8
    assert len({story.scenario.kind for story in told}) == 8


def test_it_has_something_of_every_state() -> None:
    kinds = {story.scenario.kind for story in stories(machines(24, 1), NOW_MS)}
    assert {ScenarioKind.CPU_SATURATION, ScenarioKind.HOST_DOWN, ScenarioKind.HOST_KEY_CHANGED} <= kinds


def test_something_is_still_to_come_and_most_goes_on_already() -> None:
    told = stories(machines(24, 1), NOW_MS)
    later = [story for story in told if story.scenario.start_ms > NOW_MS]
    assert [story.text.split()[0] for story in later] == ["will"]
    assert all(story.scenario.end_ms > NOW_MS for story in told)


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_a_small_fleet_has_less(count: int) -> None:
    assert len(stories(machines(count, 1), NOW_MS)) == max(1, count // 3)


def test_jump_hosts_are_left_alone_even_where_there_is_hardly_anybody_else() -> None:
    found = [machine for machine in machines(24, 1, behind_share=0.3) if machine.role in {"jump", "build"}]
    (jump,) = (machine for machine in found if machine.role == "jump")
    assert found[0] == jump
    assert jump.name not in {story.host for story in stories(found, NOW_MS)}


def test_the_script_says_the_same_as_the_stories() -> None:
    found = machines(24, 3)
    told = stories(found, NOW_MS)
    start_ms = NOW_MS - 3 * DAY_MS
    read = read_script(story_script(told, start_ms), found, start_ms)
    assert set(read) == {story.scenario for story in told}
