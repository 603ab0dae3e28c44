from monitor_gui.poller.child_story import ChildStory


def test_a_death_sets_the_time_of_the_next_start() -> None:
    story = ChildStory().started(1000).died("why", 2000)
    assert (story.since_ms, story.restart_at_ms, story.last_words, story.deaths) == (None, 3000, "why", (2000,))
    assert story.started(3000).restart_at_ms is None


def test_what_a_person_wants_wipes_out_what_was_before() -> None:
    story = ChildStory(deaths=(1, 2), restart_at_ms=5, has_given_up=True, free_since_ms=7)
    assert story.wanted() == ChildStory(is_starting=True)
    assert story.unwanted() == ChildStory(is_wanted=False, free_since_ms=7)


def test_when_another_poller_goes_that_is_noted_once() -> None:
    story = ChildStory(deaths=(1,)).with_others(True, 1000)
    assert (story.is_elsewhere, story.deaths) == (True, ())
    gone = story.with_others(False, 2000)
    assert gone.free_since_ms == 2000
    assert gone.with_others(False, 3000) == gone
    assert gone.with_others(True, 4000).free_since_ms is None
