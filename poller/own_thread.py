"""A thread of its own for one blocking call: it may wait for a slow host, and the shared threads are few."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_own_thread(call: Callable[[], T], cut: Callable[[], None]) -> T:
    """What the call returns or raises.

    Args:
        call: blocks.
        cut: makes it end soon, with whatever error. Called from the event loop when the wait is given up, which then
            lasts until the call has ended.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001  # raised where it is awaited
            _post(loop, _fail, outcome, error)
        else:
            _post(loop, _succeed, outcome, result)

    threading.Thread(target=run, name="ssh", daemon=True).start()
    try:
        return await asyncio.shield(outcome)
    except asyncio.CancelledError:
        cut()
        with contextlib.suppress(Exception):
            await outcome
        raise


def _post(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *arguments: object) -> None:
    # A loop that is closed has nobody left who waits.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(call, *arguments)


def _succeed(outcome: asyncio.Future[T], result: T) -> None:
    if not outcome.done():
        outcome.set_result(result)


def _fail(outcome: asyncio.Future[T], error: BaseException) -> None:
    if not outcome.done():
        outcome.set_exception(error)
