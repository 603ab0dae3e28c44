"""Whatever ends a demonstration, it ends in order: Ctrl-C, a closed terminal and a service manager's SIGTERM."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def heeded_signals() -> list[signal.Signals]:
    """Those that end the work and are not ignored, as SIGHUP is under nohup."""
    return [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Inside, each of these signals ends the work as Ctrl-C does: by one KeyboardInterrupt, and those after it by none.

    What is ignored, as SIGHUP is under nohup, stays so.

    Only in the main thread. What clears away is `undisturbed` besides: the first signal may come just then.
    """
    before = {number: signal.getsignal(number) for number in heeded_signals()}
    try:
        for number in before:
            is_hangup = number == getattr(signal, "SIGHUP", None)
            signal.signal(number, _hang_up if is_hangup else _interrupt)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside, none of these signals counts: a second Ctrl-C must not leave half of it behind. For seconds at most."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _hang_up(_number: int, _frame: FrameType | None) -> None:
    # By way of SIGTERM: the window has a handler of its own for that one.
    signal.raise_signal(signal.SIGTERM)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
