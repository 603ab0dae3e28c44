"""The poller as a whole: hosts, sessions, recorder, requests, housekeeping; from start to SIGTERM."""

import asyncio
import contextlib
import os
import signal
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from poller.chores import Chores
from poller.connector import Connector
from poller.delays import Delays
from poller.event_loop import hurry
from poller.fleet import Fleet
from poller.minute_rows import MinuteRows
from poller.probe_start.probe_options import CHECKS_EVERY_S, ProbeOptions, probe_options
from poller.request_desk import RequestDesk
from poller.severity_watch import SeverityWatch
from poller.spooling import opened_spool, say_what_waits
from poller.supervisor import Edges, Supervisor
from poller.transport import ProbeConnection, ProbeSink
from poller.wanted import Wanted, read_last_states, read_wanted
from storage.database import Database, open_database
from storage.errors import WatchpostError
from storage.host import Host
from storage.host_states import HostStatus
from storage.pollers import heartbeat, mark_stopped, register_poller
from storage.recorder import Commit, Recorder
from storage.scrape import Scrape
from storage.sealing.upkeep import Upkeep
from storage.secret_keeper import SecretKeeper
from storage.spool.spool import Spool
from storage.utc import now_ms

CONNECTS_AT_ONCE = 50
"""sshd's default MaxStartups refuses a burst of 60 through one jump host; a handshake costs 1.5 to 3 ms of CPU."""
FOLLOW_S = 1.5
"""Changes that people make are noticed within 2 s."""
HEARTBEAT_S = 5.0
CALM_MS = 600_000
"""A clock that has leapt, as on a machine that starts without one, is mostly set right soon: until then nothing that
only it says is old may go."""
JUDGE_S = 1.0
MARK_STOPPED_S = 5.0
MINUTE_ROWS_S = 20.0
UPKEEP_S = 2.0
UPKEEP_BUDGET_S = 0.5
"""For which the end of the poller may have to wait."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class PollerSettings:
    """What the command line says about one run.

    Attributes:
        version: of the program, for the pollers table.
        interval_s: overrides the setting of the database; hosts with their own keep it.
        stop_timeout_s: how long flushing may take at the end.
        spools: the folder of all spools, where readings wait while the database is away; None for memory alone.
        spool_limit_bytes: what they may take there; None for the usual limit.
    """

    version: str
    interval_s: float | None = None
    stop_timeout_s: float = 10.0
    spools: Path | None = None
    spool_limit_bytes: int | None = None


async def run_poller(
    url: str,
    *,
    keeper: SecretKeeper,
    settings: PollerSettings,
    on_ready: Callable[[], None] | None = None,
) -> int:
    """Polls until SIGTERM or SIGINT.

    Args:
        url: a database of the current schema; the caller holds its poller lock.
        keeper: where secrets are.
        settings: of this run.
        on_ready: called when the hosts are being polled.

    Returns:
        0 when all that was read has been stored or waits in the spool, 1 when some of it was lost.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    database = open_database(url)
    try:
        with opened_spool(settings.spools, database.url, settings.spool_limit_bytes) as spool:
            return await Poller(database, keeper, settings, spool=spool).run(stop, on_ready)
    finally:
        # A server that is frozen keeps threads waiting, and the event loop would wait for these without a limit.
        database.cut()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


class Poller:
    """The parts of one poller, joined."""

    def __init__(
        self,
        database: Database,
        keeper: SecretKeeper,
        settings: PollerSettings,
        on_commit: Callable[[Commit], None] | None = None,
        spool: Spool | None = None,
    ) -> None:
        """Takes `on_commit`, which is called in the recorder's thread after every transaction; closes the spool."""
        self._database = database
        self._settings = settings
        self._delays = Delays()
        self._on_commit = on_commit
        self._spool = spool
        self._recorder = Recorder(database, on_commit=self._committed, spool=spool)
        self._severities = SeverityWatch()
        self._minute_rows = MinuteRows(database)
        self._upkeep = Upkeep(database, calm_ms=CALM_MS)
        self._connector = Connector(database, keeper)
        self._fleet = Fleet(self._supervise, self._polled)
        self._desk = RequestDesk(database, self._connector, on_proven=self._fleet.retry_host)
        self._edges = Edges(
            start=self._start_probe,
            gate=asyncio.Semaphore(CONNECTS_AT_ONCE),
            record_scrape=self._take,
            record_status=self._recorder.record_state,
            wall_clock=time.time,
        )
        self._id = str(uuid.uuid4())
        self._wanted: Wanted | None = None
        self._last_states: dict[int, HostStatus] = {}

    @property
    def up_count(self) -> int:
        """How many hosts have a session that brings scrapes."""
        return self._fleet.up_count

    async def run(self, stop: asyncio.Event, on_ready: Callable[[], None] | None = None) -> int:
        """Polls until `stop` is set, then ends every probe and flushes."""
        self._last_states = await asyncio.to_thread(read_last_states, self._database)
        self._recorder.start()
        await self._follow()
        await asyncio.to_thread(self._register)
        repeat = Chores().repeat
        chores = [
            asyncio.create_task(repeat("follow", FOLLOW_S, self._follow)),
            asyncio.create_task(repeat("requests", self._desk.pause_s, self._desk.answer_pending)),
            asyncio.create_task(repeat("heartbeat", HEARTBEAT_S, self._heartbeat)),
            asyncio.create_task(repeat("severities", JUDGE_S, self._judge)),
            asyncio.create_task(repeat("minute rows", MINUTE_ROWS_S, self._write_minute_rows)),
            asyncio.create_task(repeat("upkeep", UPKEEP_S, self._keep_up)),
        ]
        _log.info("poller_ready", hosts=len(self._fleet), pid=os.getpid(), version=self._settings.version)
        if on_ready:
            on_ready()
        await stop.wait()
        return await self._end(chores)

    async def _end(self, chores: list[asyncio.Task[None]]) -> int:
        _log.info("poller_stopping")
        self._upkeep.stop()
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        await self._desk.end()
        await self._fleet.end()
        flushed = await asyncio.to_thread(self._recorder.stop, self._settings.stop_timeout_s)
        with contextlib.suppress(WatchpostError, TimeoutError):
            async with asyncio.timeout(MARK_STOPPED_S):
                await asyncio.to_thread(self._mark_stopped)
        if not flushed:
            _log.error("poller_stopped_with_loss", rows=self._recorder.pending)
            return 1
        say_what_waits(self._spool)
        _log.info("poller_stopped")
        return 0

    def _supervise(self, host: Host) -> Supervisor:
        return Supervisor(host, self._interval_of(host), self._edges, self._last_states.get(host.id))

    def _polled(self, host: Host) -> object:
        """All that matters to a host's session: another group or tag alone is no reason to log in anew."""
        return replace(host, revision=0, group=None, tags=()), self._options_of(host, self._interval_of(host))

    def _interval_of(self, host: Host) -> float:
        fallback = self._wanted.interval_s if self._wanted else 5.0
        return host.interval_s or self._settings.interval_s or fallback

    def _options_of(self, host: Host, interval_s: float) -> ProbeOptions:
        wanted = self._wanted
        if wanted is None:
            return probe_options(host, interval_s)
        checks = wanted.checks.get(host.id, ())
        # Another pace of checks is no reason to log in anew where there are none.
        checks_interval_s = wanted.checks_interval_s if checks else CHECKS_EVERY_S
        return probe_options(host, interval_s, checks=checks, checks_interval_s=checks_interval_s)

    async def _start_probe(self, host: Host, interval_s: float, sink: ProbeSink) -> ProbeConnection:
        with hurry():
            return await self._connector.start(host, self._options_of(host, interval_s), sink)

    def _take(self, scrape: Scrape, interval_s: float) -> None:
        self._recorder.record_scrape(scrape)
        self._severities.take(scrape, interval_s)

    def _committed(self, commit: Commit) -> None:
        self._delays.add(commit)
        if self._on_commit:
            self._on_commit(commit)

    async def _follow(self) -> None:
        """Brings sessions in line with what the database asks for."""
        before = self._wanted
        wanted = await asyncio.to_thread(read_wanted, self._database, before)
        self._wanted = wanted
        if before is not None and before.interval_s != wanted.interval_s:
            _log.info("interval_changed", interval_s=wanted.interval_s)
        if before is None or before.revision != wanted.revision:
            self._severities.follow(wanted.hosts)
        mark = (wanted.revision, wanted.checks_mark, wanted.interval_s, wanted.checks_interval_s)
        await self._fleet.follow(mark, wanted.hosts)
        if before is not None and before.keys_mark != wanted.keys_mark:
            self._fleet.retry_keys()
        if before is not None and before.credentials_mark != wanted.credentials_mark:
            self._fleet.retry_logins()

    async def _judge(self) -> None:
        self._severities.judge()

    async def _heartbeat(self) -> None:
        delay_ms = self._delays.take_median_ms()
        await asyncio.to_thread(self._write_heartbeat, delay_ms)

    def _write_heartbeat(self, delay_ms: int | None) -> None:
        with self._database.writing() as connection:
            is_known = heartbeat(connection, self._id, now_ms(), delay_ms)
        if not is_known:
            # Another database has taken the place of the one that we began with.
            self._register()

    async def _write_minute_rows(self) -> None:
        await asyncio.to_thread(self._minute_rows.step, now_ms())

    async def _keep_up(self) -> None:
        """Seals, rolls up and forgets what is due, until nothing is."""
        while await asyncio.to_thread(self._upkeep.step, now_ms(), UPKEEP_BUDGET_S):
            pass

    def _register(self) -> None:
        with self._database.writing() as connection:
            register_poller(
                connection,
                poller_id=self._id,
                machine=socket.gethostname(),
                pid=os.getpid(),
                version=self._settings.version,
                now_ms=now_ms(),
            )

    def _mark_stopped(self) -> None:
        with self._database.writing() as connection:
            mark_stopped(connection, self._id, now_ms())
