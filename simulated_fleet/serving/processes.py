"""A fleet in one process or in several, which begin and end together."""

import asyncio
import contextlib
import os
from collections.abc import Sequence
from typing import Protocol

import msgspec

from simulated_fleet.serving.descriptors import allow_hosts
from simulated_fleet.serving.figures import Figures, together
from simulated_fleet.serving.part import Order, Told
from simulated_fleet.serving.plan import FleetPlan, PlannedFleet
from simulated_fleet.serving.server import FleetServer
from storage.errors import WatchpostError
from storage.printable import printable

HOSTS_A_PROCESS = 2500
END_TIMEOUT_S = 10.0
_LINE_LIMIT = 65_536


class PartEndedError(WatchpostError):
    """A process of the fleet could not begin, or has ended by itself."""

    kind = "fleet_process_ended"


class RunningFleet(Protocol):
    """A fleet that serves."""

    async def start(self) -> None:
        """Returns when all hosts listen. Raises WatchpostError where one cannot."""

    async def stop(self) -> None:
        """Ends all of it."""

    def figures(self) -> Figures:
        """How it is doing. Raises PartEndedError where a process has ended by itself."""


def processes_for(hosts: int, cores: int) -> int:
    """How many processes serve so many hosts, where nobody says."""
    return max(1, min(-(-hosts // HOSTS_A_PROCESS), cores))


def fleet_in(processes: int, fleet: PlannedFleet, command: Sequence[str]) -> RunningFleet:
    """The fleet, served by so many processes.

    Args:
        processes: how many; one is this very process.
        fleet: what to serve.
        command: starts a program that calls `part.serve_part`.

    Raises:
        TooFewDescriptorsError: this process may not open as many files as that takes.
    """
    if processes == 1:
        allow_hosts(fleet.plan.hosts)
        return FleetServer(fleet)
    return FleetProcesses(fleet.plan, processes, command)


class FleetProcesses:
    """Several processes that serve a part each. Each ends with its standard input, however this process ends."""

    def __init__(self, plan: FleetPlan, processes: int, command: Sequence[str]) -> None:
        """Prepares for `start`; the command is one of a program that calls `part.serve_part`."""
        self._plan = plan
        self._count = processes
        self._command = command
        self._parts: list[_Part] = []

    async def start(self) -> None:
        """Starts all of them.

        Raises:
            PartEndedError: one could not begin; all have ended then.
        """
        try:
            for part in range(self._count):
                self._parts.append(await _Part.start(self._command, Order(self._plan, part, self._count)))
            for running in self._parts:
                await running.ready()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ends all of them, and kills what does not."""
        await asyncio.gather(*(part.stop() for part in self._parts))

    def figures(self) -> Figures:
        """Of all of them together. Raises PartEndedError where one has ended."""
        for part in self._parts:
            part.check()
        return together(part.figures for part in self._parts)


class _Part:
    """One process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.figures = Figures()
        self._process = process
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ended: PartEndedError | None = None
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, command: Sequence[str], order: Order) -> "_Part":
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_LINE_LIMIT,
                # Ctrl-C at the terminal is for this process alone, which then ends the others in order.
                start_new_session=True,
            )
        except OSError as error:
            raise PartEndedError(
                f"A process of the fleet cannot be started: {os.strerror(error.errno or 0)}."
            ) from error
        part = cls(process)
        if process.stdin is not None:
            with contextlib.suppress(ConnectionError):
                process.stdin.write(msgspec.json.encode(order) + b"\n")
                await process.stdin.drain()
        return part

    async def ready(self) -> None:
        await self._ready

    def check(self) -> None:
        if self._ended is not None:
            raise self._ended

    async def stop(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(END_TIMEOUT_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._listening
        if self._ready.done():
            # Whoever stops no longer asks why it ended.
            self._ready.exception()

    async def _listen(self) -> None:
        told = Told()
        stream = self._process.stdout
        while stream is not None and (line := await stream.readline()):
            told = msgspec.json.decode(line, type=Told)
            if told.figures is not None:
                self.figures = told.figures
                if not self._ready.done():
                    self._ready.set_result(None)
        status = await self._process.wait()
        words = printable(told.message) or f"A process of the fleet has ended with status {status}."
        self._ended = PartEndedError(words, hint=printable(told.hint))
        if not self._ready.done():
            self._ready.set_exception(self._ended)
