"""What the product and the distribution's own tools say of the same seconds under load."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from poller.local_transport import start_local
from poller.probe_start.probe_options import ProbeOptions
from poller.stream.session import Session
from storage.derive import deriver_for, elapsed
from storage.scrape import Cadence, Scrape, Vector
from storage.series import SeriesKey, shared_layout
from tests.ground_truth.load import everything_busy, memory_in_use, network_of_its_own

WINDOW_S = 4
_INTERVAL_S = 0.1
"""The probe's shortest: a reading of a tool is half of it from one of ours at the most."""
_APART_S = 0.12
"""Further from each other than this they have not read at the same time."""
_ATTEMPTS = 6
_DEADLINE_S = 60.0
_LOOK_S = 0.01

Values = Mapping[str, float]
"""By series, as Prometheus writes it."""


@dataclass(frozen=True)
class Window:
    """What a tool said of the time between its two readings, and what we say.

    Attributes:
        output: all that the tool wrote.
        ours: what is derived from our readings next to the tool's: one for each pair of neighbours of the two.
    """

    output: bytes
    ours: list[Values]


@dataclass(frozen=True)
class Moment:
    """What a tool said of one moment, and our readings right before and after it, counters included."""

    output: bytes
    before: Values
    after: Values


@dataclass(frozen=True)
class Observed:
    """All of it, taken at once."""

    interface: str
    mpstat: Window
    iostat: Window
    sar: Window
    free: Moment
    vmstat: Moment
    ip_link: Moment


class _MissedError(Exception):
    """A tool and the probe have not looked at the same seconds."""


@dataclass
class _Tool:
    """A program that reads, waits for `WINDOW_S` and reads again."""

    process: subprocess.Popen[bytes]
    began_at: float = 0.0
    ended_at: float = 0.0

    def has_begun(self) -> bool:
        if not self.began_at and any(map(_waits_for_its_alarm, _family(self.process))):
            self.began_at = time.time()
        return bool(self.began_at)

    def has_ended(self) -> bool:
        if not self.ended_at and self.process.poll() is not None:
            self.ended_at = time.time()
        return bool(self.ended_at)

    def output(self) -> bytes:
        assert self.process.stdout is not None
        return self.process.stdout.read()


@dataclass
class _Readings:
    """What the product has of this machine, the whole way from the probe's lines to derived values."""

    scrapes: list[Scrape] = field(default_factory=list)

    async def next(self) -> Values:
        """All values of a reading that is taken from now on."""
        now_ms = time.time() * 1000
        await _until(lambda: bool(self.scrapes) and self.scrapes[-1].ts > now_ms)
        last = _fast(self.scrapes[-1])
        return {**_named(last.layout.series, last.values), **_derived(self.scrapes[-1], self.scrapes[-1])}

    def between(self, began_at: float, ended_at: float) -> list[Values]:
        if abs(ended_at - began_at - WINDOW_S) > _APART_S:
            raise _MissedError
        pairs = [
            (first, second)
            for first in self._around(began_at)
            for second in self._around(ended_at)
            # The tool's readings lie `WINDOW_S` apart: two of ours that do not would give other rates.
            if abs(second.ts - first.ts - WINDOW_S * 1000) <= _INTERVAL_S * 1000 * 0.6
        ]
        if not pairs:
            raise _MissedError
        return [_derived(*pair) for pair in pairs]

    def _around(self, at: float) -> list[Scrape]:
        """Our readings next to a moment."""
        near = sorted(self.scrapes, key=lambda scrape: abs(scrape.ts / 1000 - at))[:3]
        if abs(near[0].ts / 1000 - at) > _APART_S:
            raise _MissedError
        return near


async def observe() -> Observed:
    """Loads this machine for some seconds, and has everybody look at it meanwhile.

    Once more where the machine had no time for one of them: then they have not looked at the same seconds.
    """
    for _ in range(_ATTEMPTS):
        try:
            return await _observe_once()
        except _MissedError:
            continue
    raise AssertionError(f"in {_ATTEMPTS} attempts the probe and the tools never looked at the same seconds")


async def _observe_once() -> Observed:
    readings = _Readings()
    session = Session(1, on_scrape=readings.scrapes.append, wall_clock=time.time)
    probe = await start_local(ProbeOptions(interval_s=_INTERVAL_S, all_interfaces=True), session)
    try:
        with _hurried(), network_of_its_own() as interface, memory_in_use():
            await readings.next()
            return await _observe(readings, interface)
    finally:
        await probe.close()


async def _observe(readings: _Readings, interface: str) -> Observed:
    commands = {
        "mpstat": ("mpstat", "-P", "ALL", "-o", "JSON", f"{WINDOW_S}", "1"),
        "iostat": ("iostat", "-dxk", "-y", "-o", "JSON", f"{WINDOW_S}", "1"),
        "sar": ("sar", "-n", "DEV", "-n", "EDEV", f"{WINDOW_S}", "1"),
    }
    tools = {name: _start(*command) for name, command in commands.items()}
    try:
        # All load lies between the readings: what a tool and we do not see alike at the ends is other people's.
        await _until(lambda: _every(tools, _Tool.has_begun))
        with everything_busy():
            free = await _moment(readings, "free", "-b", "-w")
            vmstat = await _moment(readings, "vmstat", "-s", "-S", "B")
            ip_link = await _moment(readings, "ip", "-j", "-s", "link", "show", "dev", interface)
            await _until(lambda: _every(tools, _Tool.has_ended))
        await readings.next()
        await readings.next()
        windows = {
            name: Window(tool.output(), readings.between(tool.began_at, tool.ended_at)) for name, tool in tools.items()
        }
        return Observed(interface, **windows, free=free, vmstat=vmstat, ip_link=ip_link)
    finally:
        for tool in tools.values():
            tool.process.kill()
            tool.process.communicate()


async def _moment(readings: _Readings, *command: str) -> Moment:
    before = await readings.next()
    output = await asyncio.to_thread(subprocess.check_output, command, env=_plain_english())
    return Moment(output, before, await readings.next())


def _start(*command: str) -> _Tool:
    tool = _Tool(subprocess.Popen(command, stdout=subprocess.PIPE, env=_plain_english()))
    _hurry(psutil.Process(tool.process.pid))
    return tool


@contextlib.contextmanager
def _hurried() -> Iterator[None]:
    """Has us and the probe look on time for a while, too."""
    us = psutil.Process()
    before = us.nice()
    for process in (us, *us.children()):
        _hurry(process)
    try:
        yield
    finally:
        us.nice(before)


def _hurry(process: psutil.Process) -> None:
    """Has it read on time however loaded the machine is, where that may be asked for."""
    with contextlib.suppress(psutil.Error, PermissionError):
        process.nice(-10)


def _plain_english() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "S_TIME_FORMAT": "ISO"}


def _every(tools: Mapping[str, _Tool], question: Callable[[_Tool], bool]) -> bool:
    """Asks every one, as each takes note of when its answer changed."""
    return {question(tool) for tool in tools.values()} == {True}


def _family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """sar has its readings taken by a child."""
    try:
        parent = psutil.Process(process.pid)
        return [parent, *parent.children()]
    except psutil.NoSuchProcess:
        return []


def _waits_for_its_alarm(process: psutil.Process) -> bool:
    """Whether it sleeps, and has said what to do at SIGALRM: that is how sysstat's tools pass the time."""
    try:
        text = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    return status.get("State", "").startswith("S") and bool(int(status["SigCgt"], 16) >> (signal.SIGALRM - 1) & 1)


def _fast(scrape: Scrape) -> Vector:
    return next(vector for vector in scrape.vectors if vector.cadence is Cadence.FAST)


def _derived(first: Scrape, second: Scrape) -> Values:
    """What is derived from two readings for the series that both have: interfaces come and go with other tests."""
    before, after = _fast(first), _fast(second)
    place = {key: index for index, key in enumerate(before.layout.series)}
    common = tuple(key for key in after.layout.series if key in place)
    rows = np.array(
        [
            [before.values[place[key]] for key in common],
            [value for key, value in zip(after.layout.series, after.values, strict=True) if key in place],
        ]
    )
    spans = elapsed(np.array([first.ts, second.ts]), np.array([first.session_at, second.session_at]), 60.0)
    deriver = deriver_for(shared_layout(common))
    return _named(deriver.series, deriver.compute(spans, rows)[0])


def _named(series: tuple[SeriesKey, ...], values: NDArray[np.float64]) -> Values:
    return dict(zip(map(str, series), values.tolist(), strict=True))


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(_DEADLINE_S):
        while not condition():
            await asyncio.sleep(_LOOK_S)
