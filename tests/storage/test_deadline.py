import threading

import pytest

from storage.deadline import within


def test_a_result_in_time_comes_back() -> None:
    assert within(5, lambda: "here") == "here"


def test_an_exception_comes_back_as_it_was() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_a_call_that_hangs_is_left_behind_and_keeps_nothing_alive() -> None:
    gate = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.01, gate.wait)
    (left,) = [thread for thread in threading.enumerate() if thread.name == "with a deadline"]
    assert left.daemon
    gate.set()
    left.join(5)
    assert not left.is_alive()
