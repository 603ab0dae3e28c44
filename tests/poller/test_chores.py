import asyncio

from structlog.testing import capture_logs

from poller.chores import Chores
from storage.errors import DatabaseUnavailableError, KeyringUnavailableError


class Chore:
    """Fails in its turns as it is told to; when there is nothing left, it waits."""

    def __init__(self, *turns: Exception | None) -> None:
        self._turns = list(turns)
        self.done = asyncio.Event()

    async def __call__(self) -> None:
        if not self._turns:
            self.done.set()
            await asyncio.Event().wait()
        if error := self._turns.pop(0):
            raise error


AWAY = DatabaseUnavailableError("It is away.")


async def events(**chores: Chore) -> list[tuple[str, str]]:
    """What is logged until all have had their turns, one chore after the other in each round."""
    repeated = Chores()
    with capture_logs() as logs:
        tasks = [asyncio.create_task(repeated.repeat(name, 0, chore)) for name, chore in chores.items()]
        await asyncio.gather(*(chore.done.wait() for chore in chores.values()))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [(log["event"], log["chore"]) for log in logs]


async def test_a_chore_that_fails_is_told_once_and_goes_on() -> None:
    assert await events(a=Chore(AWAY, AWAY, AWAY, None, None)) == [("chore_failed", "a"), ("chore_recovered", "a")]


async def test_chores_that_fail_for_one_cause_are_told_once_together() -> None:
    told = await events(a=Chore(AWAY, AWAY, None), b=Chore(AWAY, AWAY, AWAY, None))
    assert told == [("chore_failed", "a"), ("chore_recovered", "b")]


async def test_another_cause_is_told_too() -> None:
    told = await events(a=Chore(AWAY, AWAY), b=Chore(KeyringUnavailableError("Locked."), None))
    assert told == [("chore_failed", "a"), ("chore_failed", "b"), ("chore_recovered", "b")]


async def test_a_fault_of_ours_is_told_and_does_not_end_a_chore() -> None:
    told = await events(a=Chore(ZeroDivisionError(), ZeroDivisionError(), None))
    assert told == [("chore_failed", "a"), ("chore_recovered", "a")]


async def test_a_cause_that_comes_again_is_told_again() -> None:
    told = await events(a=Chore(AWAY, None, AWAY))
    assert told == [("chore_failed", "a"), ("chore_recovered", "a"), ("chore_failed", "a")]
