"""The live view under a pilot, over a real database."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from alerts.thresholds import DEFAULTS
from storage.database import Database
from storage.reason import HostState, Reason
from tests.fleet.sample_fleet import Machine, record, register
from tests.watchpost.host_views import PROCESSES
from watchpost.terminal.app import LiveView
from watchpost.terminal.feed import Feed

DEADLINE_S = 60.0


@dataclass
class Screen:
    """What is on the screen, and the keys."""

    app: LiveView
    pilot: Pilot[None]

    def lines(self) -> list[str]:
        """The screen as text, one line a row."""
        width, height = self.app.size
        screen = self.app.screen
        rows = screen._compositor.render_strips()
        return ["".join(segment.text for segment in rows[row])[:width] for row in range(min(height, len(rows)))]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines())

    async def press(self, *keys: str) -> None:
        """Presses keys, one after the other."""
        await self.pilot.press(*keys)

    async def until(self, condition: Callable[[str], bool]) -> str:
        """Waits until the screen shows something; fails with the screen when it does not."""
        deadline = time.monotonic() + DEADLINE_S
        while not condition(self.text):
            assert time.monotonic() < deadline, self.text
            await self.pilot.pause()
            await asyncio.sleep(0.01)
        return self.text

    async def until_shown(self, *parts: str) -> str:
        """Waits until the screen shows all of these."""
        return await self.until(lambda text: all(part in text for part in parts))

    async def until_gone(self, part: str) -> str:
        """Waits until the screen does not show it any more."""
        return await self.until(lambda text: part not in text)

    async def row_of(self, name: str) -> int:
        """In which line of the screen a host is, once the layout has come to rest."""
        before = ""
        while before != self.text:
            before = self.text
            await self.pilot.pause(0.05)
        return next(row for row, line in enumerate(self.lines()) if name in line)

    def selected(self) -> str:
        """The line that is marked."""
        return next(line for line in self.lines() if line.startswith("▌"))


@asynccontextmanager
async def opened(url: str, *, size: tuple[int, int] = (120, 40), note: str = "") -> AsyncIterator[Screen]:
    """The live view of a database."""
    app = LiveView(Feed(url, thresholds=DEFAULTS, time_zone=None), note=note)
    async with app.run_test(size=size) as pilot:
        yield Screen(app, pilot)


def fill(database: Database) -> None:
    """Four hosts of four kinds, read until just now, and one that was never read."""
    now = time.time_ns() // 1_000_000
    hosts = register(database, ["db-1", "nas", "web-1", "web-2", "gw", "new"], now_ms=now)
    machines = (
        Machine(name="db-1", cpu=95, memory=60, processes=PROCESSES),
        Machine(name="nas", cpu=10, memory=30, mounts={"/": 20.0, "/srv": 86.0}),
        Machine(name="web-1", cpu=34, memory=70, mounts={"/": 10.0}),
        Machine(name="web-2", cpu=44, memory=50, mounts={"/": 60.0}),
    )
    for machine in machines:
        record(database, machine, hosts[machine.name], start=now - 120_000, end=now)
    record(
        database,
        Machine(name="gw"),
        hosts["gw"],
        start=now - 300_000,
        end=now - 240_000,
        state=HostState.UNREACHABLE,
        reason=Reason.REFUSED,
        detail="Nothing listens on that port.",
    )


def path_of(database: Database) -> Path:
    """The file of a database."""
    return Path(database.url.removeprefix("sqlite:///"))
