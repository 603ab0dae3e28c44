"""Tries a host out, step by step, and says what to do where it ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

from poller.failure import SessionError
from poller.stream.decode import BadLineError, Decoder, Hello
from poller.transport import OnStep, ProbeConnection, ProbeSink
from storage.connection_step import Step
from storage.errors import WatchpostError
from storage.host_key import HostKey
from storage.reason import Reason
from storage.scrape import Scrape

DEADLINE_S = 60.0

Start = Callable[[ProbeSink, OnStep], Awaitable[ProbeConnection]]


class StepResult(NamedTuple):
    """One step; the detail is empty for one that passed."""

    step: Step
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a connection test came out.

    Attributes:
        ok: the first reading came.
        steps: those that passed, and last the one that did not.
        reason: None when it is ok.
        message: one sentence; empty when it is ok.
        hint: what to do about it.
        detail: the host's last words, where they explain it.
        host_key: the key that the host presented, where that is what has to be decided.
        hello: what the probe said of the host.
        first_reading: the first scrape.
    """

    ok: bool
    steps: tuple[StepResult, ...]
    reason: Reason | None = None
    message: str = ""
    hint: str = ""
    detail: str = ""
    host_key: HostKey | None = None
    hello: Hello | None = None
    first_reading: Scrape | None = None


class _FirstReading:
    """A sink that waits for the greeting and one scrape."""

    def __init__(self, wall_clock: Callable[[], float]) -> None:
        self.hello: Hello | None = None
        self.outcome: asyncio.Future[Scrape | SessionError] = asyncio.get_running_loop().create_future()
        self._decoder = Decoder(0)
        self._wall_clock = wall_clock

    def lines(self, lines: list[bytes]) -> None:
        for line in lines:
            if self.outcome.done():
                return
            try:
                said = self._decoder.decode(line, self._wall_clock())
            except BadLineError as error:
                self.outcome.set_result(SessionError(Reason.BAD_LINE, error.message))
                return
            if isinstance(said, Hello):
                self.hello = said
            elif said is not None:
                self.outcome.set_result(said)

    def ended(self, failure: SessionError) -> None:
        if not self.outcome.done():
            self.outcome.set_result(failure)


async def check_connection(
    start: Start, on_step: OnStep, deadline_s: float = DEADLINE_S, wall_clock: Callable[[], float] = time.time
) -> Verdict:
    """Starts a probe, waits for its first reading and ends it again.

    Args:
        start: starts it with this sink, telling of its steps.
        on_step: told of each step, once, as it passes.
        deadline_s: for all of it.
        wall_clock: UTC seconds.
    """
    passed: list[Step] = []

    def tick(step: Step) -> None:
        if step not in passed:
            passed.append(step)
            on_step(step)

    sink = _FirstReading(wall_clock)
    try:
        async with asyncio.timeout(deadline_s):
            reading = await _first_reading(start, sink, tick)
    except TimeoutError:
        failure = SessionError(Reason.TIMEOUT, f"There was no reading after {deadline_s:.0f} s.")
    except SessionError as error:
        failure = error
    except WatchpostError as error:
        failure = SessionError(Reason.CREDENTIAL, error.message, hint=error.hint)
    else:
        steps = tuple(StepResult(step, True, "") for step in passed)
        return Verdict(ok=True, steps=steps, hello=sink.hello, first_reading=reading)
    return _failed(failure, passed, sink.hello)


async def _first_reading(start: Start, sink: _FirstReading, tick: OnStep) -> Scrape:
    connection = await start(sink, tick)
    try:
        tick(Step.PYTHON)
        outcome = await sink.outcome
    finally:
        await connection.close()
    if isinstance(outcome, SessionError):
        raise outcome
    tick(Step.FIRST_READING)
    return outcome


def _failed(failure: SessionError, passed: list[Step], hello: Hello | None) -> Verdict:
    """The verdict of a test that ended: it failed at the step after the last one that passed."""
    reached = max((list(Step).index(step) for step in passed), default=-1)
    at = list(Step)[reached + 1]
    steps = (*(StepResult(step, True, "") for step in passed), StepResult(at, False, failure.message))
    return Verdict(
        ok=False,
        steps=steps,
        reason=failure.reason,
        message=failure.message,
        hint=failure.hint,
        detail=failure.detail,
        host_key=failure.host_key,
        hello=hello,
    )
