"""A connection that dies without a word to either end."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from poller.probe_start.probe_options import ProbeOptions
from poller.stream.session import Session
from storage.reason import Reason
from storage.scrape import Scrape
from tests.eventually import eventually
from tests.lifetime.own_network import OwnNetwork, own_network
from tests.lifetime.probes import is_gone, probes_below
from tests.real_sshd import RealSshd, running_sshd
from tests.ssh_library import ASYNCSSH, PARAMIKO, Library
from tests.ssh_target import target_of


@pytest.fixture
def network() -> Iterator[OwnNetwork]:
    with own_network() as network:
        yield network


@pytest.fixture
def sshd(network: OwnNetwork, tmp_path: Path) -> Iterator[RealSshd]:
    with running_sshd(tmp_path / "sshd") as server:
        yield server


@pytest.mark.parametrize("ssh", [ASYNCSSH, PARAMIKO], ids=lambda library: library.name)
async def test_both_ends_notice_by_themselves_and_nothing_is_left_on_either(
    network: OwnNetwork, sshd: RealSshd, ssh: Library
) -> None:
    tasks = len(asyncio.all_tasks())
    scrapes: list[Scrape] = []
    session = Session(1, age_limit_s=1.0, on_scrape=scrapes.append, wall_clock=time.time)
    connection = await ssh.start_probe(target_of(sshd), ProbeOptions(interval_s=0.1), session)
    try:
        await asyncio.to_thread(eventually, lambda: len(scrapes) >= 2)
        (probe,) = probes_below(psutil.Process(sshd.process.pid))
        network.cut()
        session.watch_age()
        async with asyncio.timeout(60):
            assert (await session.ended_with).reason is Reason.SILENT
    finally:
        # Nobody answers to a farewell any more.
        async with asyncio.timeout(60):
            await connection.close()
    await asyncio.to_thread(eventually, lambda: is_gone(probe))
    await asyncio.to_thread(eventually, lambda: not psutil.Process(sshd.process.pid).children())
    assert len(asyncio.all_tasks()) == tasks
