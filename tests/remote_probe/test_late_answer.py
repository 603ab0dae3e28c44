import threading

from remote_probe.late_answer import LateAnswer
from tests.eventually import eventually


def test_an_answer_in_time_is_the_answer() -> None:
    assert LateAnswer(lambda: 5, 30.0).ask() == 5


def test_a_failure_is_no_answer() -> None:
    def fail() -> int:
        raise OSError

    assert LateAnswer(fail, 30.0).ask() is None


def test_what_came_too_late_is_the_answer_of_the_next_turn_and_of_no_other() -> None:
    released, done = threading.Event(), threading.Event()
    numbers = iter(range(3))

    def question() -> int:
        if (number := next(numbers)) == 1:
            done.set()
        released.wait()
        released.clear()
        return number

    answer = LateAnswer(question, 0.05)
    assert answer.ask() is None
    released.set()
    eventually(lambda: not released.is_set())
    # The thread may still be on its way out; then nothing new is asked in this turn.
    eventually(lambda: answer.ask() == 0)
    eventually(lambda: answer.ask() is None and done.is_set())
    released.set()
    eventually(lambda: answer.ask() == 1)


def test_a_question_that_hangs_has_no_answer_and_is_not_asked_again() -> None:
    released = threading.Event()
    asked: list[int] = []

    def question() -> int:
        asked.append(1)
        released.wait()
        return 1

    answer = LateAnswer(question, 0.05)
    assert [answer.ask() for _ in range(3)] == [None] * 3
    assert asked == [1]
    released.set()
