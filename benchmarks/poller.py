"""What the poller costs for one host and one scrape, all in, over real sessions to a real sshd.

One poller in this process watches one machine many times over. Its CPU time, all threads, is divided by the scrapes
that were committed meanwhile: SSH, decoding, deriving and judging, storing, housekeeping.
"""

import asyncio
import resource
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import structlog

from benchmarks.figure import Figure
from poller import event_loop
from poller.engine import Poller, PollerSettings
from storage.database import Database, open_database, prepare_database
from storage.host import NewHost
from storage.host_keys import KeySource, trust_host_key
from storage.hosts import add_host
from storage.keyrings import SystemKeyring
from storage.recorder import Commit
from storage.secret_keeper import KeyringChoice, SecretKeeper
from tests.real_sshd import RealSshd, current_user, running_sshd

SESSIONS = 200
CPU_LIMIT_MS = 0.35
DELAY_LIMIT_S = 1.0


@dataclass(frozen=True, slots=True)
class Load:
    """How the poller is loaded.

    Attributes:
        interval_s: between two scrapes of a host.
        window_s: how long is measured.
    """

    interval_s: float
    window_s: float


@dataclass(slots=True)
class Window:
    """What the recorder committed while it was open."""

    is_open: bool = False
    delays_ms: list[int] = field(default_factory=list)

    def take(self, commit: Commit) -> None:
        """Called by the recorder's thread after each transaction."""
        if self.is_open:
            self.delays_ms += [commit.at - ts for ts in commit.scrape_ts]


def measure(*, quick: bool) -> list[Figure]:
    """Runs 200 sessions: at 5 s, for a minute or quickly for a quarter of one."""
    load = Load(5.0, 15.0) if quick else Load(5.0, 60.0)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_sshd(Path(folder) / "sshd", "SetEnv HOME=/nonexistent") as sshd,
    ):
        url = f"sqlite:///{folder}/bench.db"
        prepare_database(url, now_ms=int(time.time() * 1000))
        database = open_database(url)
        try:
            register(database, sshd)
            return event_loop.run(watch(database, load))
        finally:
            database.close()


def register(database: Database, sshd: RealSshd) -> None:
    """One host for each session, all of them the same server."""
    now_ms = int(time.time() * 1000)
    with database.writing() as connection:
        trust_host_key(connection, sshd.host_key(), KeySource.PERSON, now_ms, replace=False)
        for number in range(SESSIONS):
            host = NewHost(
                name=f"host-{number:03}",
                address=sshd.address,
                port=sshd.port,
                username=current_user(),
                identity_file=str(sshd.identity),
            )
            add_host(connection, host, now_ms)


async def watch(database: Database, load: Load) -> list[Figure]:
    """Polls until every host is up, then measures."""
    keeper = SecretKeeper(KeyringChoice.SYSTEM, SystemKeyring(may_prompt=False))
    window = Window()
    poller = Poller(database, keeper, PollerSettings(version="bench", interval_s=load.interval_s), window.take)
    stop = asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    try:
        await all_up(poller)
        # The first half minute has layouts, first process tables and full file system readings in it.
        await asyncio.sleep(2 * load.interval_s)
        return await count(window, load)
    finally:
        stop.set()
        await running


async def all_up(poller: Poller) -> None:
    """Waits until every session has brought a scrape."""
    async with asyncio.timeout(120):
        while poller.up_count < SESSIONS:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def count(window: Window, load: Load) -> list[Figure]:
    """Measures for the time of the window."""
    cpu_before, started = _cpu_s(), time.monotonic()
    window.is_open = True
    await asyncio.sleep(load.window_s)
    window.is_open = False
    cpu_s, wall_s = _cpu_s() - cpu_before, time.monotonic() - started
    delays_s = np.array(window.delays_ms) / 1000
    due = SESSIONS * wall_s / load.interval_s
    how = f"{SESSIONS} sessions to OpenSSH at {load.interval_s:.0f} s for {wall_s:.0f} s, {len(delays_s)} scrapes"
    return [
        Figure(
            "poller_cpu_ms_per_scrape", 1000 * cpu_s / len(delays_s), CPU_LIMIT_MS, "ms", f"CPU, all threads; {how}"
        ),
        Figure("poller_delay_p99_s", float(np.quantile(delays_s, 0.99)), DELAY_LIMIT_S, "s", "reading to committed"),
        Figure(
            "poller_missed_percent",
            max(0.0, 100 * (1 - len(delays_s) / due)),
            None,
            "%",
            "of those due; up to 2 % is the edge of the window",
        ),
        Figure("poller_rss_mb", _rss_mb(), 150.0, "MB", f"peak, with {SESSIONS} sessions"),
    ]


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _rss_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
