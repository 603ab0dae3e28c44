"""Serves hosts in one event loop: listeners, logins, sessions, and what befalls them."""

import asyncio
from collections.abc import Callable, Collection

import asyncssh
import psutil
import structlog

from simulated_fleet.condition import Reach
from simulated_fleet.serving.clock import Clock
from simulated_fleet.serving.connection import FleetConnection
from simulated_fleet.serving.figures import Counts, Figures
from simulated_fleet.serving.host import SimulatedHost
from simulated_fleet.serving.jumps import JumpBoard
from simulated_fleet.serving.keys import client_key, host_key, password, pkcs8, public_line
from simulated_fleet.serving.listening import BACKLOG, PortUnavailableError, bound, unavailable
from simulated_fleet.serving.login import Entry, Login
from simulated_fleet.serving.plan import PlannedFleet
from simulated_fleet.serving.session import ProbeSession, Room
from simulated_fleet.serving.ticker import Ticker
from storage.errors import WatchpostError

CONDITIONS_EVERY_S = 0.5
_LOGIN_TIMEOUT_S = 120.0
_VERSION = "WatchpostFleet"
_REKEY_BYTES = 1 << 40
"""Never: OpenSSH takes new keys after 64 GB with this cipher, which a probe does not send in a year."""

_log = structlog.get_logger()


class FleetServer:
    """Some hosts of a fleet, or all of them."""

    def __init__(self, fleet: PlannedFleet, indexes: Collection[int] | None = None) -> None:
        """Prepares for `start`.

        Args:
            fleet: whose hosts.
            indexes: which of them; None is all. A jump host and all behind it have to be together.
        """
        plan = fleet.plan
        self.counts = Counts()
        self.clock = Clock()
        self._world = fleet.world
        self._process = psutil.Process()
        self._ticker = Ticker(fleet.world, self.clock, self.counts)
        self._room = Room(fleet.world, self.clock, self._ticker)
        self._jumps = JumpBoard(self._connection)
        entry = Entry(asyncssh.import_public_key(public_line(client_key(plan.seed))).public_data, password(plan.seed))
        self._options = _options(plan.seed, lambda: Login(entry, self._room, self._jumps, self.counts))
        wanted = range(plan.hosts) if indexes is None else indexes
        self.hosts = {
            index: SimulatedHost(index, plan.place(fleet.machines[index]), fleet.machines[index].behind, plan.seed)
            for index in wanted
        }
        affected = {index for scenario in fleet.scenarios for index in scenario.hosts}
        self._affected = [host for host in self.hosts.values() if host.index in affected]
        self._watch: asyncio.Task[None] | None = None
        self._port_lost = False

    async def start(self) -> None:
        """Has all hosts listen.

        Raises:
            PortUnavailableError: one cannot; none does then.
        """
        try:
            for host in self.hosts.values():
                host.change(self._world.condition(host.index, self.clock.utc_ms()))
                self._jumps.add(host)
                if host.behind is None and host.reach is not Reach.DOWN:
                    await self._listen(host)
        except WatchpostError:
            await self.stop()
            raise
        self._ticker.start()
        self._watch = asyncio.create_task(self._watch_conditions())

    async def stop(self) -> None:
        """Ends all sessions and listens no more."""
        self._ticker.stop()
        if self._watch is not None:
            self._watch.cancel()
        for host in self.hosts.values():
            host.stop_listening()
            host.reset()
        # What was aborted is told in the next round of the loop.
        await asyncio.sleep(0)

    def figures(self) -> Figures:
        """How it is doing; the lateness is since the last call."""
        late_s, self.counts.late_s = self.counts.late_s, 0.0
        times = self._process.cpu_times()
        return Figures(
            hosts=len(self.hosts),
            hosts_up=sum(host.reach is Reach.UP for host in self.hosts.values()),
            sessions=len(self._room.sessions),
            lines=self.counts.lines,
            logins=self.counts.logins,
            refused=self.counts.refused,
            left_out=self.counts.left_out,
            late_s=late_s,
            cpu_s=times.user + times.system,
            memory_bytes=self._process.memory_info().rss,
        )

    @property
    def sessions(self) -> Collection[ProbeSession]:
        """In which a probe runs."""
        return self._room.sessions

    def _connection(self, host: SimulatedHost) -> FleetConnection:
        return FleetConnection(self._options, host)

    async def _listen(self, host: SimulatedHost) -> None:
        try:
            host.server = await asyncio.get_running_loop().create_server(
                lambda: self._connection(host), sock=bound(host.place), backlog=BACKLOG
            )
        except OSError as error:
            raise unavailable(host.place, error) from error

    async def _watch_conditions(self) -> None:
        while True:
            await asyncio.sleep(CONDITIONS_EVERY_S)
            now_ms = self.clock.utc_ms()
            for host in self._affected:
                host.change(self._world.condition(host.index, now_ms))
                await self._open_or_close(host)

    async def _open_or_close(self, host: SimulatedHost) -> None:
        """Has a host listen while it is not down, where it listens itself."""
        if host.reach is Reach.DOWN or host.behind is not None:
            host.stop_listening()
            return
        if host.server is None:
            try:
                await self._listen(host)
            except PortUnavailableError as error:
                # Somebody took its port while it was down. It is tried again with the next look.
                if not self._port_lost:
                    _log.warning("simulated_host_cannot_listen", message=error.message)
                self._port_lost = True


def _options(seed: int, login: Callable[[], Login]) -> asyncssh.SSHServerConnectionOptions:
    """What all connections have in common, with nothing in it that costs and is not needed."""
    return asyncssh.SSHServerConnectionOptions(
        server_factory=login,
        # Only that there is one of this kind counts: each connection has the key of its host.
        server_host_keys=[asyncssh.import_private_key(pkcs8(host_key(seed, 0)))],
        server_version=_VERSION,
        encoding=None,
        kex_algs=["curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256"],
        encryption_algs=["aes128-gcm@openssh.com"],
        compression_algs=None,
        allow_pty=False,
        line_editor=False,
        allow_scp=False,
        agent_forwarding=False,
        x11_forwarding=False,
        kbdint_auth=False,
        host_based_auth=False,
        gss_host=None,
        login_timeout=_LOGIN_TIMEOUT_S,
        rekey_bytes=_REKEY_BYTES,
        rekey_seconds=None,
    )
