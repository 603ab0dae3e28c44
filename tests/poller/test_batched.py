"""Questions that are asked at one moment."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from poller.batched import Batched


class Looks:
    """Answers with the double of a number; 13 is an error of its own, and 0 spoils the look."""

    def __init__(self) -> None:
        self.looks: list[list[int]] = []

    def __call__(self, questions: Sequence[int]) -> Mapping[int, int | Exception]:
        self.looks.append(sorted(questions))
        if 0 in questions:
            raise OSError("away")
        return {number: ValueError("unlucky") if number == 13 else 2 * number for number in questions}


async def test_all_that_is_asked_at_one_moment_is_one_look() -> None:
    looks = Looks()
    batched = Batched(looks)
    assert await asyncio.gather(*(batched.ask(number) for number in (1, 2, 3, 2))) == [2, 4, 6, 4]
    assert looks.looks == [[1, 2, 3]]


async def test_each_question_is_looked_up_anew() -> None:
    looks = Looks()
    batched = Batched(looks)
    for _ in range(2):
        await batched.ask(1)
    assert looks.looks == [[1], [1]]


async def test_an_error_about_one_is_that_ones_alone() -> None:
    batched = Batched(Looks())
    answers = await asyncio.gather(batched.ask(13), batched.ask(1), return_exceptions=True)
    assert isinstance(answers[0], ValueError)
    assert answers[1] == 2


async def test_a_look_that_fails_fails_for_all_who_asked_and_not_for_those_after_them() -> None:
    batched = Batched(Looks())
    answers = await asyncio.gather(batched.ask(0), batched.ask(1), return_exceptions=True)
    assert [type(answer) for answer in answers] == [OSError, OSError]
    assert await batched.ask(1) == 2


async def test_one_who_gives_up_keeps_the_answer_from_nobody_else() -> None:
    batched = Batched(Looks())
    first, second = asyncio.create_task(batched.ask(1)), asyncio.create_task(batched.ask(1))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 2
    with pytest.raises(asyncio.CancelledError):
        await first
