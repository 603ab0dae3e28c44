import _thread
import threading

import pytest

from remote_probe.timed_call import TimedCalls
from tests.eventually import eventually


def test_an_answer_in_time_is_the_answer() -> None:
    assert TimedCalls(30.0).ask("key", lambda a, b: a + b, 1, 2) == 3


def test_a_failure_is_no_answer_and_the_next_try_starts_anew() -> None:
    calls = TimedCalls(30.0)
    assert calls.ask("key", {}.__getitem__, "missing") is None
    assert calls.ask("key", str, 5) == "5"


def test_a_call_that_hangs_costs_one_deadline_and_one_thread() -> None:
    released = threading.Event()
    started: list[int] = []

    def hang() -> str:
        started.append(1)
        released.wait()
        return "late"

    calls = TimedCalls(0.05)
    try:
        assert [calls.ask("dead", hang) for _ in range(5)] == [None] * 5
        assert len(started) == 1
        assert calls.ask("alive", str, 1) == "1"
    finally:
        released.set()


def test_a_call_that_came_back_late_may_be_made_again() -> None:
    released = threading.Event()
    calls = TimedCalls(0.05)
    assert calls.ask("key", released.wait) is None
    released.set()
    eventually(lambda: calls.ask("key", str, 1) == "1")


def test_a_host_that_gives_no_more_threads_gives_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", refuse)
    assert TimedCalls(30.0).ask("key", str, 1) is None
