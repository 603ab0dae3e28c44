"""A deadline for a call that has none of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def within(deadline_s: float, call: Callable[[], T]) -> T:
    """The result of `call`, or whatever it raises.

    A call that hangs is left behind, in a thread that does not keep the process alive.

    Raises:
        TimeoutError: it has not come back within `deadline_s` seconds.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is awaited
            outcome.set_exception(error)

    threading.Thread(target=run, name="with a deadline", daemon=True).start()
    return outcome.result(deadline_s)
