"""What connecting and disconnecting leaves behind in the poller, and how soon a killed poller's probe is gone.

Every cycle is a whole one, as for a host that comes and goes: login to a real OpenSSH, probe started, first reading
taken, closed. One process does all of them, some at a time, as most of a cycle is waiting.
"""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
import structlog

from benchmarks.figure import Figure
from poller.paramiko_ssh.transport import start_paramiko
from poller.probe_start.probe_options import ProbeOptions
from poller.ssh.settings import SshTarget
from poller.ssh.transport import start_ssh
from poller.stream.session import Session
from poller.transport import ProbeConnection, ProbeSink
from storage.host_keys import HostKey, fingerprint_of
from storage.scrape import Scrape
from tests.real_sshd import RealSshd, current_user, read_public_key, running_sshd
from tests.ssh_target import target_of

CYCLES, PARAMIKO_CYCLES, WARM_UP = 2000, 300, 100
_AT_ONCE = 4
GROWTH_LIMIT_MB = 5.0
KILLS = 20
GONE_LIMIT_S = 2.0

Start = Callable[[SshTarget, ProbeOptions, ProbeSink], Awaitable[ProbeConnection]]
_OPTIONS = ProbeOptions(interval_s=60.0)

# What is killed: a program with one session, that says when it is up.
_VICTIM = """
import asyncio, pathlib, sys, time
from benchmarks.connections import one_session
asyncio.run(one_session(int(sys.argv[1]), pathlib.Path(sys.argv[2])))
"""


_POOLS = ("asyncio_", "ssh-config")


@dataclass(frozen=True, slots=True)
class Held:
    """What this process holds.

    Attributes:
        memory_mb: resident.
    """

    memory_mb: float
    descriptors: int
    threads: int
    tasks: int


def measure(*, quick: bool) -> list[Figure]:
    """All figures; quickly with a tenth of the cycles."""
    share = 10 if quick else 1
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with running_sshd(home / "sshd", f"SetEnv HOME={home}") as sshd:
            return [
                *_growth_figures("asyncssh", start_ssh, sshd, CYCLES // share),
                *_growth_figures("paramiko", start_paramiko, sshd, PARAMIKO_CYCLES // share),
                *_kill_figures(sshd, KILLS // (4 if quick else 1)),
            ]


def _growth_figures(name: str, start: Start, sshd: RealSshd, cycles: int) -> list[Figure]:
    before, after = asyncio.run(_cycles(start, target_of(sshd), cycles))
    what = f"after {cycles} cycles by {name}, less that after {WARM_UP} before them"
    return [
        Figure(
            f"{name}_growth_mb",
            after.memory_mb - before.memory_mb,
            GROWTH_LIMIT_MB,
            "MB",
            f"resident memory {what} ({before.memory_mb:.0f} MB)",
        ),
        Figure(f"{name}_more_descriptors", after.descriptors - before.descriptors, 0, "", "open " + what),
        Figure(f"{name}_more_threads", after.threads - before.threads, 0, "", "alive " + what),
        Figure(f"{name}_more_tasks", after.tasks - before.tasks, 0, "", "of asyncio " + what),
    ]


async def _cycles(start: Start, target: SshTarget, count: int) -> tuple[Held, Held]:
    """What is held after the warm-up, and after so many cycles more."""
    await _so_many(start, target, WARM_UP)
    before = await _held()
    await _so_many(start, target, count)
    return before, await _held()


async def _so_many(start: Start, target: SshTarget, count: int) -> None:
    async def one_after_the_other() -> None:
        for _ in range(count // _AT_ONCE):
            await _cycle(start, target)

    await asyncio.gather(*(one_after_the_other() for _ in range(_AT_ONCE)))


async def _cycle(start: Start, target: SshTarget) -> None:
    taken = asyncio.Event()
    session = Session(1, on_scrape=lambda _: taken.set(), wall_clock=time.time)
    connection = await start(target, _OPTIONS, session)
    try:
        async with asyncio.timeout(60):
            await taken.wait()
    finally:
        await connection.close()


async def _held() -> Held:
    # What is on its way out is given the time to get there.
    for _ in range(20):
        await asyncio.sleep(0.05)
        gc.collect()
    process = psutil.Process()
    # Pools have threads when they are first needed, up to a fixed number.
    threads = [thread for thread in threading.enumerate() if not thread.name.startswith(_POOLS)]
    return Held(process.memory_info().rss / 1e6, process.num_fds(), len(threads), len(asyncio.all_tasks()))


def _kill_figures(sshd: RealSshd, kills: int) -> list[Figure]:
    gone_s = sorted(_kill(sshd) for _ in range(kills))
    how = f"from SIGKILL to a poller until its probe is gone from the host; {kills} times, OpenSSH"
    return [
        Figure("killed_probe_gone_s", gone_s[-1], GONE_LIMIT_S, "s", "the longest, " + how),
        Figure("killed_probe_gone_median_s", median(gone_s), None, "s", "median, " + how),
    ]


def _kill(sshd: RealSshd) -> float:
    """Seconds until the probe of a killed process is gone."""
    command = [sys.executable, "-c", _VICTIM, str(sshd.port), str(sshd.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as victim:
        try:
            if victim.stdout is None or not victim.stdout.readline():
                raise RuntimeError("the session to be killed did not start")
            probe = _probe_of(sshd)
            os.kill(victim.pid, signal.SIGKILL)
            killed_at = time.monotonic()
            while probe.is_running() and probe.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.002)
            return time.monotonic() - killed_at
        except psutil.NoSuchProcess:
            return time.monotonic() - killed_at
        finally:
            victim.kill()


def _probe_of(sshd: RealSshd) -> psutil.Process:
    """The one probe that runs below the server."""
    (probe,) = [
        child
        for child in psutil.Process(sshd.process.pid).children(recursive=True)
        if any(word.startswith("watchpost_probe=") for word in child.cmdline())
    ]
    return probe


async def one_session(port: int, folder: Path) -> None:
    """Connects to a server of `tests.real_sshd`, says so with the first reading, and waits to be killed."""
    target = SshTarget(
        "127.0.0.1",
        port,
        current_user(),
        identity_file=folder / "identity",
        trusted_keys=[_host_key(port, folder)],
        ssh_config=None,
    )

    def say(_: Scrape) -> None:
        print("up", flush=True)

    session = Session(1, on_scrape=say, wall_clock=time.time)
    await start_ssh(target, _OPTIONS, session)
    await session.ended_with


def _host_key(port: int, folder: Path) -> HostKey:
    public_key = read_public_key(folder / "host_ed25519")
    return HostKey("127.0.0.1", port, public_key.split()[0], public_key, fingerprint_of(public_key))
