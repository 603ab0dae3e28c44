"""An event loop that lets news gather."""

import asyncio
import os

import pytest

from poller import event_loop
from poller.event_loop import GATHER_S, GatheringLoop, gathering_s, hurry


def test_a_coroutine_runs_to_its_end_and_its_answer_comes_back() -> None:
    async def answer() -> int:
        assert isinstance(asyncio.get_running_loop(), GatheringLoop)
        await asyncio.sleep(0.001)
        return 42

    assert event_loop.run(answer()) == 42


def test_what_comes_within_a_moment_is_handed_over_together() -> None:
    async def wakes() -> list[list[int]]:
        loop = asyncio.get_running_loop()
        pipes = [os.pipe() for _ in range(3)]
        batches: list[list[int]] = [[]]
        all_read = asyncio.Event()

        def read(number: int, end: int) -> None:
            os.read(end, 1)
            batches[-1].append(number)
            loop.call_soon(batches.append, [])
            if sum(map(len, batches)) == len(pipes):
                all_read.set()

        for number, (reading, _) in enumerate(pipes):
            loop.add_reader(reading, read, number, reading)
        # From another thread, as the network does it: one after the other, well within the moment.
        await asyncio.to_thread(lambda: [os.write(writing, b"x") for _, writing in pipes])
        await all_read.wait()
        for reading, writing in pipes:
            loop.remove_reader(reading)
            os.close(reading)
            os.close(writing)
        return [batch for batch in batches if batch]

    assert event_loop.run(wakes()) == [[0, 1, 2]]


def test_what_came_while_the_loop_was_busy_has_waited_for_that_long_already() -> None:
    assert gathering_s(blocked_s=0.2, since_look_s=0.3) == GATHER_S
    assert gathering_s(blocked_s=0.0, since_look_s=0.1) == pytest.approx(GATHER_S - 0.1)
    assert gathering_s(blocked_s=0.0, since_look_s=60.0) == 0.0


async def test_on_another_loop_there_is_nothing_to_hurry() -> None:
    with hurry():
        await asyncio.sleep(0)


def test_a_haste_with_a_limit_ends_with_it_and_only_once() -> None:
    async def hurried() -> list[int]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, GatheringLoop)
        seen = []
        with hurry():
            with hurry(limit_s=0.01):
                seen.append(loop.selector.hurried)
                await asyncio.sleep(0.05)
                seen.append(loop.selector.hurried)
            seen.append(loop.selector.hurried)
        return [*seen, loop.selector.hurried]

    assert event_loop.run(hurried()) == [2, 1, 1, 0]
