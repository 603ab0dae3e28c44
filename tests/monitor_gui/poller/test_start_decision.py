import pytest

from monitor_gui.poller.child_story import ChildStory
from monitor_gui.poller.database_trouble import DatabaseTrouble
from monitor_gui.poller.start_decision import TAKE_OVER_AFTER_MS, may_start


def test_where_nobody_polls_one_is_started() -> None:
    assert may_start(ChildStory(), None, 0, has_file=True)


@pytest.mark.parametrize(
    "story",
    [
        ChildStory(since_ms=1),
        ChildStory(is_elsewhere=True),
        ChildStory(is_wanted=False),
        ChildStory(has_given_up=True),
        ChildStory(restart_at_ms=1001),
    ],
    ids=["ours lives", "another works", "a person stopped it", "it was given up", "its time has not come"],
)
def test_there_are_reasons_not_to(story: ChildStory) -> None:
    assert not may_start(story, None, 1000, has_file=True)


def test_one_that_died_is_started_when_its_time_has_come() -> None:
    assert may_start(ChildStory(restart_at_ms=1000), None, 1000, has_file=True)


@pytest.mark.parametrize(
    ("trouble", "starts"),
    [(trouble, trouble in {"outdated", "full", "other"}) for trouble in DatabaseTrouble],
)
def test_trouble_that_a_start_would_make_worse_forbids_it(trouble: DatabaseTrouble, *, starts: bool) -> None:
    assert may_start(ChildStory(), trouble, 0, has_file=True) is starts


def test_no_database_is_begun_where_there_was_one() -> None:
    assert not may_start(ChildStory(), None, 0, has_file=False)


def test_a_poller_that_has_just_gone_is_given_time_to_come_back() -> None:
    story = ChildStory(free_since_ms=1000)
    assert not may_start(story, None, 1000 + TAKE_OVER_AFTER_MS - 1, has_file=True)
    assert may_start(story, None, 1000 + TAKE_OVER_AFTER_MS, has_file=True)
    assert may_start(story, None, 999, has_file=True), "the clock was set back"
