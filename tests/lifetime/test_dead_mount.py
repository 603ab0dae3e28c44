"""A mount whose server has died: readings go on without it, and what remains of a session is harmless."""

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from poller.local_transport import start_child
from poller.probe_start.bootstrap import payload, python_arguments
from poller.probe_start.probe_options import ProbeOptions
from poller.ssh.transport import start_ssh
from poller.stream.session import Session
from storage.scrape import Cadence, Scrape
from storage.series import SeriesKey
from tests.eventually import eventually
from tests.lifetime.dead_mount import DeadMount, dead_mount
from tests.lifetime.probes import is_gone, probes_below
from tests.real_sshd import running_sshd
from tests.ssh_target import target_of

OPTIONS = ProbeOptions(interval_s=0.2)


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[DeadMount]:
    with dead_mount(tmp_path / "export") as mount:
        yield mount


class Readings:
    """A session, and a way to wait for its scrapes."""

    def __init__(self) -> None:
        self.scrapes: list[Scrape] = []
        self.session = Session(1, on_scrape=self.scrapes.append, wall_clock=time.time)

    async def more(self, count: int) -> None:
        wanted = len(self.scrapes) + count
        await asyncio.to_thread(eventually, lambda: len(self.scrapes) >= wanted)


async def test_lines_go_on_without_its_values_and_closing_waits_for_nobody(mount: DeadMount, tmp_path: Path) -> None:
    readings = Readings()
    command = (*mount.enter, sys.executable, *python_arguments(OPTIONS))
    connection = await start_child(command, payload(OPTIONS), readings.session)
    await readings.more(4)
    (probe,) = probes_below(psutil.Process())
    slow = next(v for scrape in readings.scrapes for v in scrape.vectors if v.cadence is Cadence.SLOW)
    values = dict(zip(slow.layout.series, slow.values.tolist(), strict=True))
    dead = values[SeriesKey("filesystem_size_bytes", (("mount", f"{tmp_path}/export"),))]
    assert dead != dead  # noqa: PLR0124 - NaN: it has a place, and no value
    assert values[SeriesKey("filesystem_size_bytes", (("mount", "/"),))] > 0
    async with asyncio.timeout(60):
        await connection.close()
    # One thread of it waits in the kernel, where no signal reaches it. It runs no more, and goes when the mount does.
    assert is_gone(probe)
    mount.fail()
    await asyncio.to_thread(eventually, lambda: not probe.is_running())


async def test_over_ssh_the_session_on_the_host_ends_all_the_same(mount: DeadMount, tmp_path: Path) -> None:
    readings = Readings()
    inside = f'ForceCommand exec {" ".join(mount.enter)} /bin/sh -c "$SSH_ORIGINAL_COMMAND"'
    with running_sshd(tmp_path / "sshd", inside) as sshd:
        server = psutil.Process(sshd.process.pid)
        connection = await start_ssh(target_of(sshd), OPTIONS, readings.session)
        await readings.more(4)
        (probe,) = probes_below(server)
        await connection.close()
        await asyncio.to_thread(eventually, lambda: is_gone(probe))
        await asyncio.to_thread(eventually, lambda: not server.children())
        mount.fail()
        await asyncio.to_thread(eventually, lambda: not probe.is_running())
