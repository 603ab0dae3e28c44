from dataclasses import replace

import pytest

from monitor_gui.poller.child_story import ChildStory
from monitor_gui.poller.database_trouble import DatabaseTrouble
from monitor_gui.poller.poller_state import SILENT_AFTER_MS, PollerKind, PollerState, poller_state
from storage.pollers import Poller

NOW_MS = 1_000_000
OURS = Poller(
    id="x",
    machine="desk",
    pid=7,
    version="1",
    started_at=NOW_MS - 50_000,
    heartbeat_at=NOW_MS,
    stopped_at=None,
    delay_ms=41,
)
CHILD = ChildStory(since_ms=NOW_MS - 60_000)


def kind(story: ChildStory, poller: Poller | None = None, trouble: DatabaseTrouble | None = None) -> PollerKind:
    return poller_state(story, poller, 5.0, trouble, NOW_MS).kind


def test_our_child_runs_when_the_database_has_heard_of_it() -> None:
    state = poller_state(CHILD, OURS, 5.0, None, NOW_MS)
    assert state == PollerState(kind=PollerKind.RUNNING, interval_s=5.0, delay_ms=41)


def test_until_then_it_is_starting_and_after_long_it_is_silent() -> None:
    assert kind(ChildStory(since_ms=NOW_MS - 1000)) is PollerKind.STARTING
    assert kind(ChildStory(since_ms=NOW_MS - SILENT_AFTER_MS)) is PollerKind.SILENT


def test_a_poller_that_was_killed_before_ours_began_is_not_taken_for_it() -> None:
    killed = replace(OURS, started_at=NOW_MS - 120_000)
    assert kind(ChildStory(since_ms=NOW_MS - 1000), killed) is PollerKind.STARTING


def test_one_that_is_not_ours_is_told_with_its_process() -> None:
    state = poller_state(ChildStory(is_elsewhere=True), OURS, 5.0, None, NOW_MS)
    assert (state.kind, state.pid, state.machine) == (PollerKind.RUNNING_ELSEWHERE, 7, "desk")
    assert kind(ChildStory(is_elsewhere=True)) is PollerKind.RUNNING_ELSEWHERE


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (ChildStory(), PollerKind.NONE),
        (ChildStory(is_starting=True), PollerKind.STARTING),
        (ChildStory(is_wanted=False), PollerKind.STOPPED),
        (ChildStory(restart_at_ms=NOW_MS + 1), PollerKind.DIED),
        (ChildStory(has_given_up=True), PollerKind.GAVE_UP),
    ],
)
def test_where_none_lives_it_says_why(story: ChildStory, expected: PollerKind) -> None:
    assert kind(story, OURS) is expected


def test_trouble_with_the_database_comes_first() -> None:
    assert kind(CHILD, OURS, DatabaseTrouble.LOCKED) is PollerKind.DATABASE_TROUBLE


@pytest.mark.parametrize(("ms", "seconds"), [(1, 1), (1000, 1), (1001, 2), (0, 0), (-5000, 0)])
def test_the_time_until_the_next_start_is_rounded_up(ms: int, seconds: int) -> None:
    state = poller_state(ChildStory(restart_at_ms=NOW_MS + ms), None, 5.0, None, NOW_MS)
    assert state.restarts_in_s == seconds


def test_pollers_that_say_how_their_work_goes_are_told_where_one_runs() -> None:
    telling = replace(OURS, figures={"hosts": 3, "up": 2, "scrapes_per_s": 0.6})
    for story in (CHILD, ChildStory(is_elsewhere=True)):
        state = poller_state(story, telling, 5.0, None, NOW_MS, pollers=[telling, OURS])
        assert state.pollers == (telling,)
        assert state.work is not None
        assert (state.work.up, state.work.hosts) == (2, 3)


def test_of_one_that_does_not_run_nothing_is_told() -> None:
    telling = replace(OURS, figures={"hosts": 3})
    starting = ChildStory(since_ms=NOW_MS - 1)
    assert poller_state(starting, telling, 5.0, None, NOW_MS, pollers=[telling]).pollers == ()
    assert poller_state(ChildStory(), telling, 5.0, None, NOW_MS, pollers=[telling]).work is None
