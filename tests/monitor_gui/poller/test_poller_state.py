from dataclasses import replace

import pytest

from monitor_gui.poller.child_story import ChildStory
from monitor_gui.poller.database_trouble import DatabaseTrouble
from monitor_gui.poller.poller_state import (
    SILENT_AFTER_MS,
    PollerKind,
    PollerState,
    footer_text,
    poller_state,
)
from monitor_gui.theme.tokens import health_icon
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


def footer(state_kind: PollerKind, **more: object) -> tuple[str, str]:
    text = footer_text(PollerState(kind=state_kind, **more))  # type: ignore[arg-type]
    return text.title, text.detail


def test_the_footer_says_how_often_and_how_late() -> None:
    assert footer(PollerKind.RUNNING, interval_s=5.0, delay_ms=41) == ("Collector running", "every 5 s · lag 41 ms")
    assert footer(PollerKind.RUNNING, interval_s=60.0)[1] == "every 1 min"
    assert footer(PollerKind.RUNNING, interval_s=5.0, delay_ms=12_300)[1].endswith("lag 12.3 s")
    assert footer(PollerKind.DIED, restarts_in_s=10) == ("Collector ended", "starts again in 10 s")


def test_of_another_ones_poller_the_footer_names_the_process_and_the_tip_the_machine() -> None:
    state = PollerState(kind=PollerKind.RUNNING_ELSEWHERE, interval_s=5, delay_ms=33, machine="m\u202e\n" * 99, pid=7)
    text = footer_text(state)
    assert text.detail == "pid 7 · lag 33 ms"
    assert "process 7 on m\ufffd " in text.tip
    assert len(text.tip) < 200
    assert "\u202e" not in text.tip


def test_every_state_has_a_title_a_shape_and_a_tip() -> None:
    for each in PollerKind:
        text = footer_text(PollerState(kind=each, trouble=DatabaseTrouble.FULL, restarts_in_s=1, interval_s=5.0))
        assert text.title
        assert text.tip.startswith(text.title)
        assert health_icon(text.health)
    busy = footer_text(PollerState(kind=PollerKind.DATABASE_TROUBLE, trouble=DatabaseTrouble.LOCKED))
    assert busy.health == "warning"


def test_the_tip_has_the_last_words_of_one_that_died() -> None:
    state = PollerState(kind=PollerKind.GAVE_UP, last_words="disk \x1b[31mfull")
    assert footer_text(state).tip.endswith("disk \ufffd[31mfull")
