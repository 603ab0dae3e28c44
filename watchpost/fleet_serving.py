"""Serves a fleet until somebody ends it, and tells all the while how it is doing."""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
from rich.live import Live
from rich.text import Text

from simulated_fleet.serving.figures import Figures
from simulated_fleet.serving.folder import FleetFolder
from simulated_fleet.serving.plan import PlannedFleet
from simulated_fleet.serving.processes import RunningFleet
from storage.utc import now_ms
from watchpost.console import output
from watchpost.demo.ending import heeded_signals
from watchpost.fleet_text import ready_as_json, ready_lines, running_at, status_as_json, status_text
from watchpost.life_line import end_with_stdin

STATUS_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class FleetReport:
    """What is told of a fleet, and how.

    Attributes:
        fleet: which.
        files: of it.
        processes: that serve it.
        database: in which its hosts are registered; None where they are not.
        as_json: a JSON document a line, for scripts.
    """

    fleet: PlannedFleet
    files: FleetFolder
    processes: int
    database: str | None
    as_json: bool

    def ready(self) -> None:
        """Says that all hosts listen."""
        if self.as_json:
            _line(ready_as_json(self.fleet, self.files, self.processes))
            return
        for line in ready_lines(self.fleet, self.files, self.database):
            output().print(Text(line))

    def stopped(self) -> None:
        """Says that it is over."""
        if self.as_json:
            _line({"event": "stopped"})


async def serve(running: RunningFleet, report: FleetReport, settle: Callable[[], None], *, with_stdin: bool) -> None:
    """Serves until SIGTERM, SIGHUP or Ctrl-C.

    Args:
        running: the fleet, not yet started.
        report: what to tell.
        settle: what there is to do once all hosts listen, before anybody is told; called in a thread.
        with_stdin: whether the end of standard input is the end, too.

    Raises:
        WatchpostError: a host could not listen, or a process of the fleet ended by itself.
    """
    over = asyncio.Event()
    with _set_by_signals(over):
        if with_stdin:
            end_with_stdin()
        await running.start()
        try:
            await asyncio.to_thread(settle)
            report.ready()
            await _tell_status(running, report, over)
        finally:
            await running.stop()
        report.stopped()


@contextlib.contextmanager
def _set_by_signals(over: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in heeded_signals()}
    for number in before:
        loop.add_signal_handler(number, over.set)
    try:
        yield
    finally:
        # The loop would leave those by which a second signal ends the process before its folder is gone.
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


async def _tell_status(running: RunningFleet, report: FleetReport, over: asyncio.Event) -> None:
    """Each second, until it is over: a line for scripts, one that changes in place on a terminal, else nothing."""
    before, then = running.figures(), time.monotonic()
    with contextlib.ExitStack() as stack:
        live = None
        if not report.as_json and output().is_terminal:
            live = stack.enter_context(Live(console=output(), auto_refresh=False, transient=True))
        while not await _passed(over, STATUS_EVERY_S):
            now, at = running.figures(), time.monotonic()
            _tell(report, live, now, before, at - then)
            before, then = now, at


def _tell(report: FleetReport, live: Live | None, now: Figures, before: Figures, elapsed_s: float) -> None:
    troubles = running_at(report.fleet.scenarios, now_ms())
    if report.as_json:
        _line(status_as_json(now, before, elapsed_s, troubles))
    elif live is not None:
        live.update(
            Text(status_text(now, before, elapsed_s, troubles), overflow="ellipsis", no_wrap=True), refresh=True
        )


async def _passed(over: asyncio.Event, seconds: float) -> bool:
    """Waits; returns at once and True when it is over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await over.wait()
    return over.is_set()


def _line(said: object) -> None:
    # Whoever read has gone; the fleet goes on for those who are logged in.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(msgspec.json.encode(said).decode() + "\n")
        sys.stdout.flush()
