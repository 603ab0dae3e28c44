"""Asking many things at once, some of which never answer."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from remote_probe.check_crew import FAILED, NOT_ASKED, Crew
from tests.eventually import eventually

Question = Callable[[float], object]


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What hangs, hangs until the end of the test."""
    opened = threading.Event()
    yield opened
    opened.set()


def answers(crew: Crew) -> list[Any]:
    found: list[Any] = []

    def are_there() -> bool:
        found[:] = crew.answers() or []
        return bool(found)

    eventually(are_there)
    return found


def hanging(gate: threading.Event) -> Question:
    return lambda until: gate.wait(30)


def test_every_question_is_answered_in_its_place_and_told_its_deadline() -> None:
    crew = Crew([lambda until: (until,), lambda until: (2,)], 5.0, 30.0)
    assert crew.answers() is None
    crew.start()
    (until,), second = answers(crew)
    assert second == (2,)
    assert crew.answers() is None
    assert 0 < until - time.monotonic() < 5.0


def test_one_that_hangs_or_breaks_fails_and_the_others_do_not() -> None:
    gate = threading.Event()
    crew = Crew([hanging(gate), lambda until: 1 / 0, lambda until: (3,)], 0.1, 30.0)
    for _ in range(3):
        crew.start()
        assert answers(crew) == [FAILED, FAILED, (3,)]
    # It was asked once all this time, and is again when it has come back.
    gate.set()
    eventually(lambda: not crew._hanging)
    crew.start()
    assert answers(crew) == [True, FAILED, (3,)]


def test_nobody_waits_for_what_hangs(gate: threading.Event) -> None:
    crew = Crew([hanging(gate)], 30.0, 60.0)
    crew.start()
    assert crew.answers() is None


def test_quick_ones_are_answered_however_many_hang(gate: threading.Event) -> None:
    crew = Crew([hanging(gate)] * 40 + [lambda until: (1,)], 0.05, 0.2)
    crew.start()
    assert NOT_ASKED in answers(crew)
    crew.start()
    assert answers(crew)[-1] in {NOT_ASKED, (1,)}
    crew = Crew([lambda until: (1,), *[hanging(gate)] * 20, lambda until: (1,)], 0.05, 0.2)
    for _ in range(2):
        crew.start()
        found = answers(crew)
        assert (found[0], found[-1]) == ((1,), (1,))
        assert found[1:-1] == [FAILED] * 20


def test_a_host_without_another_thread_to_give_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("_thread.start_new_thread", refuse)
    crew = Crew([lambda until: (1,)], 0.05, 0.05)
    crew.start()
    assert answers(crew) == [NOT_ASKED]
