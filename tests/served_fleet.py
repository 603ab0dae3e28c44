"""A simulated fleet that serves in a test's own loop, and what a poller needs to log in to it."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from poller.probe_start.probe_options import ProbeOptions
from poller.ssh.settings import SshTarget
from poller.ssh.transport import start_ssh
from poller.transport import ProbeConnection
from simulated_fleet.condition import WELL, Condition
from simulated_fleet.machine import Machine, machines
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.serving.folder import FleetFolder, write_folder
from simulated_fleet.serving.keys import host_key, public_line
from simulated_fleet.serving.login import USERNAME
from simulated_fleet.serving.plan import FleetPlan, PlannedFleet
from simulated_fleet.serving.server import FleetServer
from simulated_fleet.world import World
from storage.host_keys import HostKey, fingerprint_of
from tests.collected import Collected

SEED = 7
DEADLINE_S = 60.0
OPTIONS = ProbeOptions(interval_s=0.1)


class MoodyWorld(World):
    """A world whose hosts are as a test says."""

    def __init__(self, found: Sequence[Machine], plan: FleetPlan) -> None:
        super().__init__(found, seed=plan.seed, start_ms=plan.start_ms)
        self.moods: dict[int, Condition] = {}

    def condition(self, index: int, now_ms: int) -> Condition:
        return self.moods.get(index, WELL)


@dataclass
class ServedFleet:
    """A fleet that serves."""

    fleet: PlannedFleet
    server: FleetServer
    folder: FleetFolder
    moods: dict[int, Condition]
    connections: list[ProbeConnection] = field(default_factory=list)

    def target(self, index: int, *, generation: int = 0) -> SshTarget:
        """How to get into a host, with the key that it has in that generation."""
        place = self.fleet.plan.place(self.fleet.machines[index])
        line = public_line(host_key(SEED, index, generation))
        return SshTarget(
            place.address,
            place.port,
            USERNAME,
            identity_file=self.folder.identity,
            trusted_keys=[HostKey(place.address, place.port, "ssh-ed25519", line, fingerprint_of(line))],
            ssh_config=None,
        )

    async def probe(self, target: SshTarget, options: ProbeOptions | None = None) -> Collected:
        """Starts the probe as a poller does; ended with the fleet."""
        sink = Collected()
        self.connections.append(await start_ssh(target, options or OPTIONS, sink))
        return sink


def free_port() -> int:
    """A port that nobody listens at on the loopback."""
    with socket.socket() as probing:
        probing.bind(("127.0.0.1", 0))
        port: int = probing.getsockname()[1]
        return port


def plan_of(hosts: int, *, behind_share: float = 0.0, one_address: bool = False) -> FleetPlan:
    """A plan of so many hosts at a free port."""
    return FleetPlan(
        hosts=hosts,
        start_ms=int(time.time() * 1000),
        seed=SEED,
        port=free_port(),
        behind_share=behind_share,
        one_address=one_address,
    )


def planned(plan: FleetPlan) -> PlannedFleet:
    """A fleet whose hosts are as a test says, each of them at any time."""
    found = machines(plan.hosts, plan.seed, behind_share=plan.behind_share)
    always = Scenario(ScenarioKind.FLAPPING, tuple(range(plan.hosts)), plan.start_ms, plan.start_ms + 86_400_000)
    return PlannedFleet(plan, found, [always], MoodyWorld(found, plan))


@contextlib.asynccontextmanager
async def serving(
    folder: Path, hosts: int = 2, *, behind_share: float = 0.0, one_address: bool = False
) -> AsyncIterator[ServedFleet]:
    """Serves a fleet; everything is over at the end."""
    fleet = planned(plan_of(hosts, behind_share=behind_share, one_address=one_address))
    server = FleetServer(fleet)
    await server.start()
    assert isinstance(fleet.world, MoodyWorld)
    served = ServedFleet(fleet, server, write_folder(folder / "fleet", fleet), fleet.world.moods)
    try:
        yield served
    finally:
        for connection in served.connections:
            await connection.close()
        await server.stop()


async def in_time(condition: Callable[[], object]) -> None:
    """Waits until the condition holds."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.01)
