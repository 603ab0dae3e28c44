"""Starts the probe one way after the other, until the host knows one."""

import time
from collections.abc import Awaitable, Callable

from poller.failure import SessionError
from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.start import Start, Way, start_by
from poller.transport import ProbeConnection
from storage.host import Reader
from storage.reason import Reason

_WITHOUT_PYTHON = frozenset({Reason.NO_PYTHON, Reason.PYTHON_TOO_OLD})
_INSTALL_HINT = (
    "Install it from python.org for all users, with “Add python.exe to PATH”, then psutil: “pip install psutil”."
)


async def start_in_turn(options: ProbeOptions, start: Callable[[Start], Awaitable[ProbeConnection]]) -> ProbeConnection:
    """Starts the probe.

    Each way is a login of its own: some servers open one channel in a connection and no more.

    Args:
        options: what the probe is to do.
        start: starts it one way; raises SessionError and leaves nothing behind then.

    Raises:
        SessionError: none of the ways leads to a probe, and why.
    """
    way = first_way(options)
    failures: list[SessionError] = []
    while True:
        try:
            return await start(start_by(way, options, time.time()))
        except SessionError as failure:
            failures.append(failure)
            following = next_way(way, failure.reason, options)
            if following is None:
                raise conclusion(failures) from failure
            way = following


def first_way(options: ProbeOptions) -> Way:
    """How to start where nothing is known of the host yet."""
    return Way.SHELL if options.reader is Reader.SHELL else Way.PYTHON


def next_way(way: Way, reason: Reason, options: ProbeOptions) -> Way | None:
    """What is left to try after a way has failed; None when nothing is.

    A reader that was asked for by name is not replaced by another one.
    """
    if reason is Reason.WINDOWS and options.reader is not Reader.SHELL:
        return {Way.PYTHON: Way.WINDOWS_PYTHON, Way.WINDOWS_PYTHON: Way.WINDOWS_LAUNCHER}.get(way)
    if way is Way.PYTHON and reason in _WITHOUT_PYTHON and options.reader is Reader.AUTO:
        return Way.SHELL
    return None


def conclusion(failures: list[SessionError]) -> SessionError:
    """The one failure that tells a person what to do, after all that was tried."""
    last = failures[-1]
    if len(failures) > 1 and last.reason is Reason.WINDOWS:
        return SessionError(
            Reason.NO_PYTHON, "There is no Python on this Windows host.", hint=_INSTALL_HINT, detail=last.detail
        )
    # That the shell cannot replace Python there either is no news to somebody who is to install Python.
    return failures[0] if last.reason is Reason.NO_PYTHON else last
