"""Keeps a poller running on this database for as long as the window is open, and lets another one have its way."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from monitor_gui.poller.before_start import Before, before_start
from monitor_gui.poller.child_story import ChildStory
from monitor_gui.poller.database_trouble import DatabaseTrouble, LastingTrouble, trouble_of
from monitor_gui.poller.poller_state import SILENT_AFTER_MS, PollerKind, PollerState, poller_state
from monitor_gui.poller.schema_watch import SchemaWatch
from monitor_gui.poller.start_decision import may_start
from monitor_gui.poller.surveillance import Around, FileIdentity, look_around, why_nothing_is_stored
from monitor_gui.poller.turns import Turns
from monitor_gui.reading.look import FleetLook
from monitor_gui.workspace import Workspace
from storage.errors import WatchpostError
from storage.pollers import Poller

LOOK_EVERY_MS = 1_000
LATE_MS = 7_000
"""A heartbeat comes every 5 s."""
SERVICE_PATIENCE_MS = 30_000
"""A service that failed is started again by the system after 15 s; one that never comes up is not waited for."""


class PollerKeeper(QObject):
    """It only decides; what takes time goes through `Errands`.

    Signals:
        state_changed: a `PollerState`.
        wants_passphrase: somebody is to ask for it and to call `give_passphrase`.
        was_replaced: another file has taken the database's place; the path of the one from before, where it is near.
        told: what was done to the database, in sentences.
        failed: a `WatchpostError` of what a person has asked for.

    Attributes:
        state: the newest.
        secrets_wait: whether a person did not want to give the passphrase.
    """

    state_changed = Signal(object)
    wants_passphrase = Signal()
    was_replaced = Signal(str)
    told = Signal(object)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._surroundings, self._now_ms = workspace.surroundings, workspace.now_ms
        self.state = PollerState(kind=PollerKind.STARTING)
        self.secrets_wait = False
        self._story = ChildStory(is_starting=True)
        self._lasting = LastingTrouble()
        self._writing: DatabaseTrouble | None = None
        self._probed_trouble: DatabaseTrouble | None = None
        self._poller: Poller | None = None
        self._pollers: Sequence[Poller] = ()
        self._interval_s = 5.0
        self._file: FileIdentity | None = None
        self._passphrase: str | None = None
        self._knows_passphrase = False
        self._turns = Turns(workspace.errands, self)
        SchemaWatch(workspace, self)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def has_child(self) -> bool:
        """Whether a poller of our own lives, or is being started or ended."""
        return self._story.since_ms is not None

    @property
    def types_passphrase(self) -> bool:
        """Whether a person had to be asked for the passphrase of the encrypted file."""
        return self._passphrase is not None or self.secrets_wait

    @property
    def failure(self) -> WatchpostError | None:
        """Why the database cannot be read, where that lasts."""
        return self._lasting.failure

    def begin(self) -> None:
        """Looks now, and every second from now on."""
        self._turns.is_busy = False
        self._timer.start()
        self.look()

    def show_look(self, look: FleetLook) -> None:
        """Takes what the database says."""
        self._lasting.see(look.failure, self._now_ms())
        if look.failure is None:
            self._poller, self._interval_s = look.poller, look.moment.interval_s
            self._pollers = look.pollers
        self._tell()

    def look(self) -> None:
        """Looks how things are and does what follows, unless something is being done already."""
        if self._turns.is_busy:
            return
        if self._is_late():
            self._turns.do_with_database(why_nothing_is_stored, self._probed, lambda _: self._look_around())
        else:
            self._probed_trouble = None
            self._look_around()

    def stop_collecting(self) -> None:
        """Ends our child and starts none until a person wants one again."""
        self._story = self._story.unwanted()
        self._stop(lambda: None)

    def start_collecting(self) -> None:
        """Starts one now, however often it has died."""
        self._story = self._story.wanted()
        self._tell()
        self._turns.take()
        self.look()

    def restart(self) -> None:
        """Ends our child and starts another."""
        self._stop(self.start_collecting)

    def begin_anew(self) -> None:
        """Has a database made where there is none or a damaged one moved aside, and goes on with the new one."""

        def work() -> list[str]:
            # What it has read cannot be stored into a database that is not there.
            with contextlib.suppress(WatchpostError):
                self._surroundings.poller.stop()
            return list(self._surroundings.prepare())

        def done(news: list[str]) -> None:
            self._story = self._story.ended()
            self._file, self._writing, self._lasting = None, None, LastingTrouble()
            self.told.emit(news)
            self.start_collecting()

        def failed(error: WatchpostError) -> None:
            self._story = self._story.ended()
            self.failed.emit(error)

        self._turns.take()
        self._turns.do(work, done, failed)

    def leave(self, then: Callable[[WatchpostError | None], None]) -> None:
        """Ends our child and looks no more, until `begin`; `then` is told what went wrong. Takes up to 15 s."""
        self._timer.stop()
        self._turns.take()

        def ended(error: WatchpostError | None) -> None:
            self._story = self._story.ended()
            # Nothing is looked after until `begin`.
            self._turns.is_busy = True
            then(error)

        self._turns.do(self._surroundings.poller.stop, lambda _: ended(None), ended)

    def give_passphrase(self, passphrase: str | None) -> None:
        """Answers `wants_passphrase`; with None, hosts with stored secrets wait."""
        self._passphrase, self._knows_passphrase = passphrase, True
        self.secrets_wait = passphrase is None
        if self.has_child:
            self.restart()
        else:
            self.start_collecting()

    def _is_late(self) -> bool:
        """Whether the poller has not been heard of for longer than it should."""
        now_ms, since_ms = self._now_ms(), self._story.since_ms
        if self._poller is not None:
            return now_ms - self._poller.heartbeat_at > LATE_MS
        return since_ms is not None and now_ms - since_ms > SILENT_AFTER_MS

    def _probed(self, trouble: DatabaseTrouble | None) -> None:
        self._probed_trouble = trouble
        self._look_around()

    def _look_around(self) -> None:
        self._turns.do(lambda: look_around(self._surroundings, self._file), self._looked, self._wait)

    def _looked(self, around: Around) -> None:
        now_ms = self._now_ms()
        if self._file and around.file and around.file != self._file:
            self.was_replaced.emit(around.aside)
        self._file = around.file or self._file
        if around.death is not None:
            self._story = self._story.died(around.death.message, now_ms)
        if not self.has_child:
            self._story = self._story.with_others(around.is_polled, now_ms)
        # Whether this user may write matters only where the poller is this user's.
        self._writing = self._probed_trouble or (None if self._story.is_elsewhere else around.writing)
        has_file = around.file is not None
        if may_start(self._story, self._trouble(), now_ms, has_file=has_file):
            self._ask_before_start(now_ms)
        else:
            self._wait()
        self._tell()

    def _wait(self, _error: WatchpostError | None = None) -> None:
        """The next look tries again; where the database cannot be read, its own notice says so."""
        self._story = self._story.waiting()
        self._tell()

    def _ask_before_start(self, now_ms: int) -> None:
        self._story = replace(self._story, is_starting=True)
        free_since_ms = self._story.free_since_ms
        was_there = free_since_ms is not None and now_ms - free_since_ms < SERVICE_PATIENCE_MS
        knows = self._knows_passphrase
        self._turns.do_with_database(
            lambda database: before_start(self._surroundings, database, asks_service=was_there, knows_passphrase=knows),
            self._asked,
            self._wait,
        )

    def _asked(self, before: Before) -> None:
        if before is Before.PASSPHRASE:
            # Nothing else is done until the answer comes.
            self._turns.is_busy = True
            self.wants_passphrase.emit()
        elif before is Before.READY:
            self._start()
        else:
            self._wait()

    def _start(self) -> None:
        passphrase = self._passphrase
        self._story = self._story.started(self._now_ms())
        self._turns.do(lambda: self._surroundings.poller.start(passphrase), lambda _: None, self._start_failed)
        self._tell()

    def _start_failed(self, error: WatchpostError) -> None:
        self._story = self._story.died(error.message, self._now_ms())
        self._tell()

    def _stop(self, then: Callable[[], None]) -> None:
        def ended() -> None:
            self._story = self._story.ended()
            self._tell()
            then()

        def failed(error: WatchpostError) -> None:
            self.failed.emit(error)
            ended()

        self._turns.take()
        self._turns.do(self._surroundings.poller.stop, lambda _: ended(), failed)

    def _trouble(self) -> DatabaseTrouble | None:
        return trouble_of(self._lasting.failure) if self._lasting.failure else self._writing

    def _tell(self) -> None:
        state = poller_state(
            self._story, self._poller, self._interval_s, self._trouble(), self._now_ms(), pollers=self._pollers
        )
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
