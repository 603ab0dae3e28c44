"""What the collector of garbage looks at."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from poller.garbage import ALL_EVERY_S, GIVE_BACK_EVERY_S, Garbage, is_all_due


class Ring:
    """Refers to itself, so that the collector alone can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def test_what_lives_is_set_aside_and_what_is_garbage_goes() -> None:
    lives, is_garbage = Ring(), Ring()
    gone = weakref.ref(is_garbage)
    del is_garbage
    before = gc.get_freeze_count()
    Garbage().step(0, 10, 0.0)
    assert gone() is None
    assert gc.get_freeze_count() > before
    assert lives.itself is lives


def test_what_was_set_aside_goes_once_many_sessions_have_ended() -> None:
    garbage = Garbage()
    session = Ring()
    gone = weakref.ref(session)
    garbage.step(0, 10, 0.0)
    del session
    garbage.step(199, 10, 5.0)
    assert gone() is not None
    garbage.step(200, 10, 10.0)
    assert gone() is None


@pytest.mark.parametrize(
    ("ended", "hosts", "since_s", "due"),
    [
        (199, 10, 0.0, False),
        (200, 10, 0.0, True),
        (4999, 10_000, 0.0, False),
        (5000, 10_000, 0.0, True),
        (0, 10, ALL_EVERY_S, True),
    ],
)
def test_all_is_looked_at_when_half_of_the_sessions_have_ended_or_after_hours(
    ended: int, hosts: int, since_s: float, due: bool
) -> None:
    assert is_all_due(ended, hosts, since_s) is due


def test_memory_is_given_back_every_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    given_back: list[float] = []
    garbage = Garbage()
    for now_s in (0.0, GIVE_BACK_EVERY_S - 1, GIVE_BACK_EVERY_S, GIVE_BACK_EVERY_S + 10, 2 * GIVE_BACK_EVERY_S + 20):
        monkeypatch.setattr("poller.garbage.give_back", lambda now_s=now_s: given_back.append(now_s))
        garbage.step(0, 10, now_s)
    assert given_back == [GIVE_BACK_EVERY_S, 2 * GIVE_BACK_EVERY_S + 20]


def test_python_looks_at_the_oldest_hardly_ever_by_itself_until_it_is_over() -> None:
    usual = gc.get_threshold()
    garbage = Garbage()
    garbage.begin()
    assert gc.get_threshold()[2] >= 1000
    garbage.step(0, 10, 0.0)
    garbage.end()
    assert gc.get_threshold() == usual
    assert gc.get_freeze_count() == 0
