"""One process of a fleet that is served by several: takes its orders from standard input, tells on standard output.

The first line in is the plan and which part of it; the end of input is the end of the process, so that it never
outlives whoever started it. Each line out is one of `Told`.
"""

import asyncio
import contextlib
import os
import sys
from dataclasses import dataclass

import msgspec

from simulated_fleet.serving.descriptors import allow_hosts
from simulated_fleet.serving.figures import Figures
from simulated_fleet.serving.plan import FleetPlan, carry_out, shares
from simulated_fleet.serving.server import FleetServer
from storage.errors import InvalidInputError, WatchpostError

FIGURES_EVERY_S = 1.0
_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is to serve.

    Attributes:
        plan: of the whole fleet.
        part: which of the parts, from 0.
        parts: into how many it is divided.
    """

    plan: FleetPlan
    part: int
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a process tells: first that it is ready or why it cannot be, then its figures each second.

    Attributes:
        figures: how it is doing; the first ones say that it is ready.
        message, hint: why it has ended.
    """

    figures: Figures | None = None
    message: str = ""
    hint: str = ""


def serve_part() -> int:
    """Serves one part until standard input ends; returns the exit status."""
    try:
        order = _order(sys.stdin.buffer.readline())
        fleet = carry_out(order.plan)
        indexes = shares(fleet.machines, order.parts)[order.part]
        allow_hosts(len(indexes))
        asyncio.run(_serve(FleetServer(fleet, indexes)))
    except WatchpostError as error:
        _tell(Told(message=error.message, hint=error.hint))
        return 1
    return 0


def _order(line: bytes) -> Order:
    try:
        return msgspec.json.decode(line, type=Order)
    except msgspec.DecodeError as error:
        raise InvalidInputError("This is no order for a part of a fleet.") from error


async def _serve(server: FleetServer) -> None:
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(0, _watch_input, over)
    await server.start()
    try:
        while not over.is_set():
            _tell(Told(figures=server.figures()))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FIGURES_EVERY_S):
                    await over.wait()
    finally:
        await server.stop()


def _watch_input(over: asyncio.Event) -> None:
    if not os.read(0, _AT_ONCE):
        asyncio.get_running_loop().remove_reader(0)
        over.set()


def _tell(told: Told) -> None:
    # Whoever listened is gone: then the input is over, too.
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
        sys.stdout.buffer.flush()
