"""The poller as a whole: hosts, sessions, recorder, requests, housekeeping; from start to SIGTERM."""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable

import structlog

from alerts.evaluation.firing_alerts import HostRules
from poller.alerting.alerting import Alerting
from poller.alerting.history_round import HistoryRound
from poller.chores import Chores
from poller.connector import Connector
from poller.crew.choice import crew_of
from poller.crew.counts import Counts
from poller.crew.crew import Crew
from poller.delays import Delays
from poller.descriptors import descriptors_needed
from poller.directories import Directories
from poller.following import Following
from poller.health.sources import Sources, Standing, waiting_of
from poller.health.watch import HealthWatch
from poller.housekeeping import Housekeeping
from poller.intake import Intake
from poller.letterbox import Letterbox
from poller.notifying.notifying import Notifying
from poller.poller_settings import PollerSettings
from poller.presence import Presence
from poller.request_desk import RequestDesk
from poller.service_hooks import ServiceHooks
from poller.sharing.sharing import sharing
from poller.spooling import say_what_waits
from poller.wanted import read_last_states
from storage.database import Database
from storage.errors import DatabaseUnavailableError
from storage.host_status import HostStatus
from storage.recorder import Commit, Recorder
from storage.secret_keeper import SecretKeeper
from storage.spool.spool import Spool

__all__ = ["Poller", "PollerSettings"]

FOLLOW_S = 1.5
"""Changes that people make are noticed within 2 s."""
SHARE_S = 2.0
HEARTBEAT_S = 2.5
"""Others take a poller for dead after 8 s."""
MINUTE_ROWS_S = 20.0
LETTERS_S = 2.0
RULES_S = 2.0
REACHABLE_S = 1.0
HISTORY_S = 5.0
ALERTS_KEPT_S = 20.0
DIRECTORIES_S = 5.0
UPKEEP_S = 2.0
BEAT_S = 1.0
LOOK_S = 2.5
FLUSH_TIMEOUT_S = 10.0
DATABASE_PAUSE_S = 1.0
"""Between two tries at the start, while the database is away."""

_log = structlog.get_logger()


class Poller:
    """The parts of one poller, joined.

    Attributes:
        health: looks at how it is.
    """

    def __init__(  # noqa: PLR0913 - its parts
        self,
        database: Database,
        keeper: SecretKeeper,
        settings: PollerSettings,
        on_commit: Callable[[Commit], None] | None = None,
        *,
        spool: Spool | None = None,
        hooks: ServiceHooks | None = None,
    ) -> None:
        """Takes `on_commit`, which is called in the recorder's thread after every transaction; closes the spool."""
        self._database = database
        self._settings = settings
        self._hooks = hooks or ServiceHooks()
        self._look_now = asyncio.Event()

        # What is stored, and which of it is ours.
        self._delays = Delays()
        self._on_commit = on_commit
        self._spool = spool
        self._share, self._fence, duties = sharing(database, settings.name, lambda: self._presence.run)
        self._recorder = Recorder(database, on_commit=self._committed, spool=spool, fence=self._fence)
        self._housekeeping = Housekeeping(duties, self._share)

        # Sessions, and what changes them.
        self._connector = Connector(database, keeper)
        self._alerting = Alerting(database, self._fence, self._rules_changed)
        self._history = HistoryRound(database, self._alerting)
        intake = Intake(self._recorder, self._status_changed, self._alerting.take)
        self._crew: Crew = crew_of(settings, self._connector, intake, self._alerting.open_alerts)
        self._directories = Directories(self._crew)
        self._following = Following(
            database,
            self._crew,
            self._share,
            self._flush,
            settings.interval_s,
            on_hosts=self._directories.follow,
            on_shared=self._alerting.follow_hosts,
            on_renewed=self._directories.renewed,
        )

        # What others ask of this poller, and what it says of itself.
        self._desk = RequestDesk(
            database,
            self._connector,
            on_proven=lambda host_id: self._crew.retry_hosts([host_id]),
            is_ours=self._share.answers,
            retry_hosts=self._crew.retry_hosts,
        )
        self._letterbox = Letterbox(database, keeper, self._row_id, self._directories.renewed)
        self.health = HealthWatch(self._sources(), version=settings.version)
        self._presence = Presence(database, settings.version, self._delays, self.health.figures_json, settings.name)
        self._notifying = Notifying(
            database, duties, self._share, keeper, settings=settings, stored=lambda: self.health.stores.readings
        )

    @property
    def up_count(self) -> int:
        """How many hosts have a session that brings scrapes."""
        return self._crew.counts().up

    def counts(self) -> Counts:
        """How the hosts are."""
        return self._crew.counts()

    def _row_id(self) -> str | None:
        return self._presence.run.poller_id if self._presence.run else None

    def _sources(self) -> Sources:
        return Sources(
            hosts=self.counts,
            waiting=lambda: waiting_of(self._recorder, self._spool),
            standing=self._standing,
            sealing_lag_s=lambda: self._housekeeping.upkeep.lag_s,
            worker_pids=lambda: self._crew.pids,
            alerts=lambda: self._alerting.figures(self._crew.evaluation_s),
        )

    def _standing(self) -> Standing:
        workers = self._crew.workers
        return Standing(
            epoch=self._fence.epoch if self._fence is not None else 0,
            is_leader=self._share.is_leader,
            workers=workers,
            workers_dead=self._crew.workers_dead,
            secrets_lacking=self._letterbox.lacking,
            descriptors_needed=descriptors_needed(len(self._crew), workers),
        )

    def reload(self) -> None:
        """Looks at once at what has changed in the database; no session is lost by that."""
        self._hooks.on_reloading()
        self._look_now.set()

    async def run(self, stop: asyncio.Event) -> int:
        """Polls until `stop` is set, then ends every probe and flushes."""
        # First, as what is written is held against what is registered.
        await self._presence.begin()
        self._recorder.start()
        self._alerting.start()
        for step in (self._start_crew, self._share.step, self._following.step):
            await self._patiently(step, stop)
        chores = self._begin_chores()
        _log.info("poller_ready", hosts=len(self._crew), pid=os.getpid(), version=self._settings.version)
        self.health.ready()
        self._hooks.on_ready()
        await stop.wait()
        return await self._end(chores)

    async def _start_crew(self) -> None:
        # Kept in no variable: with what hosts say of themselves that is 2 KB each.
        await self._crew.start(list((await asyncio.to_thread(read_last_states, self._database)).values()))

    async def _patiently(self, step: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
        """Does a step of the start; from the first word in the database on, one that is away is waited for."""
        waits = False
        while not stop.is_set():
            try:
                await step()
            except DatabaseUnavailableError as error:
                if not waits:
                    _log.warning("poller_waits_for_database", detail=error.message)
                waits = True
            else:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DATABASE_PAUSE_S):
                    await stop.wait()

    def _begin_chores(self) -> list[asyncio.Task[None]]:
        repeat = Chores().repeat
        return [
            asyncio.create_task(repeat("follow", FOLLOW_S, self._follow, self._look_now)),
            asyncio.create_task(repeat("share", SHARE_S, self._look_at_share)),
            asyncio.create_task(repeat("requests", self._desk.pause_s, self._desk.answer_pending)),
            asyncio.create_task(repeat("letters", LETTERS_S, self._letterbox.step)),
            asyncio.create_task(repeat("directories", DIRECTORIES_S, self._directories.step)),
            asyncio.create_task(repeat("alert rules", RULES_S, self._alerting.step)),
            asyncio.create_task(repeat("reachability", REACHABLE_S, self._alerting.look)),
            asyncio.create_task(repeat("history rules", HISTORY_S, self._history.step)),
            asyncio.create_task(repeat("alerts kept", ALERTS_KEPT_S, self._housekeeping.keep_alerts)),
            asyncio.create_task(repeat("heartbeat", HEARTBEAT_S, self._presence.beat)),
            asyncio.create_task(repeat("minute rows", MINUTE_ROWS_S, self._housekeeping.write_minute_rows)),
            asyncio.create_task(repeat("upkeep", UPKEEP_S, self._housekeeping.keep_up)),
            asyncio.create_task(repeat("beat", BEAT_S, self._beat)),
            asyncio.create_task(repeat("look", LOOK_S, self._look)),
            *self._notifying.chores(repeat),
        ]

    async def _end(self, chores: list[asyncio.Task[None]]) -> int:
        _log.info("poller_stopping")
        self.health.stopping()
        self._hooks.on_stopping()
        self._housekeeping.stop()
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        await self._desk.end()
        await self._crew.end()
        flushed = await asyncio.to_thread(self._recorder.stop, self._settings.stop_timeout_s)
        if not await self._alerting.end(self._settings.stop_timeout_s):
            _log.error("poller_stopped_with_unwritten_alerts")
        await self._notifying.end()
        await self._presence.end()
        if not flushed:
            _log.error("poller_stopped_with_loss", rows=self._recorder.pending)
            return 1
        say_what_waits(self._spool)
        _log.info("poller_stopped")
        return 0

    async def _look_at_share(self) -> None:
        before = self._share.mark
        await self._share.step()
        if self._share.mark != before:
            # Whoever read these hosts until now does so no more.
            self._look_now.set()

    async def _follow(self) -> None:
        await self._following.step()
        self._hooks.on_followed()

    async def _beat(self) -> None:
        """Comes from the event loop: where that hangs, whoever waits for it notices."""
        self.health.beat()
        self._hooks.on_beat(self.health.now(), self.health.figures)

    async def _look(self) -> None:
        self.health.look()

    async def _flush(self) -> bool:
        if not await asyncio.to_thread(self._alerting.flush, FLUSH_TIMEOUT_S):
            return False
        return await asyncio.to_thread(self._recorder.flush, FLUSH_TIMEOUT_S)

    def _rules_changed(self, rules: HostRules) -> None:
        self._crew.follow_rules(rules)

    def _status_changed(self, change: HostStatus) -> None:
        """Told of every change of a host's state, wherever its session lives."""
        self._directories.take(change)
        self._alerting.take_state(change)

    def _committed(self, commit: Commit) -> None:
        self._delays.add(commit)
        self.health.stores.committed(commit)
        if self._on_commit:
            self._on_commit(commit)
