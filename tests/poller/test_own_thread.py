"""Blocking calls in threads of their own."""

import asyncio
import threading

import pytest

from poller.own_thread import in_own_thread


async def test_what_a_call_returns_or_raises_comes_back() -> None:
    assert await in_own_thread(lambda: 7, lambda: None) == 7
    with pytest.raises(ZeroDivisionError):
        await in_own_thread(lambda: 1 // 0, lambda: None)


async def test_calls_do_not_wait_for_one_another() -> None:
    # More than the threads that everybody shares.
    together = threading.Barrier(50)
    places = await asyncio.gather(*(in_own_thread(together.wait, lambda: None) for _ in range(50)))
    assert sorted(places) == list(range(50))


async def test_a_call_that_is_given_up_is_cut_and_has_ended() -> None:
    cut, ended = threading.Event(), threading.Event()

    def call() -> None:
        cut.wait()
        ended.set()
        raise OSError("cut")

    task = asyncio.create_task(in_own_thread(call, cut.set))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
